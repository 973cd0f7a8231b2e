"""The rules of a run as JUnit test cases."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from tests.report.validated import small_run

from oncorules.report.choices import Choices
from oncorules.report.ci.run_cases import run_cases, write_junit


def _cases(result, choices):
    return {one.name: one for one in run_cases(result, choices)}


def test_a_rule_fails_when_it_makes_the_run_fail(desk):
    with small_run(desk) as result:
        found = _cases(result, Choices())
    assert found["POSITIVE on LB"].does == "failure"
    assert found["POSITIVE on LB"].message == "A result is not below zero: 3 of 5 rows are not so"
    assert found["POSITIVE on LB"].text.splitlines()[0] == "lb.csv:2: K is -1."


def test_milder_findings_are_told_in_a_case_that_passes(desk):
    with small_run(desk) as result:
        passed = _cases(result, Choices())["ADULT on DM"]
        failed = _cases(result, Choices(fail_on="warning"))["ADULT on DM"]
    assert (passed.does, failed.does) == ("pass", "failure")
    assert passed.text.endswith("Age 12.")


def test_a_rule_with_no_rows_in_scope_is_skipped_with_its_reason_and_not_passed(desk):
    empty = "id: EMPTY\napplies_to: {table: DM, where: AGE > 200}\ncondition: AGE >= 18"
    absent = "id: ABSENT\napplies_to: {table: LB}\ncondition: LBSEQ > 0"
    export = desk.export(DM="USUBJID | AGE\nA | 40")
    with desk.run(export, desk.pack(empty, absent)) as result:
        found = _cases(result, Choices())
    assert {one.does for one in found.values()} == {"skipped"}
    assert found["EMPTY on DM"].message == "no rows in scope"
    assert found["ABSENT on LB"].message == "the export has no table LB"


def test_a_rule_that_did_not_run_is_an_error_unless_it_is_let_pass(desk):
    with small_run(desk) as result:
        strict = _cases(result, Choices())["DOSED on LB"]
        let = _cases(result, Choices(allow_not_run=True))["DOSED on LB"]
    assert (strict.does, let.does) == ("error", "skipped")
    assert "EX" in strict.message and "EX" in let.message


def test_a_masked_case_has_places_and_no_values(desk, masked):
    with small_run(desk) as result:
        found = _cases(result, masked(result))["POSITIVE on LB"]
    assert found.text.splitlines() == ["lb.csv:2", "lb.csv:3", "lb.csv:5"]


def test_the_file_is_well_formed_and_counts_its_cases(desk, tmp_path):
    with small_run(desk) as result:
        write_junit(result, tmp_path / "run.xml", Choices())
        rules = len(result.rules)
    (suite,) = fromstring((tmp_path / "run.xml").read_bytes())
    assert suite.get("tests") == str(rules) == str(len(suite))
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")


def test_beyond_twenty_rows_it_says_how_many_more(desk):
    rows = "\n".join(f"A | {number} | K | -1" for number in range(1, 23))
    lb = f"USUBJID | LBSEQ | LBTESTCD | LBSTRESN\n{rows}"
    rule = "id: POSITIVE\napplies_to: {table: LB}\ncondition: LBSTRESN >= 0\nmessage: low"
    with desk.run(desk.export(LB=lb), desk.pack(rule)) as result:
        text = _cases(result, Choices())["POSITIVE on LB"].text
    assert len(text.splitlines()) == 21
    assert text.endswith("and 2 more")
