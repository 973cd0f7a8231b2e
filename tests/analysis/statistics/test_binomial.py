"""Exact intervals and McNemar's test against statsmodels and sums of the distribution."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.binomial import binomial_interval, mcnemar_exact
from oncorules.errors import CallError


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemars_test_is_that_of_statsmodels(b, c):
    from statsmodels.stats.contingency_tables import mcnemar

    expected = mcnemar([[1, b], [c, 1]], exact=True).pvalue if b + c else 1.0
    assert mcnemar_exact(b, c).p == pytest.approx(min(expected, 1.0))


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemars_test_is_twice_the_smaller_tail(b, c):
    tail = Fraction(sum(comb(b + c, k) for k in range(min(b, c) + 1)), 2 ** (b + c))
    found = mcnemar_exact(b, c)
    assert found.p == pytest.approx(min(1.0, float(2 * tail)))
    assert found.n == b + c


def test_the_exact_interval_is_that_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for count, n in ((0, 10), (26, 168), (13, 13), (1, 1)):
        theirs = proportion_confint(count, n, method="beta")
        expected = [0.0 if end != end else end for end in theirs]
        found = binomial_interval(count, n)
        assert (found.low, found.high) == pytest.approx(expected)
        assert (found.value, found.n) == (Fraction(count, n), n)


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_at_each_limit_the_tail_has_half_of_what_the_level_leaves(pair):
    count, n = pair
    found = binomial_interval(count, n, 0.9)

    def tail(p, ks):
        return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in ks)

    assert (
        found.low == 0
        if count == 0
        else tail(found.low, range(count, n + 1)) == (pytest.approx(0.05))
    )
    assert (
        found.high == 1
        if count == n
        else tail(found.high, range(count + 1)) == (pytest.approx(0.05))
    )
    assert found.convention == "exact (Clopper-Pearson), level 0.9"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: binomial_interval(3, 2), "3 of 2 is no proportion"),
        (lambda: binomial_interval(0, 0), "0 of 0 is no proportion"),
        (lambda: binomial_interval(1.5, 2), "1.5 of 2 is no proportion"),
        (lambda: binomial_interval(1, 2, 95), "the level of confidence is 95"),
        (lambda: mcnemar_exact(-1, 2), "cannot be negative"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_in_words(call, said):
    with pytest.raises(CallError) as caught:
        call()
    assert said in str(caught.value)
