"""A run as one JSON file."""

from __future__ import annotations

import json

from tests.report.validated import small_run

from oncorules.report.choices import Choices
from oncorules.report.ci.run_json import write_json


def test_it_has_tables_rules_and_every_finding(desk, tmp_path):
    with small_run(desk) as result:
        write_json(result, tmp_path / "run.json", Choices())
        found = list(result.findings.rows())
        rules = [rule.rule_id for rule in result.rules]
    told = json.loads((tmp_path / "run.json").read_text())
    assert told["tables"] == [{"name": "DM", "rows": 3}, {"name": "LB", "rows": 5}]
    assert [one["rule_id"] for one in told["rules"]] == rules
    assert [one["finding_id"] for one in told["findings"]] == [one.finding_id for one in found]
    assert told["exit_code"] == 1
    assert {one["rule_id"] for one in told["rules"] if one["fails"]} == {"POSITIVE", "DOSED"}


def test_masked_it_tells_findings_of_one_subject_apart_from_those_of_another(
    desk, tmp_path, masked
):
    with small_run(desk) as result:
        write_json(result, tmp_path / "run.json", masked(result))
    told = json.loads((tmp_path / "run.json").read_text())
    by_row = {(one["table"], one["row"]): one["USUBJID"] for one in told["findings"]}
    assert by_row["LB", 3] == by_row["DM", 2] != by_row["LB", 2]
    assert not {"values", "key", "message"} & set(told["findings"][0])


def test_a_run_without_findings_is_whole(desk, tmp_path):
    rule = "id: AGED\napplies_to: {table: DM}\ncondition: AGE >= 0\nmessage: no"
    with desk.run(desk.export(DM="USUBJID | AGE\nA | 4"), desk.pack(rule)) as result:
        write_json(result, tmp_path / "run.json", Choices())
    assert json.loads((tmp_path / "run.json").read_text())["findings"] == []
