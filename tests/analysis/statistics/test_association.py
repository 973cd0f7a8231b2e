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


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemars_test_is_that_of_statsmodels(b, c):
    from statsmodels.stats.contingency_tables import mcnemar

    expected = mcnemar([[1, b], [c, 1]], exact=True).pvalue if b + c else 1.0
    assert association.mcnemar_exact(b, c).p == pytest.approx(min(expected, 1.0))


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


def test_the_exact_interval_is_that_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for count, n in ((0, 10), (26, 168), (13, 13), (1, 1)):
        theirs = proportion_confint(count, n, method="beta")
        expected = [0.0 if end != end else end for end in theirs]
        assert association.binomial_interval(count, n) == pytest.approx(expected)


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
        (lambda: association.binomial_interval(3, 2), "3 of 2 is no proportion"),
        (lambda: association.chi_squared_p(1.0, 0), "0 degrees of freedom"),
        (lambda: association.mcnemar_exact(-1, 2), "cannot be negative"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(call, said):
    with pytest.raises(CallError) as caught:
        call()
    assert said in str(caught.value)
