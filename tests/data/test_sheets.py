"""Workbooks: a table per sheet, everything as text, nothing lost without a note."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from oncorules.data.export import Export, read_export
from oncorules.data.sheets import read_grids
from oncorules.errors import DataError


def book(path: Path, **sheets: list[list[Any]]) -> Export:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    workbook.close()
    return read_export(path)


def rows(export: Export, table: str) -> list[tuple[Any, ...]]:
    source = export.tables[table].parts[0].source
    first = source.read()  # type: ignore[union-attr]
    assert first.equals(source.read())  # type: ignore[union-attr]
    return [tuple(row.values()) for row in first.to_pylist()]


def test_each_sheet_is_a_table_and_values_are_exact_text(tmp_path: Path) -> None:
    export = book(
        tmp_path / "trial.xlsx",
        LB=[
            ["USUBJID", "N", "D", "M", "T", "B"],
            ["001", 38, dt.date(2014, 1, 2), dt.datetime(2014, 1, 2, 10, 30), dt.time(8, 30), True],
            ["002", 0.1, None, None, None, False],
            [None, 1e-7, None, None, None, None],
        ],
        dm=[["A"], [12345678]],
    )
    assert list(export.tables) == ["DM", "LB"]
    assert export.tables["LB"].parts[0].file == "trial.xlsx[LB]"
    assert rows(export, "LB") == [
        ("001", "38", "2014-01-02", "2014-01-02T10:30:00", "08:30:00", "true"),
        ("002", "0.1", None, None, None, "false"),
        (None, "0.0000001", None, None, None, None),
    ]
    assert rows(export, "DM") == [("12345678",)]


def test_empty_rows_do_not_count_and_the_header_is_the_first_row_with_values(
    tmp_path: Path,
) -> None:
    export = book(tmp_path / "t.xlsx", LB=[[], [None], ["A", "B"], [], [1, 2], [" "], [3, 4]])
    assert export.tables["LB"].rows == 2
    assert rows(export, "LB") == [("1", "2"), ("3", "4")]


def test_a_gap_is_no_column_but_values_without_a_name_are_one(tmp_path: Path) -> None:
    export = book(tmp_path / "t.xlsx", LB=[["A", None, "B", None], [1, None, 2, "x"]])
    assert [column.name for column in export.tables["LB"].columns] == ["A", "B", "COLUMN_3"]
    assert [str(n) for n in export.notes] == ["t.xlsx[LB]: COLUMN_3 has no name in the file"]


def test_a_lone_sheet_nobody_named_takes_the_name_of_the_file(tmp_path: Path) -> None:
    assert list(book(tmp_path / "lb.xlsx", Sheet1=[["A"], [1]]).tables) == ["LB"]


def test_hidden_and_empty_sheets_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "LB"
    workbook.active.append(["A"])
    workbook.create_sheet("Codes").sheet_state = "hidden"
    workbook.create_sheet("Notes")
    workbook.save(path)
    assert [str(note) for note in read_export(path).notes] == [
        "t.xlsx[LB]: a header and no rows",
        "t.xlsx: sheets not read: Codes (hidden), Notes (empty)",
    ]


def test_cells_with_an_excel_error_are_missing_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("LB")
        sheet.write_row(0, 0, ["A", "B"])
        sheet.write_row(1, 0, ["x"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    export = read_export(path)
    assert rows(export, "LB") == [("x", None)]
    assert [str(note) for note in export.notes] == [
        "t.xlsx: 1 cell holds an Excel error such as #N/A; read as missing"
    ]


def test_a_workbook_without_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t.xlsx has no visible sheet with values; expected a tab"):
        book(tmp_path / "t.xlsx", LB=[])


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book(path, LB=[["A"], [1]])
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"^t.xlsx is cut off or damaged: its table of cont"):
        read_export(path)


def test_a_workbook_damaged_inside_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet")
    with pytest.raises(DataError) as caught:
        read_export(path)
    assert str(caught.value).startswith("t.xlsx is a workbook that is damaged or cut off (")
    assert "\n" not in str(caught.value)


def test_the_same_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r't.xlsx\[LB\]: column "a" \(column 2\) is there twice'):
        book(tmp_path / "t.xlsx", LB=[["A", "a"], [1, 2]])


def test_the_cells_of_sheets_come_with_their_places_and_the_names_of_all(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "One"
    book["One"]["B3"] = 5
    book.create_sheet("Two")
    book.save(tmp_path / "a.xlsx")
    grids, names = read_grids(tmp_path / "a.xlsx", "a.xlsx", ["One", "Three"])
    assert grids == {"One": [["", ""], ["", ""], ["", 5.0]]}
    assert names == ["One", "Two"]
