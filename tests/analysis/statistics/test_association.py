"""Tests of association against a second way to get each."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics import association
from oncorules.errors import CallError

COUNTS = st.integers(0, 12)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_fishers_test_is_the_sum_of_tables_no_likelier_than_the_one_seen(a, b, c, d):
    first, second, column = a + b, c + d, a + c
    weights = {
        k: comb(first, k) * comb(second, column - k)
        for k in range(max(0, column - second), min(first, column) + 1)
    }
    total = sum(weights.values())
    expected = sum(Fraction(w, total) for w in weights.values() if w <= weights[a])
    assert association.fisher_exact([[a, b], [c, d]]).p == pytest.approx(float(expected), rel=1e-6)


def test_chi_squared_is_that_of_statsmodels():
    from statsmodels.stats.contingency_tables import Table

    counts = [[6, 2, 18], [20, 18, 62], [5, 5, 22], [2, 2, 3]]
    found = association.chi_squared(counts)
    theirs = Table(counts, shift_zeros=False).test_nominal_association()
    assert (found.statistic, found.df, found.p) == pytest.approx(
        (theirs.statistic, theirs.df, theirs.pvalue)
    )
    assert found.p == pytest.approx(association.chi_squared_p(found.statistic, 6))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20))
def test_spearmans_correlation_is_that_of_mean_ranks(pairs):
    first, second = zip(*pairs, strict=True)
    if len(set(first)) < 2 or len(set(second)) < 2:
        with pytest.raises(CallError, match="values that differ"):
            association.spearman(first, second)
        return

    def ranks(values):
        return [
            sum(other < value for other in values) + (1 + values.count(value)) / 2
            for value in values
        ]

    x, y = ranks(list(first)), ranks(list(second))
    mean = (len(x) + 1) / 2
    top = sum((a - mean) * (b - mean) for a, b in zip(x, y, strict=True))
    below = (sum((a - mean) ** 2 for a in x) * sum((b - mean) ** 2 for b in y)) ** 0.5
    assert association.spearman(first, second).statistic == pytest.approx(top / below, abs=1e-9)


def test_spearmans_p_is_that_of_scipy_also_from_rho_and_n_alone():
    from scipy import stats

    first, second = [1, 2, 2, 4, 5, 7, 7, 9], [2, 1, 3, 3, 5, 4, 8, 8]
    found, theirs = association.spearman(first, second), stats.spearmanr(first, second)
    assert (found.statistic, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert found.n == 8
    assert association.spearman_p(found.statistic, 8) == found.p
    assert association.spearman_p(-found.statistic, 8) == found.p


def test_a_perfect_correlation_has_p_0_and_none_has_p_1():
    assert association.spearman([1, 2, 3], [4, 5, 6]).p == 0
    assert association.spearman_p(0, 10) == 1


def test_yates_correction_is_told_and_only_of_two_by_two():
    found = association.chi_squared([[8, 2], [1, 5]], correction=True)
    # n (|ad - bc| - n / 2)^2 / (product of the margins)
    assert found.statistic == pytest.approx(16 * (38 - 8) ** 2 / (10 * 6 * 9 * 7))
    assert found.convention == "with Yates' correction"
    with pytest.raises(CallError, match="Yates' correction is one of a table of two rows"):
        association.chi_squared([[8, 2, 1], [1, 5, 1]], correction=True)


def test_a_table_of_numpy_is_taken():
    import numpy as np

    table = [[8, 2], [1, 5]]
    assert association.fisher_exact(np.array(table)) == association.fisher_exact(table)
    assert association.chi_squared(np.array(table)) == association.chi_squared(table)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: association.fisher_exact([[1, 2, 3], [4, 5, 6]]), "2 rows of 2 counts"),
        (lambda: association.fisher_exact([[1, -2], [4, 5]]), "a count is negative"),
        (lambda: association.chi_squared([[1, 0], [4, 0]]), "has no counts; leave it out"),
        (lambda: association.chi_squared([[1, 2]]), "at least two rows"),
        (lambda: association.spearman([1, 2], [1]), "make no pairs"),
        (lambda: association.spearman([1, None, 2], [1, 2, 3]), "a value of a pair is missing"),
        (lambda: association.spearman_p(0.5, 2), "it takes at least 3"),
        (lambda: association.fisher_exact([[2.5, 1], [1, 2]]), "a count is 2.5; expected a whole"),
        (lambda: association.fisher_exact([[None, 1], [1, 2]]), "a count is missing"),
        (lambda: association.chi_squared([[float("nan"), 1], [1, 2]]), "a count is missing"),
        (lambda: association.chi_squared([[1, 2], [3]]), "rows of equal length"),
        (lambda: association.spearman_p(1.2, 20), "is between -1 and 1, not 1.2"),
        (lambda: association.spearman_p(float("nan"), 20), "is between -1 and 1, not nan"),
        (lambda: association.spearman([1, 2], [2, 1]), "it takes at least 3"),
        (lambda: association.chi_squared_p(-1.0, 1), "chi-squared cannot be -1"),
        (lambda: association.chi_squared_p(1.0, 0), "0 degrees of freedom"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(call, said):
    with pytest.raises(CallError) as caught:
        call()
    assert said in str(caught.value)
