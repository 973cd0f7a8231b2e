"""The compiled numbers of the search are those of the product's own statistics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from scipy.stats import spearmanr

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.logrank import compare_survival
from oncorules.analysis.statistics.median_survival import find_median
from oncorules.calibration.kernel import (
    MONTH,
    correlation_of,
    fill_ranks,
    log_rank_of,
    median_of,
    median_penalty,
    sort_again,
)
from oncorules.errors import CallError

SUBJECTS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 1)), min_size=1, max_size=40)


def arrays(subjects):
    times = np.array([time for time, _ in subjects], np.int64)
    events = np.array([event for _, event in subjects], np.int64)
    return times, events, np.argsort(times), np.ones(len(times), bool)


@settings(deadline=None)
@given(SUBJECTS, st.booleans())
def test_median_and_interval_are_those_of_the_product(subjects, reverse):
    median, low, high = median_of(*arrays(subjects), reverse)
    found = find_median(
        fit_survival(*zip(*subjects, strict=True), reverse=reverse), interval="spss"
    )
    if found.value is None:
        assert np.isnan(median)
        assert np.isnan(high)
        return
    assert median * MONTH == pytest.approx(found.value)
    for mine, theirs in ((low, found.low), (high, found.high)):
        assert (theirs is None) == bool(np.isnan(mine))
        if theirs is not None:
            assert mine * MONTH == pytest.approx(theirs)


@settings(deadline=None)
@given(SUBJECTS, SUBJECTS)
def test_the_log_rank_statistic_is_that_of_the_product(first, second):
    try:
        theirs = compare_survival(
            {"a": tuple(zip(*first, strict=True)), "b": tuple(zip(*second, strict=True))}
        ).statistic
    except CallError:
        return
    assert log_rank_of(*arrays(first), *arrays(second)) == pytest.approx(theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=3, max_size=30))
def test_the_correlation_of_ranks_is_that_of_scipy(pairs):
    columns = [np.array(column, np.int64) for column in zip(*pairs, strict=True)]
    if any(len(set(column)) < 2 for column in columns):
        return
    ranks = [np.zeros(len(column)) for column in columns]
    for column, own in zip(columns, ranks, strict=True):
        fill_ranks(column, np.argsort(column), own)
    assert correlation_of(*ranks) == pytest.approx(spearmanr(*columns).statistic)


def test_an_order_is_sorted_again_after_a_time_moved():
    times = np.array([5, 1, 3, 2], np.int64)
    order = np.argsort(times)
    times[1] = 9
    sort_again(times, order)
    assert list(times[order]) == [2, 3, 5, 9]


def test_a_printed_row_costs_nothing_when_met_and_more_the_further_it_is_missed():
    printed = np.array([35.4, 33.0, 37.8])
    assert median_penalty(35.44, 32.96, 37.84, printed) == 0
    near, far = (median_penalty(35.4 + off, 33.0, 37.8, printed) for off in (0.1, 3.0))
    assert 0 < near < far < median_penalty(np.nan, 0.6, np.nan, printed)
