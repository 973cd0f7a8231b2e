"""Median, quartiles and range against NumPy and by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.quantiles import find_quantiles
from oncorules.errors import CallError

VALUES = st.lists(st.integers(-100, 100), min_size=1, max_size=30)


@given(VALUES)
def test_quartiles_are_those_of_numpy_by_either_rule(values):
    for rule, theirs in (("spss", "weibull"), ("r7", "linear")):
        found = find_quantiles(values, rule)
        expected = np.quantile(values, [0.25, 0.5, 0.75], method=theirs)
        assert [float(one) for one in (found.q1, found.median, found.q3)] == pytest.approx(expected)
        assert (found.low, found.high, found.n) == (min(values), max(values), len(values))


@given(VALUES, st.sampled_from(["spss", "r7"]))
def test_order_does_not_matter_and_a_longer_unit_stretches(values, rule):
    one, two = find_quantiles(values, rule), find_quantiles([3 * v for v in values[::-1]], rule)
    assert (two.q1, two.median, two.q3) == (3 * one.q1, 3 * one.median, 3 * one.q3)


def test_the_rules_differ_as_their_books_say():
    found = find_quantiles([1, 2, 3, 4, 5, 6], "spss")
    assert (found.q1, found.median, found.q3) == (Fraction(7, 4), Fraction(7, 2), Fraction(21, 4))
    found = find_quantiles([1, 2, 3, 4, 5, 6], "r7")
    assert (found.q1, found.median, found.q3) == (Fraction(9, 4), Fraction(7, 2), Fraction(19, 4))
    assert str(found) == (
        "3.5 (2.25 to 4.75; 1 to 6), n = 6 (linear at 1 + (n - 1) p (R type 7, pandas, numpy))"
    )


def test_decimals_stay_exact():
    assert find_quantiles([Decimal("0.1"), Decimal("0.2")]).median == Fraction(3, 20)


@pytest.mark.parametrize("kind", ["int8", "int64", "float32", "float64"])
def test_numbers_of_numpy_are_taken(kind):
    assert find_quantiles(np.array([100, 120, 127], dtype=kind)).median == 120


def test_a_single_value_is_all_of_its_quantiles():
    found = find_quantiles([7])
    assert {found.low, found.q1, found.median, found.q3, found.high} == {7}


def test_quantiles_of_nothing_are_refused():
    with pytest.raises(CallError, match="the group is empty"):
        find_quantiles([])
    for missing in (None, float("nan")):
        with pytest.raises(CallError, match="a value is missing"):
            find_quantiles([1, missing])
    with pytest.raises(CallError, match="a value is inf; a range takes numbers"):
        find_quantiles([1, float("inf")])
    with pytest.raises(CallError, match='"r6" is no rule for quartiles; there are spss, r7'):
        find_quantiles([1], "r6")
