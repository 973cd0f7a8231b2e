"""Coverage as the sheet of a workbook and the folded part of a page."""

from __future__ import annotations

from oncorules.report.coverage_tables import COVERAGE_FIELDS, coverage_rows, coverage_section

from .pages import written_page
from .validated import small_run, workbook

NAMES = [field.name for field in COVERAGE_FIELDS]


def test_the_sheet_tells_of_tables_variables_and_rules(desk):
    told = [dict(zip(NAMES, row, strict=True)) for row in coverage_rows(small_run(desk))]
    tables = {one["table"]: one["state"] for one in told if one["part"] == "table"}
    assert tables == {"EX": "missing", "DM": "seen", "LB": "seen"}
    [silent] = [one for one in told if one["part"] == "rule"]
    assert (silent["name"], silent["table"], silent["state"]) == ("DOSED", "LB", "not run")
    assert silent["said"] == "it reads EX, which the export does not have"
    unread = [one["name"] for one in told if one["state"] == "not read"]
    assert "SITEID" in unread and "AGE" not in unread
    assert {one["part"] for one in told} == {"table", "variable", "rule"}  # rows cost another scan


def test_the_workbook_has_it_and_a_text_stays_a_text(desk, tmp_path):
    cells = "USUBJID | =SITE | AGE\nA | 1 | 40"
    result = desk.run(
        desk.export(DM=cells), desk.pack("applies_to: {table: DM}\ncondition: AGE > 1")
    )
    sheet = workbook(result, tmp_path / "a.xlsx")["Coverage"]
    [named] = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=SITE"]
    assert named.data_type == "s"


def test_the_page_has_it_folded_with_its_numbers_in_sight(desk, tmp_path):
    result = small_run(desk)
    text = "".join(coverage_section(result))
    assert text.startswith("<details")
    assert "tables 1 missing, 2 seen; variables missing " in text
    assert "rules without an answer 1" in text
    assert "Rules without an answer, which are no passes" in text
    assert text in written_page(result, tmp_path)


def test_the_name_of_a_column_with_html_stays_a_text(desk):
    cells = "USUBJID | <b>SITE | AGE\nA | 1 | 40"
    result = desk.run(
        desk.export(DM=cells), desk.pack("applies_to: {table: DM}\ncondition: AGE > 1")
    )
    text = "".join(coverage_section(result))
    assert "<B>SITE" not in text and "&lt;B&gt;SITE" in text
