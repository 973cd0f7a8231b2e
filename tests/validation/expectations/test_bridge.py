"""great-expectations finds the rows that validate finds, alike in every column."""

from __future__ import annotations

import csv
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from oncorules.data.demo import demo_export
from oncorules.errors import CallError, OutputError
from oncorules.validation.expectations.bridge import SecondOpinion, run_expectations
from oncorules.validation.expectations.run import SuiteRun

PILOT = Path(__file__).parents[3].parent / "shared" / "exports" / "cdisc-pilot"
pytestmark = pytest.mark.skipif(
    not (find_spec("great_expectations") and find_spec("duckdb_engine")),
    reason="the extra gx is not installed",
)

AE = """
USUBJID | AESEQ | AETERM          | AESTDTC    | AEENDTC
A       | 1     | <b>x</b> {y} %s | 2020-01-05 | 2020-01-06
A       | 2     | =1+1 :name $z   | 2020-01-05 | 2020-01-01
B       | 1     | RASH            | 2020-01    | 2020-01-01
"""
HOSTILE = """
id: "A-1"
title: '<script>alert(1)</script> %s :name {batch} $x'
severity: warning
applies_to: {table: AE}
condition: AESTDTC <= AEENDTC and AETERM <> ':name {batch} %s'
message: '<i>{AETERM}</i> starts on {AESTDTC} and ends on {AEENDTC}.'
"""


def opinion(export: Path, pack: Path | str, out: Path, **options: object) -> SecondOpinion:
    return run_expectations(pack, [export], out, jobs=1, **options)


def assert_agreed(both: SecondOpinion, findings: int) -> None:
    assert both.differing == ()
    assert both.ours.rules == both.theirs.rules
    assert both.same == both.ours.findings.count == both.theirs.findings.count == findings


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SecondOpinion, Path]]:
    out = tmp_path_factory.mktemp("gx")
    with opinion(demo_export(), "sdtm", out) as both:
        yield both, out


def test_the_demo_export_has_the_same_findings(demo, tmp_path):
    both, out = demo
    assert_agreed(both, 101)
    assert both.exit_code() == both.ours.exit_code() == 1
    both.ours.write(tmp_path)
    for name in ("findings.parquet", "findings.csv", "rules.json", "run.json"):
        assert (out / name).read_bytes() == (tmp_path / name).read_bytes()


def test_every_rule_that_can_be_asked_is_an_expectation_that_says_what_it_is(demo):
    both, out = demo
    suite = json.loads((out / "suite.json").read_text("utf-8"))
    told = {(one["meta"]["oncorules"]["rule_id"], one["meta"]["oncorules"]["table"]): one
            for one in suite["expectations"]}  # fmt: skip
    asked = {(one.rule_id, one.table): one for one in both.ours.rules if not one.reason}
    assert told.keys() == asked.keys() and len(told) == both.expectations
    severities = {"error": "critical", "warning": "warning", "notice": "info"}
    for place, status in asked.items():
        meta = told[place]["meta"]["oncorules"]
        assert (meta["severity"], meta["source"]) == (status.severity, status.source)
        assert told[place]["severity"] == severities[status.severity]
        assert meta["title"] == status.title
    assert told["LB.LBSEQ.type", "LB"]["meta"]["oncorules"]["message"].startswith("LBSEQ holds")


def test_the_pages_of_data_docs_name_the_rules_and_load_nothing_from_elsewhere(demo):
    both, out = demo
    pages = list((out / "data-docs").rglob("*.html"))
    assert len(pages) == 3
    assert all("default-src 'none'" in page.read_text("utf-8") for page in pages)
    index = (out / "data-docs" / "index.html").read_text("utf-8")
    (result,) = (page for page in pages if "validations" in page.parts)
    assert f'href="{result.relative_to(out / "data-docs").as_posix()}"' in index
    text = result.read_text("utf-8")
    broken = [rule for rule in both.ours.rules if rule.not_met]
    assert all(rule.rule_id in text for rule in broken)
    assert broken[0].rule_id and "An unexpected Exception occurred" not in text


@pytest.mark.skipif(not PILOT.is_dir(), reason=f"the CDISC pilot export is not at {PILOT}")
def test_the_pilot_export_has_the_same_findings(tmp_path):
    with opinion(PILOT, "sdtm", tmp_path) as both:
        assert_agreed(both, 810)
        assert any(rule.status == "not run" and rule.reason for rule in both.theirs.rules)


def test_hostile_texts_are_found_as_they_are_and_shown_as_texts(desk, tmp_path):
    export, out = desk.export(AE=AE), tmp_path / "out"
    with opinion(export, desk.pack(HOSTILE), out, rules=["A-1"]) as both:
        assert_agreed(both, 1)
        (finding,) = both.theirs.findings.rows()
    assert finding.message == "<i>=1+1 :name $z</i> starts on 2020-01-05 and ends on 2020-01-01."
    pages = "".join(page.read_text("utf-8") for page in (out / "data-docs").rglob("*.html"))
    assert "<script>alert" not in pages and "&lt;script&gt;alert(1)" in pages
    assert "<i>=1+1" not in pages and "&lt;i&gt;=1+1 :name $z&lt;/i&gt;" in pages


