"""Numbers of many groups at once are those of the product's own statistics, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.analysis.statistics.association import chi_squared as one_chi_squared
from oncorules.analysis.statistics.association import fisher_exact, spearman
from oncorules.analysis.statistics.binomial import mcnemar_exact
from oncorules.analysis.statistics.quantiles import find_quantiles
from oncorules.calibration.ledger.numbers import (
    chi_squared,
    correlations,
    fisher,
    mcnemar,
    quantiles,
)
from oncorules.errors import CallError

VALUES = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=12), min_size=1, max_size=4)
PAIRS = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=15),
    min_size=1,
    max_size=4,
)
COUNTS = st.integers(0, 30)


def cohorts_of(groups):
    return np.repeat(np.arange(len(groups)), [len(group) for group in groups])


@given(VALUES, st.sampled_from(["spss", "r7"]))
@settings(max_examples=100, deadline=None)
def test_quantiles_are_those_of_the_statistics(groups, rule):
    values = np.array([float(value) for group in groups for value in group])
    found = quantiles(cohorts_of(groups), len(groups), values, rule)
    for place, group in enumerate(groups):
        one = find_quantiles(group, rule)
        wanted = [one.n, one.median, one.q1, one.q3, one.low, one.high]
        assert [value[place] for value in found.values()] == pytest.approx(list(map(float, wanted)))


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_correlations_are_those_of_the_statistics(groups):
    first, second = (np.array([float(one[k]) for group in groups for one in group]) for k in (0, 1))
    found = correlations(cohorts_of(groups), len(groups), first, second)
    for place, group in enumerate(groups):
        try:
            one = spearman(*zip(*group, strict=True))
            wanted = [one.statistic, one.p, one.n]
        except CallError:
            wanted = [np.nan] * 3
        assert [value[place] for value in found.values()] == pytest.approx(
            wanted, abs=1e-7, nan_ok=True
        )


@given(st.lists(st.lists(COUNTS, min_size=6, max_size=6), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_chi_squared_is_that_of_the_statistics_without_empty_rows_and_columns(tables):
    counts = np.array(tables).reshape(-1, 2, 3)
    found = chi_squared(counts)
    for place, table in enumerate(counts):
        kept = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        try:
            one = one_chi_squared(kept.tolist())
            wanted = [one.statistic, one.p, one.df, one.n]
        except CallError:
            wanted = [np.nan] * 4
        assert [value[place] for value in found.values()] == pytest.approx(wanted, nan_ok=True)


@given(st.lists(st.tuples(*[COUNTS] * 4), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_exact_tests_are_those_of_the_statistics(tables):
    cells = [np.array(column) for column in zip(*tables, strict=True)]
    wanted = [fisher_exact([one[:2], one[2:]]).p for one in tables]
    assert fisher(*cells) == pytest.approx(wanted)
    wanted = [mcnemar_exact(*one[:2]).p for one in tables]
    assert mcnemar(*cells[:2]) == pytest.approx(wanted)


def test_a_cohort_without_values_has_no_quantiles():
    found = quantiles(np.array([1, 1]), 2, np.array([1.0, 2.0]), "spss")
    assert np.isnan([value[0] for value in found.values()]).all()
    assert found["median"][1] == 1.5
