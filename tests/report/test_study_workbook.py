"""The workbook of a study, read back: every cell is a text, and the same bytes each time."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from oncorules.report.study_workbook import study_workbook

from .charts.marks import in_other_process
from .studies import HOSTILE, table

TWICE = """
import hashlib
from tests.report.studies import HOSTILE, table
from oncorules.report.study_workbook import study_workbook
print(hashlib.sha256(study_workbook("A paper", [table(*HOSTILE)])).hexdigest())
"""


def read(content: bytes) -> Any:
    """Return a workbook as it was written."""
    import openpyxl

    return openpyxl.load_workbook(BytesIO(content))


def test_a_text_that_looks_like_a_formula_or_a_link_is_a_text():
    sheet = read(study_workbook("A paper", [table(*HOSTILE)]))["table-1"]
    cells = [cell for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert {cell.value for cell in cells} >= set(HOSTILE)


def test_a_table_stands_as_it_is_laid_out_with_the_printed_cells_beside():
    sheet = read(study_workbook("A paper", [table("Male", "Female")]))["table-1"]
    assert [[cell.value or None for cell in row] for row in sheet] == [
        ["Table 1. Male", None, None, None, None],
        [None, "Male", "printed", "Control", "printed"],
        ["Male", None, None, None, None],
        ["Male", "Male", "12", None, None],
        ["Female", "Female", "12", None, None],
        [None, None, None, None, None],
        ["Method: Male.", None, None, None, None],
    ]
    assert sheet["A3"].font.bold and not sheet["A4"].font.bold
    assert sheet.freeze_panes == "B3"


@pytest.mark.parametrize(
    ("name", "sheet"),
    [("table-1", "table-1"), ("table-S1/2", "table-S1-2"), ("t" * 40, f"2-{'t' * 27}")],
)
def test_a_sheet_has_a_name_that_a_workbook_can_have(name, sheet):
    book = read(study_workbook("A paper", [table("x", name="first"), table("x", name=name)]))
    assert book.sheetnames == ["first", sheet]


def test_long_names_that_begin_alike_are_two_sheets():
    tables = [table("x", name=f"{'t' * 40}{end}") for end in "ab"]
    assert len(set(read(study_workbook("A paper", tables)).sheetnames)) == 2


def test_a_control_character_is_kept_and_breaks_nothing():
    content = study_workbook("A paper", [table("a\x01b")])
    assert read(content)["table-1"]["A3"].value in ("a\x01b", "a_x0001_b")


def test_the_workbook_has_a_title_and_is_the_same_in_every_process():
    book = read(study_workbook("A paper", [table("x")]))
    assert book.properties.title == "A paper"
    assert len({in_other_process(TWICE, seed) for seed in (1, 2)}) == 1
