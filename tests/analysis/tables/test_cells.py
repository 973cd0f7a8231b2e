"""A cell is written in the pattern of the paper."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oncorules.analysis.published.cells import read_cell
from oncorules.analysis.tables.cells import write_cell

DASH, MINUS = "\u2013", "\u2212"


@pytest.mark.parametrize(
    ("values", "printed", "text"),
    [
        ({"n": 23, "percent": Fraction(2300, 168)}, "23 (13.7)", "23 (13.7)"),
        ({"n": 2, "percent": 40.0}, "30 (13.0%)", "2 (40.0%)"),
        ({"n": 2, "percent": 40.0}, "13", "2"),
        ({"n": 2, "percent": 40.0}, "", "2 (40.0)"),
        ({"n": 2, "percent": 40.0}, DASH, "2 (40.0)"),
        ({"n": 2, "percent": 40.0}, f"7 ({DASH})", f"2 ({DASH})"),
        ({"n": 5, "percent": 100.0}, "168 (100)", "5 (100.0)"),
        ({"n": 0, "percent": None}, "0 (0.0)", "0 (N/A)"),
        ({"n": 1_234, "percent": Fraction(1225, 100)}, "9 (9.9)", "1,234 (12.3)"),  # half up
    ],
)
def test_counts_and_percentages(values, printed, text):
    assert write_cell("n (%)", values, {"n": 0, "percent": 1}, printed) == text


@pytest.mark.parametrize("pattern", ["n", "size"])
def test_counts_alone(pattern):
    assert write_cell(pattern, {"n": 2_027}, {"n": 0}, "99") == "2,027"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (12.44, 16.86, f"14.6 (12.4{DASH}16.9)"),
        (-8.94, 16.86, f"14.6 ({MINUS}8.9{DASH}16.9)"),
        (-0.04, 16.86, f"14.6 (0.0{DASH}16.9)"),
        (12.44, None, f"14.6 (12.4{DASH}N/A)"),
        (None, None, "14.6 (N/A)"),
    ],
)
def test_a_median_with_its_interval(low, high, text):
    values = {"median": 14.6, "low": low, "high": high}
    decimals = {"median": 1, "low": 1, "high": 1}
    assert write_cell("median (95% CI)", values, decimals, "") == text


def test_a_median_that_is_not_reached():
    values = {"median": None, "low": None, "high": None}
    assert write_cell("median (95% CI)", values, {}, "8.0 (4.5)") == "N/A"
    assert write_cell("median (95% CI)", {**values, "low": 7}, {}, "") == f"N/A (7.0{DASH}N/A)"


@pytest.mark.parametrize(
    ("p", "decimals", "text"),
    [
        (1.0, 2, "1.00"), (0.384, 2, "0.38"), (0.005, 2, "0.01"), (0.0049, 2, "<0.01"),
        (0.0, 2, "<0.01"), (0.0004, 3, "<0.001"), (0.04, 1, "<0.1"), (None, 2, "N/A"),
    ],
)  # fmt: skip
def test_a_p_value_is_never_written_as_nothing(p, decimals, text):
    assert write_cell("p", {"p": p}, {"p": decimals}, "") == text


def test_a_p_value_has_two_decimals_unless_the_paper_prints_others():
    assert write_cell("p", {"p": 0.384}, {}, "") == "0.38"


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("n (%)", {"n": 12, "percent": 60.0}),
        ("median (range)", {"median": 58, "min": 47, "max": 71}),
        ("median (Q1-Q3)", {"median": 442, "q1": 148, "q3": 2027}),
        ("median (95% CI)", {"median": 14.6, "low": 12.4, "high": 16.9}),
    ],
)
def test_what_is_written_reads_as_the_pattern_again(pattern, values):
    decimals = {role: 1 if isinstance(value, float) else 0 for role, value in values.items()}
    text = write_cell(pattern, values, decimals, "")
    assert {role: float(one.value) for role, one in read_cell(text, pattern).items()} == values
