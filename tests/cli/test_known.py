"""`oncorules known`: the file of known findings after a run."""

from __future__ import annotations

from pathlib import Path

import pytest

CALL = ("validate", "export", "--pack", "trial.yaml", "--structure", "none", "-q")


@pytest.fixture
def week(run):
    run(*CALL, "--out", "week1", "--date", "2024-03-01")
    return run


def test_the_file_is_made_and_a_second_time_it_is_the_same(week, trial: Path) -> None:
    ran = week("known", "week1", "--file", "known.csv")
    assert ran.code == 0
    assert [line.split()[:2] for line in ran.lines[1:5]] == [
        ["added", "1"], ["reopened", "0"], ["kept", "0"], ["gone", "0"],
    ]  # fmt: skip
    assert ran.lines[-1] == "Written to known.csv"
    written = (trial / "known.csv").read_bytes()
    assert b",AGE-ADULT,B,open,,,," in written
    assert written.endswith(b",2024-03-01\n")
    week("known", "week1", "--file", "known.csv")
    assert (trial / "known.csv").read_bytes() == written


def test_a_wrong_line_leaves_the_file_as_it_was(week, trial: Path) -> None:
    week("known", "week1", "--file", "known.csv")
    wrong = (trial / "known.csv").read_text("utf-8").replace("open", "opne")
    (trial / "known.csv").write_text(wrong, "utf-8")
    ran = week("known", "week1", "--file", "known.csv")
    assert ran.code == 3
    assert ran.err == (
        'oncorules: known.csv:2: the state "opne" is not known; did you mean "open"?\n'
    )
    assert (trial / "known.csv").read_text("utf-8") == wrong


def test_a_folder_that_is_no_run_is_refused(week, trial: Path) -> None:
    ran = week("known", "export", "--file", "known.csv")
    assert (ran.code, ran.out) == (3, "")
    assert not (trial / "known.csv").exists()


def test_a_folder_that_is_not_there_cannot_take_the_file(week) -> None:
    ran = week("known", "week1", "--file", "no/known.csv")
    assert ran.code == 4
    assert "make the folder no first" in ran.err


def test_what_was_written_into_the_workbook_is_taken_over(run, trial: Path) -> None:
    import openpyxl

    run(*CALL, "--out", "week1", "--report", "week1.xlsx", "--date", "2024-03-01")
    book = openpyxl.load_workbook(trial / "week1.xlsx")
    book["Findings"]["N2"], book["Findings"]["O2"] = "accepted", "kim"
    book.save(trial / "week1.xlsx")
    ran = run("known", "week1", "--file", "known.csv", "--workbook", "week1.xlsx")
    assert ran.code == 0
    assert [line.rsplit(None)[:3] for line in ran.lines[1:3]] == [
        ["taken", "over", "1"], ["added", "0", "findings"],
    ]  # fmt: skip
    assert ",AGE-ADULT,B,accepted,kim,,," in (trial / "known.csv").read_text("utf-8")


def test_a_workbook_with_a_fault_leaves_the_file_as_it_was(run, trial: Path) -> None:
    import openpyxl

    run(*CALL, "--out", "week1", "--report", "week1.xlsx")
    run("known", "week1", "--file", "known.csv")
    before = (trial / "known.csv").read_bytes()
    book = openpyxl.load_workbook(trial / "week1.xlsx")
    book["Findings"]["N2"] = "acepted"
    book.save(trial / "week1.xlsx")
    ran = run("known", "week1", "--file", "known.csv", "--workbook", "week1.xlsx")
    assert ran.code == 3
    assert ran.err == (
        'oncorules: week1.xlsx: Findings!N2: "acepted" is no state; did you mean "accepted"?\n'
    )
    assert (trial / "known.csv").read_bytes() == before
