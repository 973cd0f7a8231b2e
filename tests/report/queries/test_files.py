"""The files of queries: safe to open, the same from the same run, one page for each site."""

from __future__ import annotations

import csv

import openpyxl
import pytest
from tests.report.validated import DM, LB, POSITIVE, rows, small_run
from tests.validation.conftest import desk

from oncorules.errors import OutputError
from oncorules.report.masked import mask_of
from oncorules.report.queries.files import write_queries

__all__ = ["desk"]


def test_table_workbook_and_pages_have_the_same_questions(desk, tmp_path):
    with small_run(desk) as result:
        asked = write_queries(result, tmp_path / "asked").asked
    found = {one.finding_id for one in asked}
    with (tmp_path / "asked" / "queries.csv").open(encoding="utf-8", newline="") as file:
        assert {one["finding_id"] for one in csv.DictReader(file)} == found
    book = openpyxl.load_workbook(tmp_path / "asked" / "queries.xlsx")
    assert {one["finding_id"] for one in rows(book["Queries"])} == found
    pages = {one.name: one.read_text() for one in (tmp_path / "asked").glob("site-*.html")}
    assert sorted(pages) == ["site-001.html", "site-002.html", "site-unknown.html"]
    for one in asked:
        assert one.finding_id in pages[f"site-{one.site or 'unknown'}.html"]


def test_a_page_holds_no_subject_of_another_site(desk, tmp_path):
    dm = DM.replace("A  ", "ONE").replace("B  ", "TWO")
    lb = LB.replace("A  ", "ONE").replace("B  ", "TWO")
    with desk.run(desk.export(DM=dm, LB=lb), desk.pack(POSITIVE)) as result:
        write_queries(result, tmp_path / "asked")
    assert "TWO" not in (tmp_path / "asked" / "site-001.html").read_text()
    assert "ONE" not in (tmp_path / "asked" / "site-002.html").read_text()


def test_the_same_run_gives_the_same_bytes(desk, tmp_path):
    with small_run(desk) as result:
        for name in ("one", "two"):
            write_queries(result, tmp_path / name)
    for one in (tmp_path / "one").iterdir():
        assert one.read_bytes() == (tmp_path / "two" / one.name).read_bytes()


def test_hostile_sites_and_values_stay_text(desk, tmp_path):
    site = "../<b>x</b>"
    dm = [["USUBJID", "SITEID", "AGE"], ["=1+1", site, "3"], ["<script>", "A", "4"],
          ["C", "a", "5"]]  # fmt: skip
    rule = "id: OLD\napplies_to: {table: DM}\ncondition: AGE > 9\nmessage: '{USUBJID}'"
    with desk.run(desk.csv("DM", dm), desk.pack(rule)) as result:
        write_queries(result, tmp_path / "asked")
    folder = tmp_path / "asked"
    assert sorted(one.name for one in folder.glob("*.html")) == [
        "site-A.html", "site-_b_x_b_.html", "site-a-2.html",
    ]  # fmt: skip
    assert "<script>" not in "".join(one.read_text() for one in folder.glob("*.html"))
    with (folder / "queries.csv").open(encoding="utf-8", newline="") as file:
        assert "'=1+1" in {one["subject"] for one in csv.DictReader(file)}
    sheet = openpyxl.load_workbook(folder / "queries.xlsx")["Queries"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}


def test_masked_questions_name_nobody(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("ONCORULES_SALT", "pepper")
    dm, lb = DM.replace("B  ", "SECRET-7"), LB.replace("B  ", "SECRET-7")
    with desk.run(desk.export(DM=dm, LB=lb), desk.pack(POSITIVE)) as result:
        write_queries(result, tmp_path / "asked", mask_of(result.session))
    texts = [one.read_text() for one in (tmp_path / "asked").iterdir() if one.suffix != ".xlsx"]
    assert not [text for text in texts if "SECRET-7" in text]


def test_a_folder_with_something_in_it_is_refused(desk, tmp_path):
    (tmp_path / "site-001.html").write_text("last week")
    with small_run(desk) as result, pytest.raises(OutputError, match="not an empty folder"):
        write_queries(result, tmp_path)
    assert (tmp_path / "site-001.html").read_text() == "last week"
