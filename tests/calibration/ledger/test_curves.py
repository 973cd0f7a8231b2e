"""Curves of many groups at once are those of the product's own statistics, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.logrank import compare_survival
from oncorules.analysis.statistics.median_survival import find_median
from oncorules.calibration.ledger.curves import log_ranks, medians
from oncorules.errors import CallError

GROUP = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)
GROUPS = st.lists(GROUP, min_size=1, max_size=4)


def beside(groups):
    """Return cohort, times and events of groups, one cohort each."""
    cohort = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    times, events = (np.array([one[k] for group in groups for one in group]) for k in (0, 1))
    return cohort, times, events


@given(GROUPS)
@settings(max_examples=150, deadline=None)
def test_medians_and_limits_are_those_of_the_statistics(groups):
    cohort, times, events = beside(groups)
    found = medians(cohort, len(groups), times, events)
    for place, group in enumerate(groups):
        one = find_median(fit_survival(*zip(*group, strict=True)), interval="spss")
        nothing = np.inf if one.value is None else np.nan
        wanted = {"median": one.value, "low": one.low, "high": one.high, "error": one.error}
        assert {key: found[key][place] for key in wanted} == pytest.approx(
            {key: nothing if value is None else value for key, value in wanted.items()},
            nan_ok=True,
        )
        assert (found["n"][place], found["events"][place]) == (one.n, one.events)


@given(GROUPS, GROUPS)
@settings(max_examples=150, deadline=None)
def test_log_rank_statistics_are_those_of_the_statistics(ones, others):
    pairs = list(zip(ones, others, strict=False))
    cohort, times, events = beside([one + other for one, other in pairs])
    second = np.concatenate([[False] * len(one) + [True] * len(other) for one, other in pairs])
    found = log_ranks(cohort, len(pairs), times, events, second)
    for place, pair in enumerate(pairs):
        named = {name: tuple(zip(*one, strict=True)) for name, one in zip("ab", pair, strict=True)}
        try:
            wanted = compare_survival(named).statistic
        except CallError:
            wanted = np.nan
        assert found[place] == pytest.approx(wanted, abs=1e-9, nan_ok=True)


def test_a_cohort_without_members_has_no_curve():
    found = medians(np.array([1]), 3, np.array([5]), np.array([True]))
    assert np.isnan(found["median"]).tolist() == [True, False, True]


def test_a_median_that_is_not_reached_is_infinite():
    found = medians(np.zeros(3, int), 1, np.array([1, 2, 3]), np.array([True, False, False]))
    assert found["median"].tolist() == [np.inf]
