"""The log-rank test against published values, statsmodels and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_observed_and_expected_events_are_those_of_survdiff():
    found = compare_survival(leukaemia())
    assert found.observed == {"6-MP": 9, "placebo": 21}
    assert {name: round(one, 2) for name, one in found.expected.items()} == {
        "6-MP": 19.25, "placebo": 10.75,
    }  # fmt: skip
    found = compare_survival(lung())
    assert found.observed == {"men": 112, "women": 53}
    assert {name: round(one, 4) for name, one in found.expected.items()} == {
        "men": 91.5817, "women": 73.4183,
    }  # fmt: skip
    assert (round(found.statistic, 4), round(found.p, 8)) == (10.3267, 0.00131116)
    assert str(found) == (
        "log-rank test: chi-squared 10.327, df 1, p = 0.0013 (men 138, women 90; plain (Mantel), "
        "unstratified, two-sided)"
    )


def by_hand(groups):
    """Observed less expected, weighed by its covariance, one event time after the other."""
    names = list(groups)
    rows = [(t, e, name) for name, (ts, es) in groups.items() for t, e in zip(ts, es, strict=True)]
    difference, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for time in {t for t, event, _ in rows if event}:
        share = np.array([sum(t >= time and one == name for t, _, one in rows) for name in names])
        dead = [sum(t == time and e and one == name for t, e, one in rows) for name in names]
        n, d = share.sum(), sum(dead)
        share = share / n
        difference += dead - d * share
        if n > 1:
            weight = d * (n - d) / (n - 1)
            variance += weight * (np.diag(share) - np.outer(share, share))
    return float(difference @ np.linalg.pinv(variance, rcond=1e-9) @ difference)


GROUP = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=9)


@given(st.lists(GROUP, min_size=2, max_size=4))
def test_any_number_of_groups_is_compared_as_by_hand_in_any_order_and_unit(columns):
    groups = {f"g{i}": tuple(zip(*one, strict=True)) for i, one in enumerate(columns)}
    turned = {
        name: ([3 * t for t in times[::-1]], events[::-1])
        for name, (times, events) in reversed(groups.items())
    }
    try:
        found = compare_survival(groups)
    except CallError as refused:
        assert "nothing to compare" in str(refused)
        with pytest.raises(CallError, match="nothing to compare"):
            compare_survival(turned)
        return
    assert found.statistic == pytest.approx(by_hand(groups), rel=1e-6, abs=1e-9)
    again = compare_survival(turned)
    assert (again.statistic, again.df) == (pytest.approx(found.statistic, abs=1e-8), found.df)
    assert sum(found.observed.values()) == pytest.approx(sum(found.expected.values()))


def test_a_group_that_is_gone_by_the_first_event_takes_no_degree_of_freedom():
    two = {"a": ([5, 7], [1, 1]), "b": ([6, 8], [1, 1])}
    found = compare_survival({**two, "gone": ([1], [0])})
    assert (found.statistic, found.df, found.p) == pytest.approx(
        (compare_survival(two).statistic, 1, compare_survival(two).p)
    )


def test_one_subject_in_each_group_can_be_compared():
    found = compare_survival({"a": ([5], [1]), "b": ([6], [1])})
    assert (found.statistic, found.df) == (pytest.approx(1), 1)
    assert found.p == pytest.approx(0.3173105)


def test_a_comparison_that_cannot_be_made_says_why():
    with pytest.raises(CallError, match="compares at least two groups"):
        compare_survival({"one": ([1], [1])})
    with pytest.raises(CallError, match="the group none is empty"):
        compare_survival({"one": ([1], [1]), "none": ([], [])})
    with pytest.raises(CallError, match="no group has an event"):
        compare_survival({"a": ([1], [0]), "b": ([2], [0])})
    for groups in (
        {"a": ([5], [1]), "b": ([1], [0])},  # b is gone by the only event
        {"a": ([5, 5], [1, 1]), "b": ([5], [1])},  # all events at one time, which takes everybody
    ):
        with pytest.raises(CallError, match="at no event are subjects of two groups at risk"):
            compare_survival(groups)
