"""The rows of the Findings sheet, against the findings themselves."""

from __future__ import annotations

import csv
import datetime
import json

from oncorules.report.cell_text import cell_text
from oncorules.report.finding_lines import FindingLines
from oncorules.report.findings_sheet import FINDING_FIELDS, finding_rows

from .validated import LB, POSITIVE, rows, small_run, workbook

SAME = {
    "rule": "rule_id", "severity": "severity", "subject": "USUBJID", "table": "table",
    "file": "file", "message": "message", "state": "state", "owner": "owner",
    "explanation": "explanation", "finding id": "finding_id", "values id": "values_id",
}  # fmt: skip


def test_each_finding_has_a_row_with_its_site_visit_value_and_what_was_expected(desk, tmp_path):
    found = rows(workbook(small_run(desk), tmp_path / "a.xlsx")["Findings"])
    shown = ("rule", "site", "subject", "visit", "row", "variable", "value", "expected")
    said = "Numeric Result/Finding in Standard Units (LBSTRESN) is at least 0"
    assert [tuple(row[name] for name in shown) for row in found] == [
        ("ADULT", "002", "B", None, 2, "AGE", "12", "Age (AGE) is at least adult (18 year)"),
        ("POSITIVE", "001", "A", "WEEK 2", 2, "LBSTRESN\nLBTESTCD", "-1\nK", said),
        ("POSITIVE", "002", "B", "2.1", 3, "LBSTRESN\nLBTESTCD", "-2\nK", said),
        ("POSITIVE", None, "X", None, 5, "LBSTRESN\nLBTESTCD", "-3\nK", said),
    ]


def test_the_sheet_has_what_findings_csv_has(desk, tmp_path):
    result = small_run(desk, structure="sql")
    found = rows(workbook(result, tmp_path / "a.xlsx")["Findings"])
    result.write(tmp_path / "out")
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as lines:
        written = list(csv.DictReader(lines))
    assert len(found) == len(written) == result.findings.count > 4
    for row, line in zip(found, written, strict=True):
        assert {name: row[name] or "" for name in SAME} == {
            name: line[column] for name, column in SAME.items()
        }
        assert str(row["row"] or "") == line["row"]
        values = json.loads(line["values"])
        values.pop("adult", None)  # a parameter, which stands beside the condition
        assert (row["value"] or "") == "\n".join(v or "(missing)" for v in values.values())


def test_hostile_values_of_an_export_are_shown_as_text(desk, tmp_path):
    hostile = ["=cmd|' /C calc'!A0", "<script>", "http://a.b", "x" * 40_000, "a\x1bb", "+1"]
    lines = [["USUBJID", "LBSEQ", "LBTEST", "LBSTRESN"]]
    lines += [[text[:99], str(n), text, "-1"] for n, text in enumerate(hostile)]
    rule = POSITIVE.replace("{LBTESTCD}", "{LBTEST}")
    result = desk.run(desk.csv("LB", lines), desk.pack(rule))
    sheet = workbook(result, tmp_path / "a.xlsx")["Findings"]
    found = rows(sheet)
    assert [row["message"] for row in found] == [cell_text(f"{t} is -1.") for t in hostile]
    assert [row["subject"] for row in found] == [cell_text(t[:99]) for t in hostile]
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s", "n"}
    assert all(cell.hyperlink is None for row in sheet for cell in row)


def test_what_is_known_of_a_finding_stands_beside_it(desk, tmp_path):
    result = small_run(desk)
    (one, *_) = result.findings.rows()
    (tmp_path / "known.csv").write_text(
        "finding_id,rule_id,USUBJID,state,owner,explanation,expires,values_id,first_seen\n"
        f"{one.finding_id},ADULT,B,accepted,kim,Seen,2024-12-31,{one.values_id},2024-02-01\n",
        encoding="utf-8",
    )
    known = small_run(desk, known=tmp_path / "known.csv", date=datetime.date(2024, 3, 1))
    row = rows(workbook(known, tmp_path / "a.xlsx")["Findings"])[0]
    assert (row["state"], row["owner"], row["explanation"]) == ("accepted", "kim", "Seen")
    assert row["expires"].date() == datetime.date(2024, 12, 31)
    assert row["first seen"].date() == datetime.date(2024, 2, 1)


def test_a_required_column_that_is_missing_is_the_variable(desk, tmp_path):
    result = desk.run(
        desk.export(LB=LB), desk.pack(POSITIVE), structure="sql", rules=["LB.STUDYID.column"]
    )
    (row,) = rows(workbook(result, tmp_path / "a.xlsx")["Findings"])
    assert (row["variable"], row["value"], row["row"]) == ("STUDYID", None, None)
    assert row["expected"] == "LB has the column STUDYID"


def test_findings_are_counted_on_the_way(desk):
    lines = FindingLines(small_run(desk))
    tally = lines.tally
    found = list(finding_rows(lines))
    assert all(len(row) == len(FINDING_FIELDS) for row in found)
    assert tally.subjects_of == {("ADULT", "DM"): 1, ("POSITIVE", "LB"): 3}
    assert tally.found[("002", "B", "warning")] == 1
    assert tally.states == {("warning", "new"): 1, ("error", "new"): 3}
