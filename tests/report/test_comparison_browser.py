"""The page of two runs in a real browser: what a reader chooses, what hostile cells do."""

from __future__ import annotations

import pytest

from oncorules.report.comparison_page import write_comparison_page

from .chromium import find_chromium
from .compared import AFTER, BEFORE, Found, compared
from .test_findings_browser import FORMULA, HOSTILE, STATUS, browser, column, complaints, opened

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(
    find_chromium() is None, reason="no Chromium on this machine: apt-get install chromium"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    hostile = Found("R1", HOSTILE, FORMULA, message=HOSTILE)
    again = Found("R1", HOSTILE, HOSTILE, message=FORMULA)
    write_comparison_page(compared(folder, [*BEFORE, hostile], [*AFTER, again]), folder / "c.html")
    return (folder / "c.html").as_uri()


@pytest.fixture
def page(browser, address):
    return opened(browser, address)


def test_what_needs_a_person_comes_first_and_what_is_the_same_last(page):
    assert page.ask(STATUS) == "7 findings"
    assert [*dict.fromkeys(column(page, "change"))] == [
        "new", "reopened", "persisting", "not seen", "resolved",
    ]  # fmt: skip
    assert column(page, "change")[-1] == "persisting"
    assert column(page, "reason")[-1] == "nothing changed"
    assert complaints(page) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("change", "resolved"), ("reason", "subject not in the export"), ("rule", "R1")],
)
def test_a_choice_shows_as_many_findings_as_it_promised(page, name, value):
    promised = page.choose(name, value)
    page.wait(f"{STATUS}.endsWith('\u201c{value}\u201d')")
    assert page.ask(STATUS).startswith(f"{promised} ")
    assert column(page, name) == [value] * promised


def test_the_counts_lead_to_their_findings(page):
    page.click("main a[href='#change=not+seen']")
    page.wait(f"{STATUS}.includes('not seen')")
    assert column(page, "change") == ["not seen"]
    assert page.ask("document.getElementById('change').value") == "not seen"


def test_a_value_that_is_another_one_is_struck_out_and_the_new_one_marked(page):
    page.choose("change", "reopened")
    page.wait(f"{STATUS}.includes('reopened')")
    assert column(page, "values") == ["AESEV = MILD \u2192 SEVERE"]
    marked = "[...document.querySelectorAll('#found tbody del, #found tbody ins')]"
    assert page.ask(f"{marked}.map(e => e.innerText)") == ["MILD", "SEVERE"]


def test_a_value_that_only_the_earlier_run_has_is_told_as_past(page):
    page.choose("change", "resolved")
    page.wait(f"{STATUS}.includes('resolved')")
    assert column(page, "values") == ["AESEV was 1"]
    page.click("#found tbody button")
    told = page.ask("document.querySelector('tr.why').innerText")
    assert "Since the run of 2024-03-01: resolved; data changed" in told
    assert "R2: Rule R2" in told


def test_a_name_with_html_and_a_cell_with_an_equals_sign_do_nothing(page):
    page.click("#subject")
    page.type("onerror")
    page.wait(f"{STATUS}.includes('subject')")
    assert column(page, "subject") == [HOSTILE]
    assert column(page, "values") == [f"AESEV = {FORMULA} \u2192 {HOSTILE}"]
    assert column(page, "message") == [FORMULA]
    page.click("#found tbody button")
    assert page.ask("document.title") == "Two runs compared"
    assert page.ask("document.querySelectorAll('main img, main script').length") == 0
    assert complaints(page) == []


def test_two_runs_without_a_finding_say_so(browser, tmp_path):
    write_comparison_page(compared(tmp_path, [], []), tmp_path / "c.html")
    browser.open((tmp_path / "c.html").as_uri())
    assert "Neither run has a finding." in browser.ask("document.body.innerText")
    assert complaints(browser) == []
