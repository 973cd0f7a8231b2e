"""The log-rank test of survival in two or more groups."""

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
        df: groups less one.
        p: two-sided.
        n: of each group.
        method: which test.
        convention: its variant.
    """

    statistic: float
    df: int
    p: float
    n: dict[str, int]
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
        groups: for each name its times and its events.

    Raises:
        CallError: there are fewer than two groups, no events, or a group cannot be fitted.
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
    from lifelines.statistics import multivariate_logrank_test

    found = multivariate_logrank_test(times, names, events)
    sizes = {name: names.count(name) for name in groups}
    return LogRank(float(found.test_statistic), len(groups) - 1, float(found.p_value), sizes)
