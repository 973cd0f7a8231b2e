"""Cells of tables by their pattern."""

from __future__ import annotations

import pytest

from oncorules.analysis.published.cells import DASH, read_cell


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("95 (56.5)", "n (%)", {"n": "95", "percent": "56.5"}),
        ("30 (13.0%)", "n (%)", {"n": "30", "percent": "13.0"}),
        (f"2 ({DASH})", "n (%)", {"n": "2"}),
        ("13", "n (%)", {"n": "13"}),
        (DASH, "n (%)", {}),
        ("", "p", {}),
        ("< 0.01", "p", {"p": "< 0.01"}),
        (f"59 (32{DASH}78)", "median (range)", {"median": "59", "min": "32", "max": "78"}),
        ("14.6 (N/A)", "median (95% CI)", {"median": "14.6"}),
    ],
)
def test_a_cell_gives_its_numbers_by_what_they_are(text, pattern, expected):
    assert {role: one.text for role, one in read_cell(text, pattern).items()} == expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("5 / 3", "n (%)"), ("1 2 3", "n (%)"), ("10 (8.0)", "median (95% CI)"), ("yes", "n")],
)
def test_a_cell_of_another_pattern_is_refused(text, pattern):
    with pytest.raises(ValueError, match="does not read as"):
        read_cell(text, pattern)
