"""The log-rank test of survival in two or more groups.

Sources: Mantel, Cancer Chemotherapy Reports 1966;50:163-170; Peto and Peto, JRSS A
1972;135:185-207.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncorules.analysis.statistics.subjects import checked
from oncorules.errors import CallError


@dataclass(frozen=True)
class LogRank:
    """The answer of the test.

    Attributes:
        statistic: chi-squared.
        df: groups less one; a group that nobody of is at risk at any event is not counted.
        p: two-sided.
        n: of each group.
        observed: events of each group.
        expected: events of each group if survival were the same.
        method: which test.
        convention: its variant.
    """

    statistic: float
    df: int
    p: float
    n: dict[str, int]
    observed: dict[str, int]
    expected: dict[str, float]
    method: str = "log-rank test"
    convention: str = "plain (Mantel), unstratified, two-sided"

    def __str__(self) -> str:
        """Return the answer in one line."""
        sizes = ", ".join(f"{name} {size}" for name, size in self.n.items())
        return (
            f"{self.method}: chi-squared {self.statistic:.3f}, df {self.df}, p = {self.p:.4f} "
            f"({sizes}; {self.convention})"
        )


def compare_survival(
    groups: Mapping[str, tuple[Sequence[float], Sequence[bool | int]]],
) -> LogRank:
    """Return the log-rank test of groups.

    Args:
        groups: for each name its times, in any one unit, and its events, one of each per subject.

    Raises:
        CallError: `a log-rank test compares at least two groups`, `the group a is empty: it has no
            curve`, `no group has an event: there is nothing to compare` or `at no event are
            subjects of two groups at risk: there is nothing to compare`.

    >>> found = compare_survival({"a": ([1, 3, 5], [1, 1, 0]), "b": ([2, 4, 6], [1, 0, 1])})
    >>> round(found.statistic, 3), found.df, round(found.p, 3)
    (0.486, 1, 0.485)
    """
    if len(groups) < 2:
        raise CallError("a log-rank test compares at least two groups")
    times: list[float] = []
    events: list[bool] = []
    names: list[str] = []
    for name, (group_times, group_events) in groups.items():
        found_times, found_events = checked(group_times, group_events, name)
        times += found_times
        events += found_events
        names += [name] * len(found_times)
    if not any(events):
        raise CallError("no group has an event: there is nothing to compare")
    expected, compared = _expected(groups, times, events, names)
    if not compared:
        raise CallError(
            "at no event are subjects of two groups at risk: there is nothing to compare"
        )
    from lifelines.statistics import multivariate_logrank_test
    from scipy import stats

    statistic = float(multivariate_logrank_test(times, names, events).test_statistic)
    # As survdiff of R: lifelines takes a degree of freedom for a group that is gone by the first
    # event, too.
    df = sum(one > 0 for one in expected.values()) - 1
    observed = {
        name: sum(one == name for one, event in zip(names, events, strict=True) if event)
        for name in groups
    }
    sizes = {name: names.count(name) for name in groups}
    return LogRank(statistic, df, float(stats.chi2.sf(statistic, df)), sizes, observed, expected)


def _expected(
    groups: Mapping[str, object], times: list[float], events: list[bool], names: list[str]
) -> tuple[dict[str, float], bool]:
    """Return the expected events of each group, and whether an event compares two groups."""
    import numpy as np

    at, happened = np.asarray(times), np.asarray(events)
    moments, dying = np.unique(at[happened], return_counts=True)
    label = np.asarray(names, dtype=object)
    at_risk = {
        name: len(own) - np.searchsorted(own, moments, side="left")
        for name in groups
        for own in [np.sort(at[label == name])]
    }
    total = np.sum(list(at_risk.values()), axis=0)
    expected = {name: float((dying * own / total).sum()) for name, own in at_risk.items()}
    # An event that takes everybody tells nothing: its variance is 0.
    compared = any(((own > 0) & (own < total) & (dying < total)).any() for own in at_risk.values())
    return expected, bool(compared)
