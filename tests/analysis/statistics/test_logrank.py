"""The log-rank test against published values, statsmodels and a plain loop."""

from __future__ import annotations

import pytest

from oncorules.analysis.statistics.logrank import compare_survival
from oncorules.errors import CallError

from .data import leukaemia, lung, pooled


def test_published_statistics_are_met():
    assert round(compare_survival(leukaemia()).statistic, 2) == 16.79
    found = compare_survival(lung())
    assert (round(found.statistic, 1), round(found.p, 3), found.df) == (10.3, 0.001, 1)
    assert found.n == {"men": 138, "women": 90}


@pytest.mark.parametrize("groups", [leukaemia(), lung()])
def test_the_statistic_is_that_of_statsmodels_and_of_a_loop(groups):
    from statsmodels.duration.survfunc import survdiff

    times, events = pooled(groups)
    labels = [name for name, group in groups.items() for _ in group[0]]
    statistic, p = survdiff(times, events, labels)
    found = compare_survival(groups)
    assert (found.statistic, found.p) == pytest.approx((statistic, p))
    first = next(iter(groups))
    observed = expected = variance = 0.0
    for time in sorted({t for t, event in zip(times, events, strict=True) if event}):
        risk = [name for name, t in zip(labels, times, strict=True) if t >= time]
        dead = [
            name
            for name, t, event in zip(labels, times, events, strict=True)
            if t == time and event
        ]
        n, d, share = len(risk), len(dead), risk.count(first) / len(risk)
        observed += dead.count(first)
        expected += d * share
        variance += d * share * (1 - share) * (n - d) / (n - 1) if n > 1 else 0
    assert found.statistic == pytest.approx((observed - expected) ** 2 / variance)


def test_a_comparison_that_cannot_be_made_says_why():
    with pytest.raises(CallError, match="compares at least two groups"):
        compare_survival({"one": ([1], [1])})
    with pytest.raises(CallError, match="the group none is empty"):
        compare_survival({"one": ([1], [1]), "none": ([], [])})
    with pytest.raises(CallError, match="no group has an event"):
        compare_survival({"a": ([1], [0]), "b": ([2], [0])})
