"""States, owners, explanations and expiries that people write into a workbook, read back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from oncorules.errors import DataError
from oncorules.report import workbook as frame
from oncorules.report.findings_workbook import write_workbook
from oncorules.report.workbook_states import COLUMNS, read_workbook_states
from oncorules.validation.known import Known
from oncorules.validation.known_file import KnownLine
from oncorules.validation.run_folder import RunFolder, read_run

from .validated import POSITIVE, small_run

DAY = date(2024, 3, 1)


class Week:
    """A run with its workbook, which somebody edits."""

    def __init__(self, run: RunFolder, path: Path) -> None:
        self.run, self.path = run, path
        self.book = openpyxl.load_workbook(path)

    def write(self, row: int, sheet: str = "Findings", /, **cells: Any) -> None:
        """Write into a row of the sheet; 2 is the first finding."""
        for name, value in cells.items():
            place = COLUMNS.index(name.replace("_", " ")) + 1
            self.book[sheet].cell(row, place).value = value

    def read(self, lines: dict[str, KnownLine] | None = None) -> dict[str, KnownLine]:
        """Save the workbook and read it back."""
        self.book.save(self.path)
        return read_workbook_states(self.path, self.run, lines or {})

    def refused(self, message: str) -> None:
        """Assert that it is refused with a message."""
        with pytest.raises(DataError, match=re.escape(message)):
            self.read()

    def ids(self) -> list[str]:
        """Return the identities of the findings, in the order of the sheet."""
        return [str(one) for one in self.run.scan().collect()["finding_id"]]


@pytest.fixture
def week(desk, tmp_path) -> Week:
    result = small_run(desk, date=DAY)
    result.write(tmp_path / "week1")
    write_workbook(result, tmp_path / "week1.xlsx")
    return Week(read_run(tmp_path / "week1"), tmp_path / "week1.xlsx")


def test_a_workbook_that_nobody_edited_says_nothing(week):
    assert week.read() == {}


def test_what_was_written_comes_back_by_finding(week):
    week.write(
        2, state="accepted", owner="kim", explanation="Seen\nat site", expires=date(2024, 12, 31)
    )
    week.write(4, state="sent")
    first, _, third, _ = week.ids()
    values = week.run.scan().collect()["values_id"]
    assert week.read() == {
        first: KnownLine(
            "ADULT", "B",
            Known("accepted", "kim", "Seen\nat site", date(2024, 12, 31), values[0], DAY),
        ),
        third: KnownLine("POSITIVE", "B", Known("sent", values_id=values[2], first_seen=DAY)),
    }  # fmt: skip


def test_rows_may_be_sorted_and_left_out(week):
    week.write(5, state="answered")
    week.book["Findings"].delete_rows(2, 2)
    assert [line.known.state for line in week.read().values()] == ["answered"]


def test_whoever_writes_an_owner_to_a_new_finding_has_opened_it(week):
    week.write(2, owner="lee")
    assert [line.known.state for line in week.read().values()] == ["open"]


def test_a_day_may_be_written_as_text_and_a_number_is_an_owner(week):
    week.write(2, state="accepted", owner=7, expires="2025-01-31")
    (line,) = week.read().values()
    assert (line.known.owner, line.known.expires) == ("7", date(2025, 1, 31))


def test_what_the_file_says_meanwhile_stays_where_the_workbook_says_nothing_new(week):
    finding = week.ids()[1]
    line = KnownLine("POSITIVE", "A", Known("accepted", "lee", values_id="0" * 16))
    week.write(2, state="sent")
    assert finding not in week.read({finding: line})


def test_what_the_file_has_already_is_no_change(week):
    week.write(2, state="sent", owner="kim")
    read = week.read()
    assert week.read(read) == {}


def test_the_day_a_finding_was_first_seen_stays_that_of_the_file(week):
    finding = week.ids()[0]
    before = KnownLine("ADULT", "B", Known("open", first_seen=date(2023, 1, 1)))
    week.write(2, state="sent")
    assert week.read({finding: before})[finding].known.first_seen == date(2023, 1, 1)


def test_findings_on_several_sheets_are_all_read(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(frame, "MOST_ROWS", 3)
    result = small_run(desk, date=DAY)
    result.write(tmp_path / "week1")
    write_workbook(result, tmp_path / "week1.xlsx")
    week = Week(read_run(tmp_path / "week1"), tmp_path / "week1.xlsx")
    week.write(3, "Findings 2", state="sent")
    assert [line.subject for line in week.read().values()] == ["X"]
    week.write(3, "Findings 2", state="snt")
    week.refused('Findings 2!N3: "snt" is no state; did you mean "sent"?')


def test_a_state_that_is_none_is_refused_with_its_cell(week):
    week.write(3, state="acepted")
    week.refused('week1.xlsx: Findings!N3: "acepted" is no state; did you mean "accepted"?')


def test_a_state_that_was_cleared_is_refused(week):
    week.write(3, state=None)
    week.refused('Findings!N3: "" is no state; write open, sent, answered, accepted')


def test_a_state_in_the_wrong_column_is_refused(week):
    week.write(3, owner="accepted")
    week.refused('Findings!O3: "accepted" stands under owner; write a state into Findings!N3')


def test_a_cell_that_is_not_read_must_be_as_it_was(week):
    week.write(3, severity="accepted")
    week.refused(
        'Findings!B3: "accepted" stands under severity, where the run has "error"; only state, '
        "owner, explanation and expires are read, so write it there and undo this"
    )


@pytest.mark.parametrize("column", ["rule", "subject", "table", "file", "row", "message"])
def test_no_cell_that_tells_the_finding_may_change(week, column):
    week.write(4, **{column: "other"})
    week.refused(f'4: "other" stands under {column}, where the run has')


def test_a_day_that_is_none_is_refused(week):
    week.write(2, expires="end of 2024")
    week.refused('Findings!Q2: "end of 2024" is not a day; write it as 2024-12-31')


def test_an_unknown_finding_is_refused(week):
    week.write(2, finding_id="0123456789abcdef")
    week.refused("Findings!R2: the run")
    week.refused('has no finding "0123456789abcdef"; expected the workbook that was written with')


def test_a_row_that_was_copied_is_refused(week):
    sheet = week.book["Findings"]
    for place in range(1, len(COLUMNS) + 1):
        sheet.cell(6, place).value = sheet.cell(3, place).value
    week.refused(f"Findings!R6: the finding {week.ids()[1]} stands in Findings!R3 already")


def test_a_renamed_sheet_is_refused(week):
    week.book["Findings"].title = "Befunde"
    week.refused('week1.xlsx has no sheet "Findings"; it has Summary, Rules, Befunde, By subject')


def test_a_renamed_column_is_refused(week):
    week.write(1, state="status")
    week.refused('Findings!N1: the heading is "status", expected "state"; give the column its')


def test_several_faults_come_together(week):
    for row in range(2, 6):
        week.write(row, state="x")
    week.refused('!N2: "x" is no state')
    week.refused("; and 1 more cell")


def test_what_is_no_workbook_is_refused(week, tmp_path):
    (tmp_path / "a.xlsx").write_text("state,owner", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.xlsx"):
        read_workbook_states(tmp_path / "a.xlsx", week.run, {})
    with pytest.raises(DataError, match="there is no workbook"):
        read_workbook_states(tmp_path / "none.xlsx", week.run, {})


def test_hostile_and_long_texts_that_nobody_touched_are_no_change(desk, tmp_path):
    texts = ["=1+1", "<r><t>x</t></r>", "a\x1bb", "x" * 40_000, " two  blanks ", "_x0041_"]
    lines = [["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN"]]
    lines += [[f"S{n}", str(n), text, "-1"] for n, text in enumerate(texts)]
    result = desk.run(desk.csv("LB", lines), desk.pack(POSITIVE), date=DAY)
    result.write(tmp_path / "week1")
    write_workbook(result, tmp_path / "week1.xlsx")
    run = read_run(tmp_path / "week1")
    assert read_workbook_states(tmp_path / "week1.xlsx", run, {}) == {}
