"""The first sheet of a workbook."""

from __future__ import annotations

from datetime import date

from oncorules import __version__
from oncorules.data.synthetic import NOTE

from .validated import DM, LB, POSITIVE, small_run, workbook


def lines(book) -> list[list[object]]:
    """Return the rows of the summary without their empty ends."""
    found = [list(row) for row in book["Summary"].iter_rows(values_only=True)]
    for row in found:
        while row and row[-1] is None:
            row.pop()
    return found


def below(found: list[list[object]], title: str) -> list[list[object]]:
    """Return the small table under a title, its heading first."""
    start = found.index([title]) + 1
    end = next((n for n in range(start, len(found)) if not found[n]), len(found))
    return found[start:end]


def test_the_summary_says_what_was_read_and_what_the_rules_say(desk, tmp_path):
    found = lines(workbook(small_run(desk, date=date(2024, 3, 1)), tmp_path / "a.xlsx"))
    assert found[1] == [f"2024-03-01, oncorules {__version__}, trial 1.0.0"]
    assert below(found, "What was read") == [
        ["table", "rows", "subjects", "files"], ["DM", 3, 3, "dm.csv"], ["LB", 5, 4, "lb.csv"],
    ]  # fmt: skip
    assert below(found, "Rules; one on two tables counts twice") == [
        ["status", "rules", "error", "warning", "notice"],
        ["not met", 2, 1, 1, 0],
        ["not run", 1, 1, 0, 0],
    ]
    assert below(found, "Findings") == [
        ["severity", "findings", "new"], ["error", 3, 3], ["warning", 1, 1],
    ]  # fmt: skip


def test_a_rule_that_did_not_run_is_told_with_its_reason(desk, tmp_path):
    found = lines(workbook(small_run(desk), tmp_path / "a.xlsx"))
    assert below(found, "Rules that did not run")[1] == [
        "DOSED", "LB", "error", "not run", "it reads EX, which the export does not have",
    ]  # fmt: skip


def test_that_all_rules_ran_is_said_too(desk, tmp_path):
    result = desk.run(desk.export(LB=LB), desk.pack(POSITIVE))
    assert ["Rules that did not run: none"] in lines(workbook(result, tmp_path / "a.xlsx"))


def test_a_synthetic_export_is_called_so_on_top(desk, tmp_path):
    export = desk.export(DM=DM, LB=LB)
    (export / NOTE).write_text("Synthetic rows, of nobody.\n", encoding="utf-8")
    found = lines(workbook(desk.run(export, desk.pack(POSITIVE)), tmp_path / "a.xlsx"))
    assert found[1] == ["Synthetic rows, of nobody."]


def test_notes_of_reading_are_told(desk, tmp_path):
    export = desk.export(DM=DM, LB=LB)
    text = (export / "lb.csv").read_text(encoding="utf-8").replace(",", ";")
    (export / "lb.csv").write_text(text, encoding="utf-8")
    found = lines(workbook(desk.run(export, desk.pack(POSITIVE)), tmp_path / "a.xlsx"))
    assert any("delimiter" in str(row[1]) for row in below(found, "Notes"))
