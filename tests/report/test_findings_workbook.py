"""The workbook of a run as a whole: its sheets, its counts, always the same bytes."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from oncorules.data.demo import demo_export
from oncorules.report import workbook as frame
from oncorules.validation.run import validate

from .charts.marks import in_other_process
from .validated import rows, small_run, workbook

SHEETS = [
    "Summary", "Rules", "Findings", "By subject", "By site", "Derived", "Data", "Coverage",
    "Configuration",
]  # fmt: skip
TWICE = """
import hashlib, sys
from datetime import date
from pathlib import Path
from oncorules.data.demo import demo_export
from oncorules.report.findings_workbook import write_workbook
from oncorules.validation.run import validate
with validate(demo_export(), date=date(2024, 3, 1), structure="sql") as result:
    write_workbook(result, Path({path!r}))
print(hashlib.sha256(Path({path!r}).read_bytes()).hexdigest())
"""


def counts(sheet) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in rows(sheet)]


def test_a_run_has_eight_sheets(desk, tmp_path):
    assert workbook(small_run(desk), tmp_path / "a.xlsx").sheetnames == SHEETS


def test_findings_are_counted_by_subject_and_by_site(desk, tmp_path):
    book = workbook(small_run(desk), tmp_path / "a.xlsx")
    assert counts(book["By subject"]) == [
        ("X", None, 1, 1, 0, 0), ("A", "001", 1, 1, 0, 0), ("B", "002", 2, 1, 1, 0),
    ]  # fmt: skip
    assert counts(book["By site"]) == [
        ("(not known)", None, 1, 1, 1, 0, 0), ("001", 1, 1, 1, 1, 0, 0), ("002", 2, 1, 2, 1, 1, 0),
    ]  # fmt: skip


def test_a_run_without_findings_has_the_same_sheets(desk, tmp_path):
    rule = "applies_to: {table: DM}\ncondition: AGE > 0"
    result = desk.run(desk.export(DM="USUBJID | AGE\nA | 40"), desk.pack(rule))
    book = workbook(result, tmp_path / "a.xlsx")
    assert book.sheetnames == SHEETS
    assert rows(book["Findings"]) == rows(book["By subject"]) == []


def test_many_findings_are_split_and_the_summary_says_so(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(frame, "MOST_ROWS", 3)
    book = workbook(small_run(desk), tmp_path / "a.xlsx")
    assert book.sheetnames[:6] == [*SHEETS[:3], "Findings 2", *SHEETS[3:5]]
    assert book["Findings"]["A1"].value == "Rows 1 to 3 of 4; the others are on Findings 2."
    said = [row[0].value for row in book["Summary"].iter_rows(max_row=3)]
    assert "The 4 findings are on 2 sheets, Findings to Findings 2." in said
    assert [row[3].value for row in book["Findings 2"].iter_rows(min_row=3)] == ["X"]


def test_the_same_run_gives_the_same_bytes_in_every_process(tmp_path):
    path = tmp_path / "here.xlsx"
    with validate(demo_export(), date=date(2024, 3, 1), structure="sql") as result:
        book = workbook(result, path)
    here = hashlib.sha256(path.read_bytes()).hexdigest()
    for seed in (1, 2):
        code = TWICE.format(path=str(tmp_path / f"{seed}.xlsx"))
        assert in_other_process(code, seed).decode().strip() == here
    assert book.properties.created.isoformat() == "2000-01-01T00:00:00"
    assert str(tmp_path) not in "".join(
        str(cell.value) for sheet in book for row in sheet for cell in row
    )


@pytest.mark.parametrize("sheet", SHEETS[1:])
def test_every_table_of_the_demo_can_be_read_filtered_and_printed(sheet, demo_book):
    one = demo_book[sheet]
    assert one.freeze_panes == "A2"
    assert one.auto_filter.ref == one.dimensions
    assert one.print_title_rows == "$1:$1"
    assert all(8 <= one.column_dimensions[c.column_letter].width <= 62 for c in one[1])


@pytest.fixture(scope="module")
def demo_book(tmp_path_factory):
    path: Path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    with validate(demo_export(), structure="sql") as result:
        return workbook(result, path)
