"""The page of a run in a real browser: what a reader types and clicks, what hostile cells do."""

from __future__ import annotations

import json
from datetime import date

import pytest

from oncorules.data.demo import demo_export
from oncorules.report.findings_page import write_page
from oncorules.validation.explain import explain
from oncorules.validation.run import validate

from .chromium import Chromium, find_chromium
from .validated import POSITIVE

pytestmark = pytest.mark.skipif(
    find_chromium() is None, reason="no Chromium on this machine: apt-get install chromium"
)
STATUS = "document.getElementById('status').textContent"
HOSTILE = "<img src=x onerror=\"document.title='run'\">"
FORMULA = '=HYPERLINK("http://a.b","x")'


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Chromium(find_chromium(), tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The page of the demo export, with one finding that somebody accepted."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "known.csv").write_text(
        "finding_id,rule_id,USUBJID,state,owner,explanation,expires,values_id,first_seen\n"
        "5293aedd589bc791,AE-GRADE-5-FATAL,,sent,kim,Asked the site,,,2024-02-01\n",
        encoding="utf-8",
    )
    options = {"date": date(2024, 3, 1), "structure": "sql", "known": folder / "known.csv"}
    with validate(demo_export(), ["sdtm"], **options) as result:
        write_page(result, folder / "demo.html")
    return (folder / "demo.html").as_uri()


@pytest.fixture
def page(browser, demo):
    """The browser with the page of the demo export, freshly opened."""
    return opened(browser, demo)


def opened(browser: Chromium, address: str) -> Chromium:
    browser.open("about:blank")
    browser.open(address)
    browser.wait(f"{STATUS} !== ''")
    return browser


def column(page: Chromium, name: str) -> list[str]:
    """Return what the shown rows have in a column."""
    return page.ask(f"[...document.querySelectorAll('#found tbody .{name}')].map(e => e.innerText)")


def complaints(page: Chromium) -> list[str]:
    """Return what the browser refused, reported or fetched since the page was opened."""
    wrong = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    asked = [
        told["params"]["request"]["url"]
        for told in page.events
        if told["method"] == "Network.requestWillBeSent"
    ]
    assert len(asked) == 1  # the page itself
    return [json.dumps(told) for told in page.events if told["method"] in wrong]


def test_the_first_findings_are_there_with_the_worst_first(page):
    assert page.ask(STATUS) == "101 findings, 1 to 50 shown"
    assert set(column(page, "severity")) == {"error"}
    assert complaints(page) == []


def test_what_is_typed_is_searched_for(page):
    page.click("#text")
    page.type("stomatitis fatal")
    page.wait(f"{STATUS}.includes('of 101')")
    found = column(page, "message")
    assert found
    assert all("Stomatitis" in text for text in found)
    assert page.ask(STATUS) == f"{len(found)} of 101 findings; text \u201cstomatitis fatal\u201d"


def test_a_search_without_a_match_says_so_and_can_be_taken_back(page):
    page.click("#text")
    page.type("no such word")
    page.wait(f"{STATUS}.startsWith('0 of 101 findings')")
    assert column(page, "message") == []
    page.click("#filters button[type=reset]")
    page.wait(f"{STATUS} === '101 findings, 1 to 50 shown'")


@pytest.mark.parametrize(
    ("name", "value"),
    [("severity", "notice"), ("site", "103"), ("rule", "AE-GRADE-RANGE"), ("state", "sent")],
)
def test_a_choice_shows_as_many_findings_as_it_promised(page, name, value):
    promised = page.choose(name, value)
    page.wait(f"{STATUS}.endsWith('\u201c{value}\u201d')")
    assert page.ask(STATUS).startswith(f"{promised} of 101 findings")
    assert set(column(page, name)) == {value}


def test_filters_go_together_and_the_address_keeps_them(page, demo):
    page.choose("severity", "warning")
    page.click("#subject")
    page.type("01-012")
    page.wait(f"{STATUS}.includes('subject')")
    assert set(column(page, "subject")) == {"ONCDEMO-01-012"}
    told, address = page.ask(STATUS), page.ask("location.href")
    assert address == f"{demo}#severity=warning&subject=01-012"
    assert opened(page, address).ask(STATUS) == told
    assert page.ask("document.getElementById('severity').value") == "warning"


def test_a_heading_sorts_up_down_and_back(page):
    before = column(page, "place")
    heading = "#found th[data-sort=place]"
    sort = f"document.querySelector('{heading}').getAttribute('aria-sort')"
    page.click(f"{heading} button")
    page.wait(f"{sort} === 'ascending'")
    up = column(page, "place")
    in_file = [int(place.partition(":")[2]) for place in up if place.startswith("ae.csv:")]
    assert in_file == sorted(in_file)  # row 9 comes before row 10
    assert max(in_file) > 9
    page.click(f"{heading} button")
    page.wait(f"{sort} === 'descending'")
    assert column(page, "place") != up
    page.click(f"{heading} button")
    page.wait(f"{sort} === null")
    assert column(page, "place") == before


def test_pages_are_turned(page):
    first = column(page, "message")
    page.click("#next")
    page.wait(f"{STATUS} === '101 findings, 51 to 100 shown'")
    assert column(page, "message") != first
    page.click("#last")
    page.wait(f"{STATUS} === '101 findings, 101 to 101 shown'")
    assert page.ask("document.getElementById('next').disabled") is True


