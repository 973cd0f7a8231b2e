"""The page of a run as a file: what it tells, what it forbids, always the same bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date

import pytest

from oncorules.data.synthetic import NOTE
from oncorules.errors import OutputError
from oncorules.report.findings_page import write_page
from oncorules.validation.whereabouts import sites_of

from .charts.marks import in_other_process
from .pages import blocks, written_page
from .validated import DM, LB, POSITIVE, small_run

TWICE = """
import hashlib
from datetime import date
from pathlib import Path
from oncorules.data.demo import demo_export
from oncorules.report.findings_page import write_page
from oncorules.validation.run import validate
with validate(demo_export(), date=date(2024, 3, 1), structure="sql") as result:
    write_page(result, Path({path!r}))
print(hashlib.sha256(Path({path!r}).read_bytes()).hexdigest())
"""


def inline(text: str, tag: str) -> list[str]:
    """Return what stands in the elements of a page that a browser would use or run."""
    return re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)


def test_every_finding_is_in_the_data_with_site_visit_and_state(desk, tmp_path):
    result = small_run(desk, structure="sql")
    text = written_page(result, tmp_path)
    sites, shown = sites_of(result.session), {}
    for block in blocks(text):
        for row, finding_id in enumerate(block.ids()):
            shown[finding_id] = block.about | block.line(row)
    assert len(shown) == result.findings.count > 4
    for one in result.findings.rows():
        line = shown[one.finding_id]
        assert [line[name] for name in ("id", "severity", "table", "file", "row", "message")] == [
            one.rule_id, one.severity, one.table, one.file, one.row, one.message,
        ]  # fmt: skip
        assert (line["subject"], line["site"]) == (one.subject, sites.get(one.subject, ""))
        assert line["known"] == ["new", "", "", "", ""]
        told = dict(zip(line["variables"], line["values"], strict=False))
        assert told.items() <= {n: v or "(missing)" for n, v in one.values.items()}.items()
    assert {line["visit"] for line in shown.values()} >= {"WEEK 2", "2.1", None}


def test_what_is_known_of_a_finding_is_in_the_data(desk, tmp_path):
    (one, *_) = small_run(desk).findings.rows()
    (tmp_path / "known.csv").write_text(
        "finding_id,rule_id,USUBJID,state,owner,explanation,expires,values_id,first_seen\n"
        f"{one.finding_id},ADULT,B,accepted,kim,Seen,2024-12-31,{one.values_id},2024-02-01\n",
        encoding="utf-8",
    )
    known = small_run(desk, known=tmp_path / "known.csv", date=date(2024, 3, 1))
    block = blocks(written_page(known, tmp_path))[-1]
    told = ["accepted", "kim", "Seen", "2024-02-01", "2024-12-31"]
    assert block.line(0)["known"] == told
    assert '<option value="accepted">accepted (1)</option>' in written_page(known, tmp_path)


def test_the_browser_may_run_the_one_script_and_fetch_nothing(desk, tmp_path):
    text = written_page(small_run(desk), tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#x27;", "'").split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (used,) = inline(text, tag)
        digest = base64.b64encode(hashlib.sha256(used.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not re.search(r'\b(?:src|style|on\w+)="|https?://', text)


def test_the_script_never_takes_a_text_for_html(desk, tmp_path):
    (script,) = inline(written_page(small_run(desk), tmp_path), "script")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval"):
        assert word not in script


def test_hostile_cells_end_no_script_and_begin_no_tag(desk, tmp_path):
    hostile = ["</script><img src=x>", "<!--<script>", "=1+1", "a\u202eb", "&lt;"]
    lines = [["USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN"]]
    lines += [[text, str(n), text, "-1"] for n, text in enumerate(hostile)]
    sites = [["USUBJID", "SITEID"], *([text, text] for text in hostile)]
    desk.csv("DM", sites)
    text = written_page(desk.run(desk.csv("LB", lines), desk.pack(POSITIVE)), tmp_path)
    assert "<img" not in text
    assert text.count("<!--") == 0
    assert len(re.findall("<script", text)) == len(re.findall("</script>", text)) == 3
    (block,) = blocks(text)
    told = [block.line(row) for row in range(len(hostile))]
    shown = [one.replace("\u202e", "\\u202e") for one in hostile]
    assert [line["subject"] for line in told] == [line["site"] for line in told] == shown
    assert [line["message"] for line in told] == [f"{one} is -1." for one in shown]


def test_the_summary_comes_first_and_needs_no_script(desk, tmp_path):
    export = desk.export(DM=DM, LB=LB)
    (export / NOTE).write_text("Synthetic rows, of <b>nobody</b>.\n", encoding="utf-8")
    result = desk.run(export, desk.pack(POSITIVE))
    body = written_page(result, tmp_path).partition("<main>")[2]
    parts = (
        "Synthetic rows, of &lt;b&gt;nobody&lt;/b&gt;.", "<h2>What was read</h2>",
        "<h2>Rules; one on two tables counts twice</h2>", "<h2>Findings</h2>",
        '<a href="#rule=POSITIVE">POSITIVE</a>', '<a href="#site=001">001</a>',
        "Rules that did not run: none", "<noscript>", '<form id="filters"', 'id="index"',
    )  # fmt: skip
    places = [body.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_a_rule_that_did_not_run_is_told_with_its_reason(desk, tmp_path):
    assert "<td>it reads EX, which the export does not have</td>" in written_page(
        small_run(desk), tmp_path
    )


def test_a_run_without_findings_says_so(desk, tmp_path):
    rule = "applies_to: {table: DM}\ncondition: AGE > 0"
    text = written_page(
        desk.run(desk.export(DM="USUBJID | AGE\nA | 40"), desk.pack(rule)), tmp_path
    )
    assert "<p>No row breaks a rule.</p>" in text
    assert "<form" not in text


def test_filters_say_how_many_findings_each_choice_has(desk, tmp_path):
    text = written_page(small_run(desk), tmp_path)
    options = re.findall(r'<option value="([^"]+)">[^<]* \((\d+)\)</option>', text)
    assert options == [
        ("ADULT", "1"), ("POSITIVE", "3"), ("error", "3"), ("warning", "1"),
        ("(not known)", "1"), ("001", "1"), ("002", "2"), ("new", "4"),
    ]  # fmt: skip


def test_the_same_run_gives_the_same_bytes_in_another_process(tmp_path):
    first = in_other_process(TWICE.format(path=str(tmp_path / "a.html")), 1)
    assert first == in_other_process(TWICE.format(path=str(tmp_path / "b.html")), 2)


def test_a_page_that_cannot_be_written_is_an_error_that_says_where(desk, tmp_path):
    with pytest.raises(OutputError, match=r"none/page\.html cannot be written .* make the folder"):
        write_page(small_run(desk), tmp_path / "none" / "page.html")
