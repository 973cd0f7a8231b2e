"""Sheets of rows: texts stay texts, long tables are split, the same rows give the same bytes."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest

from oncorules.errors import OutputError
from oncorules.report import workbook
from oncorules.report.workbook import Cell, Field, writing_workbook

FIELDS = (
    Field("text", 20, wrap=True),
    Field("number", 8),
    Field("day", day=True),
    Field("state", edited=True, choices=("open", "sent")),
)
RICH = '<r><t>x</t></r></is></c><c r="Z9"><f>1+1</f></c><c t="inlineStr"><is><r><t>y</t></r>'
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1+1",
    "007",
    "1e5",
    "<script>alert(1)</script>",
    "http://example.org/x",
    "mailto:a@b.c",
    "'quoted",
    "a\x00\x1b[31m\u202eb",
    "x" * 40_000,
    "_x0041_",
    RICH,
    "{=1+1}",
)


def write(path: Path, rows: list[list[Cell]], name: str = "Rows") -> Any:
    import openpyxl

    with writing_workbook(path, "A table") as book:
        book.sheets(name, len(rows)).fill(FIELDS, rows)
    return openpyxl.load_workbook(path)


def test_hostile_texts_are_texts_and_make_no_link_and_no_formula(tmp_path):
    sheet = write(tmp_path / "a.xlsx", [[text, None, None, text] for text in HOSTILE])["Rows"]
    cells = [cell for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert [row[0].value for row in sheet][1:9] == list(HOSTILE[:8])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        content = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in content
    assert "hyperlink" not in content


def test_a_text_stays_a_text_when_somebody_edits_its_cell(tmp_path):
    sheet = write(tmp_path / "a.xlsx", [["=1+1", None, None, "=1+1"]])["Rows"]
    assert sheet["A2"].quotePrefix
    assert sheet["D2"].number_format == "@"


def test_numbers_and_days_are_numbers_and_days(tmp_path):
    day = datetime.date(2024, 3, 1)
    sheet = write(tmp_path / "a.xlsx", [["a", 12, day, None]])["Rows"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == (12, "n")
    assert (sheet["C2"].value.date(), sheet["C2"].number_format) == (day, "yyyy-mm-dd")
    assert sheet["D2"].value is None


def test_the_heading_is_frozen_filtered_and_printed_on_every_page(tmp_path):
    sheet = write(tmp_path / "a.xlsx", [["a", 1, None, "open"], ["b", 2, None, "sent"]])["Rows"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D3"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert sheet["A2"].alignment.wrap_text
    assert not sheet["B2"].alignment.wrap_text


def test_a_column_with_choices_offers_them(tmp_path):
    sheet = write(tmp_path / "a.xlsx", [["a", 1, None, "open"]])["Rows"]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", '"open,sent"', "D2")
    assert rule.error == "Write open or sent."


def test_a_sheet_without_rows_has_its_heading(tmp_path):
    sheet = write(tmp_path / "a.xlsx", [])["Rows"]
    assert [cell.value for cell in sheet[1]] == ["text", "number", "day", "state"]
    assert sheet.max_row == 1


def test_a_long_table_goes_on_in_further_sheets_and_each_says_what_it_has(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    book = write(tmp_path / "a.xlsx", [[str(n), n, None, None] for n in range(5)])
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3"]
    tops = [book[name]["A1"].value for name in book.sheetnames]
    assert tops[0] == "Rows 1 to 2 of 5; the others are on Rows 2 and Rows 3."
    assert tops[2] == "Rows 5 to 5 of 5; the others are on Rows and Rows 2."
    assert [book[name]["A2"].value for name in book.sheetnames] == ["text"] * 3
    assert [book[name].freeze_panes for name in book.sheetnames] == ["A3"] * 3
    numbers = [row[1].value for name in book.sheetnames for row in book[name].iter_rows(min_row=3)]
    assert numbers == [0, 1, 2, 3, 4]


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [[text, 1, None, None] for text in HOSTILE])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"none.a\.xlsx cannot be written .*make the folder"):
        write(tmp_path / "none" / "a.xlsx", [])


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path, monkeypatch):
    import xlsxwriter

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.xlsx").write_bytes(b"old")
    monkeypatch.setattr(xlsxwriter.Workbook, "_store_workbook", fail)
    with pytest.raises(OutputError, match=r"a\.xlsx cannot be written \(No space left"):
        write(tmp_path / "a.xlsx", [["a", 1, None, None]])
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_bytes() == b"old"


def test_rows_that_fail_leave_nothing_behind(tmp_path):
    with pytest.raises(ZeroDivisionError), writing_workbook(tmp_path / "a.xlsx", "A") as book:
        book.sheets("Rows", 1).fill(FIELDS, ([str(1 // n)] for n in (1, 0)))
    assert list(tmp_path.iterdir()) == []


def test_a_page_has_small_tables_below_each_other(tmp_path):
    import openpyxl

    with writing_workbook(tmp_path / "a.xlsx", "A table") as book:
        page = book.page("Summary", (30, 10))
        page.line("=1+1", bold=True)
        page.table("Counts", ("what", "many"), [["a", 3], ["b", None]])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Summary"]
    lines = [[cell.value for cell in row] for row in sheet]
    nothing = [None, None]
    assert lines == [
        ["=1+1", None], nothing, ["Counts", None], ["what", "many"], ["a", 3], ["b", None],
    ]  # fmt: skip
    assert sheet["A1"].data_type == "s"