def test_an_explanation_opens_with_every_clause_and_closes(page):
    (told,) = explain(demo_export(), finding="b5e2bd6fa1a0102c", jobs=1)
    page.choose("rule", "AE-DEATH-OUTCOME")
    page.wait(f"{STATUS}.endsWith('\u201cAE-DEATH-OUTCOME\u201d')")
    page.click("#found td button")
    page.wait("document.querySelector('tr.why')")
    shown = page.ask("document.querySelector('tr.why').innerText")
    for clause in told.clauses:
        assert clause.text in shown
        assert all(str(value) in shown for value in clause.values)
    truths = page.ask(
        "[...document.querySelectorAll('tr.why tbody tr')].map(r => r.cells[0].innerText)"
    )
    wholes = [whole for whole in (told.scope, told.condition) if whole is not None]
    lines = [line[:8].strip() for whole in wholes for line in whole.lines()]
    assert truths == [truth for truth in lines if truth]
    assert "unknown" in truths or "false" in truths
    assert f"not met: {told.because}" in shown
    page.click("#found td button")
    page.wait("!document.querySelector('tr.why')")


def test_the_address_of_a_finding_shows_it_explained(page, demo):
    opened(page, f"{demo}#5293aedd589bc791")
    page.wait("document.querySelector('tr.why')")
    shown = page.ask("document.querySelector('tr.why').innerText")
    assert "AE-GRADE-5-FATAL" in shown
    assert "sent; with kim; first seen 2024-02-01; Asked the site" in shown
    assert page.ask("document.activeElement.id") == "5293aedd589bc791"


def test_a_rule_of_the_summary_leads_to_its_findings(page):
    page.click("details summary")
    page.click("details a[href='#rule=RS-DUPLICATE']")
    page.wait(f"{STATUS} === '2 of 101 findings; rule \u201cRS-DUPLICATE\u201d'")


def test_the_keyboard_reaches_everything(page):
    page.press("Tab")
    assert page.ask("document.activeElement.className") == "skip"
    page.press("Enter")
    page.wait("document.activeElement.id === 'findings'")
    here = "document.activeElement"
    named = f"{here}.id.length < 16 && {here}.id || {here}.dataset.sort || {here}.innerText"
    reached = []
    while "Why" not in reached:
        page.press("Tab")
        reached.append(page.ask(named).partition("\n")[0])
    columns = ["severity", "rule", "site", "subject", "visit", "row", "value", "message", "state"]
    columns += ["owner", "explanation", "first seen"]
    form = ["text", "rule", "severity", "site", "subject", "state", "Show all"]
    assert [name for name in reached if name in {*form, *columns, "Why"}] == [
        *form, *columns, "Why",
    ]  # fmt: skip
    page.press("Enter")
    page.wait("document.querySelector('tr.why')")


def test_every_control_has_a_name_for_a_screen_reader(page):
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "searchbox", "combobox", "spinbutton", "link", "table", "navigation"}
    named = [n for n in nodes if n.get("role", {}).get("value") in roles]
    assert len(named) > 60
    assert [n for n in named if not n["name"]["value"]] == []
    assert page.ask("document.getElementById('status').getAttribute('aria-live')") == "polite"


def test_printing_shows_everything_that_was_found(page):
    assert page.ask("document.querySelectorAll('#found tbody tr').length") == 50
    page.ask(
        "addEventListener('beforeprint', () => {"
        "window.printed = document.querySelectorAll('#found tbody tr').length; })"
    )
    assert page.print().startswith(b"%PDF")
    assert page.ask("window.printed") == 101
    page.wait("document.querySelectorAll('#found tbody tr').length === 50")


def test_hostile_cells_do_nothing(browser, desk, tmp_path):
    lines = [["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "VISIT"]]
    lines += [[one, "1", one, "-1", one] for one in (HOSTILE, FORMULA, "</script><b>x")]
    desk.csv("DM", [["USUBJID", "SITEID"], *([line[0], line[0]] for line in lines[1:])])
    result = desk.run(desk.csv("LB", lines), desk.pack(POSITIVE))
    write_page(result, tmp_path / "hostile.html")
    page = opened(browser, (tmp_path / "hostile.html").as_uri())
    assert column(page, "subject") == column(page, "site") == [line[0] for line in lines[1:]]
    assert column(page, "message") == [f"{line[2]} is -1." for line in lines[1:]]
    page.ask("document.querySelectorAll('#found td button').forEach(button => button.click())")
    page.choose("site", HOSTILE)
    page.wait(f"{STATUS}.includes('img')")
    page.print()
    assert page.ask("document.title") == "Validation of an export"
    assert page.ask("document.querySelectorAll('main img, main b').length") == 0
    assert complaints(page) == []


def test_the_policy_stops_what_would_come_in_another_way(page):
    page.ask(
        f"document.querySelector('main').insertAdjacentHTML('beforeend', {json.dumps(HOSTILE)})"
    )
    page.wait("document.querySelector('main img')")
    page.ask("new Promise(done => setTimeout(done, 50))")
    assert page.ask("document.title") == "Validation of an export"
