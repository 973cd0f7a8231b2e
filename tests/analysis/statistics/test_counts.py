"""Counts, percentages and their rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.counts import count_share, round_half_up
from oncorules.errors import CallError


def test_the_unknown_are_in_the_denominator_or_out_of_it():
    answers = [True] * 25 + [False] * 139 + [None] * 4
    inside, outside = count_share(answers, "in"), count_share(answers, "out")
    assert (inside.count, inside.of, round(float(inside.percent), 1)) == (25, 168, 14.9)
    assert (outside.count, outside.of, round(float(outside.percent), 1)) == (25, 164, 15.2)
    assert "4 unknown left out of the denominator" in str(outside)


@pytest.mark.parametrize(
    "answers",
    [
        [True, False, None, True],
        [1, 0, None, 1],
        np.array([1.0, 0.0, np.nan, 1.0]),
        np.array([True, False, None, True], dtype=object),
        [np.True_, np.False_, float("nan"), np.True_],
    ],
)
def test_yes_no_and_unknown_may_be_written_in_any_usual_way(answers):
    inside, outside = count_share(answers, "in"), count_share(answers, "out")
    assert (inside.count, inside.of, inside.unknown) == (2, 4, 1)
    assert (outside.count, outside.of, outside.n) == (2, 3, 3)


def test_a_group_of_nobody_or_of_unknown_only_has_no_percentage():
    assert count_share([None], "out").percent is None
    assert str(count_share([], "in")) == "0 (NA %) of 0 (0 unknown in the denominator)"


def test_what_is_no_answer_is_refused_in_words():
    with pytest.raises(CallError, match='"maybe" is neither in nor out'):
        count_share([True], "maybe")
    for answer, shown in ((2, "2"), ("Y", "'Y'")):
        with pytest.raises(CallError, match=f"an answer is {shown}; expected 1 for yes, 0 for no"):
            count_share([True, answer], "in")


def test_a_percentage_of_exactly_a_half_is_printed_upwards():
    assert str(count_share([True] * 49 + [False] * 351, "in")).startswith("49 (12.3 %) of 400")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1225, 100), 1, "12.3"),
        (Decimal("12.25"), 1, "12.3"),
        (Decimal("12.249"), 1, "12.2"),
        (Decimal("0.15"), 1, "0.2"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(-1, 2), 0, "-1"),
        (5, 1, "5.0"),
        (1250, -2, "1300"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value, decimals, expected):
    assert round_half_up(value, decimals) == Decimal(expected)


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_rounding_is_that_of_the_decimal_module(value, decimals):
    theirs = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert round_half_up(value, decimals) == theirs
