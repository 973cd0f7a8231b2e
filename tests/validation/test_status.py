"""What each status counts for."""

from __future__ import annotations

import json

import pytest

from oncorules.validation.status import SEVERITIES, RuleStatus


def status(severity: str = "error", **values: object) -> RuleStatus:
    return RuleStatus("R", "1.0.0", "trial", "AE", "a rule", severity, "ours", **values)


@pytest.mark.parametrize(
    ("severity", "failing"),
    [("error", ["error"]), ("warning", ["error", "warning"]), ("notice", [*SEVERITIES]),
     ("never", [])],
)  # fmt: skip
def test_findings_count_from_the_severity_that_is_asked_for(severity, failing):
    found = {one: status(one, status="not met", not_met=1) for one in SEVERITIES}
    assert [one for one in SEVERITIES if found[one].counts_against(severity, False)] == failing
    assert [one for one in SEVERITIES if found[one].counts_against(severity, True)] == failing


@pytest.mark.parametrize(
    ("severity", "failing"),
    [("error", ["error"]), ("warning", ["error", "warning"]), ("notice", [*SEVERITIES]),
     ("never", [])],
)  # fmt: skip
def test_a_rule_that_could_not_run_counts_at_its_severity_unless_it_is_let_pass(severity, failing):
    silent = {one: status(one, status="not run") for one in SEVERITIES}
    assert [one for one in SEVERITIES if silent[one].counts_against(severity, False)] == failing
    assert not any(one.counts_against(severity, True) for one in silent.values())


@pytest.mark.parametrize("severity", [*SEVERITIES, "never"])
@pytest.mark.parametrize("allow", [False, True])
def test_a_broken_rule_counts_whatever_is_let_pass(severity, allow):
    assert status("notice", status="broken").counts_against(severity, allow)


@pytest.mark.parametrize("word", ["met", "not evaluable", "no rows in scope"])
@pytest.mark.parametrize("severity", [*SEVERITIES, "never"])
def test_what_passed_or_had_nothing_to_say_never_counts(word, severity):
    assert not status("error", status=word, not_evaluable=3).counts_against(severity, False)


def test_a_status_is_plain_data_with_its_counts():
    data = json.loads(json.dumps(status(met=1, not_met=2, status="not met").as_json()))
    assert list(data) == [
        "rule_id", "rule_version", "pack", "table", "title", "severity", "source",
        "met", "not_met", "not_evaluable", "not_in_scope", "status", "reason",
    ]  # fmt: skip
    assert (data["met"], data["not_met"], data["status"], data["reason"]) == (1, 2, "not met", "")
