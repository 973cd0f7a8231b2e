"""Two runs compared as a workbook, read back with a library that did not write it."""

from __future__ import annotations

import openpyxl
import pytest

from oncorules.report import workbook
from oncorules.report.comparison_sheets import write_comparison_workbook

from .compared import Found, compared
from .validated import rows

FORMULA = '=HYPERLINK("http://a.b","x")'


@pytest.fixture
def book(tmp_path):
    def book(*runs):
        write_comparison_workbook(compared(tmp_path, *runs), tmp_path / "two.xlsx")
        return openpyxl.load_workbook(tmp_path / "two.xlsx")

    return book


def test_every_finding_of_either_run_is_a_row_with_its_values_before_and_now(book):
    shown = ("change", "why", "rule", "site", "subject", "value before", "value now", "differs")
    found = [tuple(row[name] for name in shown) for row in rows(book()["Changes"])]
    assert found == [
        ("new", "subject not in the export", "R1", "102", "C", None, "SEVERE", None),
        ("reopened", "data changed", "R1", "101", "B", "MILD", "SEVERE", "AESEV"),
        ("persisting", "nothing changed", "R1", "101", "A", "MILD", "MILD", None),
        ("persisting", "rule changed", "R3", "101", "A", "1", "1", None),
        ("not seen", "subject not in the export", "R2", "101", "B", "1", None, None),
        ("resolved", "data changed", "R2", "101", "A", "1", None, None),
    ]


def test_states_stand_before_and_now(book):
    found = {row["rule"] + row["subject"]: row for row in rows(book()["Changes"])}
    assert (found["R1B"]["state before"], found["R1B"]["state now"]) == ("accepted", "reopened")
    assert (found["R2A"]["state before"], found["R2A"]["state now"]) == ("open", None)


def test_the_first_sheet_counts(book):
    lines = [[cell for cell in line if cell is not None] for line in _lines(book()["Comparison"])]
    assert lines[1] == [
        "Since the run of 2024-03-01: 1 new, 1 reopened, 2 persisting, 1 not seen, 1 resolved"
    ]
    assert ["reopened", "data changed", 1] in lines
    assert ["R1", "AE", "error", 1, 1, 1, 0, 0, "Rule R1"] in lines


def test_two_runs_without_a_finding_have_both_sheets(book):
    empty = book([], [])
    assert empty.sheetnames == ["Comparison", "Changes"]
    assert _lines(empty["Comparison"])[1][0].endswith(": no finding then or now")
    assert rows(empty["Changes"]) == []


def test_no_text_becomes_a_formula_or_a_link(book):
    other = Found("R1", "A", FORMULA)
    sheet = book([other], [Found("R1", "A", "1", message=FORMULA)])["Changes"]
    assert [cell.data_type for cell in sheet[2] if cell.value == FORMULA] == ["s", "s"]
    assert not any(cell.hyperlink for line in sheet for cell in line)


def test_many_findings_are_split(book, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    assert book().sheetnames == ["Comparison", "Changes", "Changes 2"]


def test_the_same_runs_give_the_same_bytes(tmp_path):
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in files:
        write_comparison_workbook(compared(tmp_path), path)
    assert files[0].read_bytes() == files[1].read_bytes()


def _lines(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))
