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
        (f"23 (16{DASH}NA)", "median (95% CI)", {"median": "23", "low": "16"}),
        ("-93.98505", "value", {"value": "-93.98505"}),
        ("\u22120.531", "value", {"value": "\u22120.531"}),
        ("NA", "value", {}),
        ("1.509 (.410)", "value (SE)", {"value": "1.509", "error": ".410"}),
        ("4.52 (2.03-10.09)", "ratio (95% CI)", {"ratio": "4.52", "low": "2.03", "high": "10.09"}),
    ],
)
def test_a_cell_gives_its_numbers_by_what_they_are(text, pattern, expected):
    assert {role: one.text for role, one in read_cell(text, pattern).items()} == expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("5 / 3", "n (%)"),
        ("1 2 3", "n (%)"),
        ("10 (8.0)", "median (95% CI)"),
        ("yes", "n"),
        ("1.5 (0.4)", "value"),
        ("1.5", "value (SE)"),
        ("4.52 (2.03)", "ratio (95% CI)"),
    ],
)
def test_a_cell_of_another_pattern_is_refused(text, pattern):
    with pytest.raises(ValueError, match="does not read as"):
        read_cell(text, pattern)
