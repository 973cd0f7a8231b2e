"""A run as SARIF: held against the schema of the standard, and silent about subjects."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
from tests.report.validated import DM, small_run

from oncorules.report.choices import Choices
from oncorules.report.ci import sarif as module
from oncorules.report.ci.sarif import sarif, write_sarif
from oncorules.report.masked import mask_of

# OASIS Open: the schema of SARIF 2.1.0 as it was approved (rtm.5), with its blanks left out.
SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text())


def _refused(log):
    return [one.message for one in jsonschema.Draft4Validator(SCHEMA).iter_errors(log)]


def test_the_schema_refuses_what_is_no_sarif():
    assert _refused({"version": "2.1.0"})


def test_it_is_valid_with_subjects_shown_and_masked(desk, masked):
    with small_run(desk) as result:
        for choices in (Choices(), masked(result)):
            assert _refused(sarif(result, choices)) == []


def test_a_result_names_rule_level_file_and_line(desk):
    with small_run(desk) as result:
        (run,) = sarif(result, Choices())["runs"]
    first, *_, last = run["results"]
    assert (first["ruleId"], first["level"], last["level"]) == ("POSITIVE", "error", "warning")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "POSITIVE"
    place = first["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "lb.csv", "uriBaseId": "EXPORT"},
        "region": {"startLine": 3},
    }
    assert place["logicalLocations"] == [{"name": "LB row 2", "kind": "row"}]
    assert first["message"]["text"] == "K is -1."


def test_a_rule_that_did_not_run_is_told(desk):
    with small_run(desk) as result:
        (run,) = sarif(result, Choices())["runs"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["associatedRule"] == {"id": "DOSED"}
    assert "not run" in told["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_rule_with_no_rows_in_scope_is_told_and_looks_like_no_pass(desk):
    rule = "applies_to: {table: DM, where: AGE > 200}\ncondition: AGE >= 18"
    with desk.run(desk.export(DM=DM), desk.pack(rule)) as result:
        log = sarif(result, Choices())
    (told,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "R1 on DM, no rows in scope"
    assert told["level"] == "note"
    assert _refused(log) == []


def test_masked_it_has_no_subject_value_or_identity(desk, masked):
    dm = DM.replace("B  ", "SECRET-7")
    with desk.run(desk.export(DM=dm), desk.pack(_ADULT)) as result:
        (found,) = result.findings.rows()
        shown = json.dumps(sarif(result, Choices()))
        hidden = json.dumps(sarif(result, masked(result)))
    for text in ("SECRET-7", "Age 12", found.finding_id):
        assert text in shown
        assert text not in hidden


def test_the_identity_follows_the_salt_and_nothing_else(desk, masked, monkeypatch):
    with small_run(desk) as result:
        one, again = (_identities(sarif(result, masked(result))) for _ in range(2))
        monkeypatch.setenv("ONCORULES_SALT", "other")
        other = _identities(sarif(result, Choices(mask=mask_of(result.session))))
    assert one == again
    assert not set(one) & set(other)
    assert len(set(one)) == 4


def test_an_accepted_finding_is_suppressed(desk, tmp_path):
    with small_run(desk) as result:
        first = next(iter(result.findings.rows()))
        line = f"{first.finding_id},{first.rule_id},,accepted,kim,so it is,,{first.values_id},"
    known = tmp_path / "known.csv"
    header = "finding_id,rule_id,USUBJID,state,owner,explanation,expires,values_id,first_seen"
    known.write_text(f"{header}\n{line}\n")
    with small_run(desk, known=known) as result:
        log = sarif(result, Choices())
    assert _refused(log) == []
    states = {one["partialFingerprints"]["findingId/v1"]: one for one in log["runs"][0]["results"]}
    accepted = states.pop(first.finding_id)
    assert accepted["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "so it is"}
    ]
    assert accepted["baselineState"] == "unchanged"
    assert {one["baselineState"] for one in states.values()} == {"new"}


def test_more_results_than_a_server_takes_are_said_to_be_missing(desk, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    with small_run(desk) as result:
        log = sarif(result, Choices())
    (run,) = log["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["POSITIVE"] * 3  # errors come first
    assert "4 findings; the worst 3" in json.dumps(run["invocations"])
    assert _refused(log) == []


def test_a_hostile_file_name_is_part_of_an_address_and_nothing_more(desk):
    with desk.run(desk.export(DM=DM), desk.pack(_ADULT)) as result:
        (part,) = result.findings.parts
        hostile = replace(part, files=["dm <b>%2e ä.csv"])
        log = sarif(replace(result, findings=replace(result.findings, parts=[hostile])), Choices())
    assert _refused(log) == []
    (one,) = log["runs"][0]["results"]
    uri = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "dm%20%3Cb%3E%252e%20%C3%A4.csv"


def test_the_file_is_written_as_it_was_told(desk, tmp_path):
    with small_run(desk) as result:
        write_sarif(result, tmp_path / "run.sarif", Choices())
        assert json.loads((tmp_path / "run.sarif").read_text()) == sarif(result, Choices())


def _identities(log):
    return [one["partialFingerprints"]["findingId/v1"] for one in log["runs"][0]["results"]]


_ADULT = """
id: ADULT
title: Everybody is an adult
applies_to: {table: DM}
condition: AGE >= 18
message: Age {AGE} of {USUBJID}.
"""
