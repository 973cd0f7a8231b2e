"""The shipped demo export: the sdtm pack finds every planted fault, and nothing else."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path

import pytest

from oncorules.validation.run import ValidationResult, validate

EXAMPLES = Path(str(files("oncorules"))) / "examples"

Place = tuple[str, str, str]


@pytest.fixture(scope="module")
def result() -> ValidationResult:
    return validate(EXAMPLES / "demo-export", packs=["sdtm"], structure="none")


def planted() -> dict[Place, str]:
    with (EXAMPLES / "demo-faults.csv").open(encoding="utf-8", newline="") as lines:
        faults = list(csv.DictReader(lines))
    return {
        (one["rule_id"], one["table"], one["row"] or key_text(one["key"])): one["what"]
        for one in faults
    }


def key_text(key: str) -> str:
    return ", ".join(f"{name}={value}" for name, value in json.loads(key).items())


def found(result: ValidationResult) -> dict[Place, str]:
    places = {}
    for finding in result.findings.rows():
        key = ", ".join(f"{name}={value}" for name, value in finding.key.items())
        row = key if finding.row is None else str(finding.row)
        places[finding.rule_id, finding.table, row] = finding.message
    return places


def test_every_planted_fault_is_found(result: ValidationResult) -> None:
    assert sorted(planted().keys() - found(result).keys()) == []


def test_nothing_else_is_found(result: ValidationResult) -> None:
    assert sorted(found(result).keys() - planted().keys()) == []


def test_the_faults_trip_many_different_rules() -> None:
    assert len({rule for rule, _, _ in planted()}) >= 60


def test_every_rule_of_the_pack_runs(result: ValidationResult) -> None:
    assert not {"not run", "broken"} & set(result.by_status())


def test_a_month_for_a_day_is_not_evaluable_rather_than_a_finding(result: ValidationResult) -> None:
    spread = next(rule for rule in result.rules if rule.rule_id == "TR-SCAN-SPREAD")
    assert (spread.not_met, spread.not_evaluable) == (0, 1)


def test_the_export_holds_hostile_text_for_the_reports() -> None:
    drugs = (EXAMPLES / "demo-export" / "cm.csv").read_text(encoding="utf-8")
    names = (EXAMPLES / "demo-export" / "dm.csv").read_text(encoding="utf-8")
    assert '"=SUM(1,2)*cmd"' in drugs
    assert "<script>" in names
