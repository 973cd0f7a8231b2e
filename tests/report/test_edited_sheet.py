"""Rows of sheets that people wrote into."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from oncorules.errors import DataError
from oncorules.report.edited_sheet import bare, read_edited_rows, refuse_problems, short


def test_a_row_knows_the_place_of_its_cells_wherever_a_column_was_moved(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rules"
    for cells in (
        ["comment", "more", "rule"],
        ["  x ", None, "A"],
        [None, None, " "],
        [1.50, 2, "B"],
    ):
        sheet.append(cells)
    book.save(tmp_path / "a.xlsx")
    first, second = read_edited_rows(tmp_path / "a.xlsx", "Rules", 2, ("rule", "comment"), "rules")
    assert (first.text("rule"), first.text("comment"), first.at("comment")) == (
        "A",
        "x",
        "Rules!A2",
    )
    assert (second.text("comment"), second.at("rule")) == ("1.5", "Rules!C4")


def test_only_the_first_problems_are_told_in_full() -> None:
    refuse_problems([])
    with pytest.raises(DataError, match="a; b; c; and 2 more cells"):
        refuse_problems(["a", "b", "c", "d", "e"])


def test_texts_are_compared_without_their_layout_and_shown_cut() -> None:
    assert bare(" a\r\n  b ") == "a b"
    assert short("x" * 61) == "x" * 60 + "..."