def test_hostile_names_of_columns_are_shown_as_texts(desk, tmp_path):
    more = """
    export_tables:
      OWN: {key: ["<b>K$x"], columns: {"<b>K$x": text, "<i>N": integer}}
    """
    pack = desk.pack("applies_to: {table: AE}\ncondition: AESEQ > 0", more=more)
    export = desk.csv("own", [["<b>K$x", "<i>N"], ["a", "<u>x"]])
    with opinion(export, pack, tmp_path / "out") as both:
        assert_agreed(both, 1)
    pages = "".join(page.read_text("utf-8") for page in (tmp_path / "out").rglob("*.html"))
    assert not any(tag in pages for tag in ("<b>K", "<i>N", "<u>x"))
    assert "&lt;u&gt;x" in pages


def test_more_rows_come_back_than_great_expectations_would_keep(desk, tmp_path):
    rows = [["USUBJID", "AESEQ", "AETERM"], *(["A", str(n), "x"] for n in range(500))]
    pack = desk.pack("applies_to: {table: AE}\ncondition: AESEQ < 100\nmessage: '{AESEQ} is high'")
    with opinion(desk.csv("AE", rows), pack, tmp_path / "out", rules=["R1"]) as both:
        assert_agreed(both, 400)


def test_rules_that_decide_nothing_keep_their_status_and_reason(desk, tmp_path):
    pack = desk.pack(
        "applies_to: {table: AE}\ncondition: AESEV = 'MILD'",
        "applies_to: {table: AE, where: AETERM = 'NONE'}\ncondition: AESEQ > 0",
        "applies_to: {table: VS}\ncondition: VSSEQ > 0",
    )
    with opinion(desk.export(AE=AE), pack, tmp_path / "out", rules=["R1", "R2", "R3"]) as both:
        assert_agreed(both, 0)
        told = [(rule.status, rule.reason) for rule in both.theirs.rules]
    assert told == [
        ("not run", "the export does not have AESEV"),
        ("no rows in scope", ""),
        ("no rows in scope", "the export has no table VS"),
    ]


def test_a_missing_column_and_rows_of_several_files_are_found(desk, tmp_path):
    export = desk.export(AE=AE)
    more = [["USUBJID", "AESEQ", "AETERM", "AESTDTC", "AEENDTC"], ["", "x", "", "2020", "20"]]
    with (desk.folder / "ae.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(more)
    pack = desk.pack("applies_to: {table: AE}\ncondition: AESEQ > 1")
    out = tmp_path / "out"
    with run_expectations(pack, [export, desk.folder / "ae.csv"], out, jobs=1) as both:
        assert both.differing == ()
        found = {finding.rule_id: finding for finding in both.theirs.findings.rows()}
    assert found["AE.AEDECOD.column"].file is None
    assert found["AE.AESEQ.type"].place.endswith(":1")
    assert found["AE.USUBJID.required"].row == 1
    assert {"AE.AEENDTC.type", "R1"} <= set(found)


def test_nobody_outside_is_asked_or_told(desk, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    kept = tmp_path / "temporary"
    kept.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = dict(os.environ)
    with opinion(desk.export(AE=AE), desk.pack(HOSTILE), tmp_path / "out", rules=["A-1"]):
        pass
    assert list(kept.iterdir()) == []
    assert dict(os.environ) == before


def test_a_second_run_takes_the_place_of_the_first(desk, tmp_path):
    export, pack, out = desk.export(AE=AE), desk.pack(HOSTILE), tmp_path / "out"
    for _ in range(2):
        with opinion(export, pack, out, rules=["A-1"]):
            pass
        suites = (out / "suite.json").read_bytes()
    assert len(list((out / "data-docs").rglob("*.html"))) == 3
    assert sorted(path.name for path in out.iterdir()) == [
        "data-docs", "findings.csv", "findings.parquet", "result.json", "rules.json", "run.json",
        "suite.json",
    ]  # fmt: skip
    with opinion(export, pack, tmp_path / "again", rules=["A-1"]):
        assert (tmp_path / "again" / "suite.json").read_bytes() == suites


@pytest.mark.parametrize("gone", ["great_expectations", "duckdb_engine", "sqlalchemy"])
def test_without_the_extra_it_is_said_how_to_get_it(gone, desk, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "duckdb_engine"]:
        monkeypatch.delitem(sys.modules, name)  # it would not look for SQLAlchemy again
    monkeypatch.setitem(sys.modules, gone, None)
    with pytest.raises(CallError, match=r"is not installed; pip install 'oncorules\[gx\]'"):
        opinion(desk.export(AE=AE), desk.pack(HOSTILE), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_output(desk, tmp_path):
    (tmp_path / "out").write_text("", "utf-8")
    with pytest.raises(OutputError, match="out is no folder that can be written to"):
        opinion(desk.export(AE=AE), desk.pack(HOSTILE), tmp_path / "out", rules=["A-1"])


def test_answers_that_differ_are_listed_and_end_with_2(desk, tmp_path, monkeypatch):
    honest = SuiteRun.run

    def tampered(suite: SuiteRun) -> dict[str, object]:
        told = honest(suite)
        (one,) = told["results"]
        (row,) = one["result"]["details"]["unexpected_rows"]
        row["value.AETERM"] = "<script>"
        return told

    monkeypatch.setattr(SuiteRun, "run", tampered)
    pack = desk.pack(HOSTILE)
    with opinion(desk.export(AE=AE), pack, tmp_path / "out", rules=["A-1"]) as both:
        (one,) = both.differing
        assert (one.ours.not_met, one.theirs.not_met, one.same) == (1, 1, 0)
        assert (both.ours.exit_code(), both.exit_code(), both.same) == (0, 2, 0)
