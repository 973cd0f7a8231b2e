"""The reports of a run with a baseline: what became of the findings, those that are gone too."""

from __future__ import annotations

import re
from datetime import date

import openpyxl
import pytest

from oncorules.report.choices import Choices
from oncorules.report.findings_page import write_page
from oncorules.report.findings_workbook import write_workbook
from oncorules.report.masked import mask_of

from .chromium import find_chromium
from .pages import blocks, written_page
from .test_findings_browser import STATUS, browser, column, complaints, opened
from .validated import ADULT, DM, LB, POSITIVE, rows

__all__ = ["browser"]
browsing = pytest.mark.skipif(
    find_chromium() is None, reason="no Chromium on this machine: apt-get install chromium"
)
LATER_DM = DM.replace("12", "60").replace("40", "16").replace("C       | 002    | 50", "")
LATER_LB = LB.replace("| -1 ", "| -7 ").replace("X ", "A ").replace("| 2.1", "| 3")


@pytest.fixture
def later(desk, tmp_path):
    """A run after one: B is older now and A younger, and the row of X is one of A."""

    def run(dm: str, lb: str, day: int, **options):
        pack = desk.pack(ADULT, POSITIVE)
        return desk.run(desk.export(DM=dm, LB=lb), pack, date=date(2024, 3, day), **options)

    run(DM, LB, 1).write(tmp_path / "one")
    return run(LATER_DM, LATER_LB, 8, baseline=tmp_path / "one")


def test_the_workbook_has_what_is_gone_as_well(later, tmp_path):
    write_workbook(later, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames[2:5] == ["Findings", "Comparison", "Changes"]
    found = rows(book["Changes"])
    assert len(found) == len(later.since.rows)
    told = {(row["rule"], row["subject"]): (row["change"], row["why"]) for row in found}
    assert told["ADULT", "A"] == ("new", "data changed")
    assert told["ADULT", "B"] == ("resolved", "data changed")
    assert told["POSITIVE", "X"] == ("not seen", "subject not in the export")


def test_a_run_without_a_baseline_tells_of_none(desk, tmp_path):
    result = desk.run(desk.export(DM=DM, LB=LB), desk.pack(ADULT))
    text = written_page(result, tmp_path)
    assert "<h2>Since the run of" not in text
    assert '"since":""' in text
    assert 'id="change"' not in text


def test_the_page_holds_every_finding_of_either_run_once(later, tmp_path):
    found = blocks(written_page(later, tmp_path))
    ids = [name for block in found for name in block.ids()]
    assert sorted(ids) == sorted(later.since.rows["finding_id"])
    gone = {name for block in found if block.about.get("apart") for name in block.ids()}
    assert gone == set(later.since.rows.filter(_gone())["finding_id"])


def test_masked_reports_name_no_subject_of_either_export(later, tmp_path):
    choices = Choices(mask=mask_of(later.session))
    write_page(later, tmp_path / "r.html", choices)
    write_workbook(later, tmp_path / "r.xlsx", choices)
    for block in blocks((tmp_path / "r.html").read_text("utf-8")):
        subjects = [block.line(row)["subject"] for row in range(block.about["count"])]
        assert all(re.fullmatch(r"S-\w{12}", one) for one in subjects)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Changes"]
    assert all(row["subject"].startswith("S-") for row in rows(sheet))


@browsing
def test_a_reader_filters_what_is_new_and_asks_for_what_is_gone(browser, later, tmp_path):
    write_page(later, tmp_path / "r.html")
    page = opened(browser, (tmp_path / "r.html").as_uri())
    assert page.ask(STATUS) == f"{later.findings.count} findings"
    assert not {"resolved", "not seen"} & set(column(page, "change"))
    for change in ("new", "resolved"):
        page.click("#filters button[type=reset]")
        page.wait(f"{STATUS} === '{later.findings.count} findings'")
        promised = page.choose("change", change)
        page.wait(f"{STATUS}.includes('{change}')")
        assert column(page, "change") == [change] * promised
    (gone,) = later.since.rows.filter(_gone("not seen"))["finding_id"].to_list()
    page = opened(browser, f"{(tmp_path / 'r.html').as_uri()}#{gone}")
    assert column(page, "change") == ["not seen"]
    assert "Since the run of 2024-03-01: not seen; subject not in the export" in page.ask(
        "document.querySelector('tr.why').innerText"
    )
    assert complaints(page) == []


@browsing
def test_a_value_that_is_another_one_is_marked_on_the_page_of_a_run(browser, later, tmp_path):
    write_page(later, tmp_path / "r.html")
    page = opened(browser, (tmp_path / "r.html").as_uri())
    page.choose("change", "persisting")
    page.wait(f"{STATUS}.includes('persisting')")
    assert any("LBSTRESN = -1 \u2192 -7" in text for text in column(page, "values"))


def _gone(*changes: str):
    import polars as pl

    return pl.col("change").is_in(changes or ("resolved", "not seen"))
