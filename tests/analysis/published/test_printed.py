"""Printed numbers: words, thousands, limits, and rounding half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.published.printed import NUMBER, read_printed, round_half_up, shown


@pytest.mark.parametrize(
    ("text", "value", "decimals", "below"),
    [
        ("2,027", "2027", 0, False),
        ("88.6", "88.6", 1, False),
        ("<0.01", "0.01", 2, True),
        ("< 0.01", "0.01", 2, True),
        ("Seven", "7", 0, False),
        ("0", "0", 0, False),
        ("-0.5310", "-0.5310", 4, False),
        ("\u22120.53", "-0.53", 2, False),
        (".2210887", "0.2210887", 7, False),
        ("4e-05", "0.00004", 5, False),
        ("5.261e-05", "0.00005261", 8, False),
    ],
)
def test_a_number_is_read_with_its_decimals(text, value, decimals, below):
    printed = read_printed(text)
    assert (printed.text, printed.value, printed.decimals, printed.below) == (
        text, Decimal(value), decimals, below,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "many", "--4", "=1", "4e5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        read_printed(text)


def test_a_hyphen_between_two_numbers_is_no_sign():
    assert [found[0] for found in NUMBER.finditer("8.0-12.0 (-0.5 to -1), Ki-67")] == [
        "8.0", "12.0", "-0.5", "-1", "67",
    ]  # fmt: skip


def test_a_half_is_rounded_upwards():
    assert read_printed("12.3").shows(Fraction(1225, 100))
    assert not read_printed("12.2").shows(Fraction(1225, 100))


def test_a_limit_is_printed_only_for_what_rounds_to_less():
    limit = read_printed("<0.01")
    assert limit.shows(0.0049) and not limit.shows(0.005) and not limit.shows(0.01)


@given(st.decimals(-1000, 1000, places=5), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_module(value, decimals):
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert round_half_up(value, decimals) == expected
    assert Decimal(shown(value, decimals).replace(",", "")) == expected
