"""What great-expectations says is read as a status and findings, or as broken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.validation.expectations.queries import CheckQueries
from oncorules.validation.expectations.read_back import read_back
from oncorules.validation.findings import Finding, Findings
from oncorules.validation.status import RuleStatus

BLANK = RuleStatus("R1", "1.0", "trial", "AE", "a rule", "error", "ours")
CHECK = CheckQueries(
    BLANK, exp.select("1"), exp.select("1"), ("USUBJID",), ("AESEQ", "aeseq"), ("ae.csv",), True
)
ROW = {"part": 0, "file": "ae.csv", "row": 7, "subject": None, "key.USUBJID": "A",
       "value.AESEQ": "1", "value.aeseq": None, "message": "AESEQ is 1."}  # fmt: skip


def answer(**changes: Any) -> dict[str, Any]:
    one = {
        "success": False,
        "expectation_config": {"meta": {"oncorules": {"rule_id": "R1", "table": "AE"}}},
        "result": {
            "observed_value": {"met": 3, "not met": 1, "not evaluable": 2},
            "details": {"unexpected_rows": [ROW]},
        },
        "exception_info": {"raised_exception": False, "exception_message": None},
    }
    return {"results": [one | changes]}


def read(told: dict[str, Any]) -> tuple[RuleStatus, list[Finding]]:
    with Engine(jobs=1) as engine:
        (status,), parts = read_back(engine, [CHECK], told)
        return status, list(Findings(engine, parts).rows())


def test_rows_become_findings_and_counts_a_status():
    status, (finding,) = read(answer())
    assert (status.status, status.met, status.not_met, status.not_evaluable) == ("not met", 3, 1, 2)
    assert (finding.place, finding.subject, finding.message) == ("ae.csv:7", "A", "AESEQ is 1.")
    assert finding.values == {"AESEQ": "1", "aeseq": None}


def test_an_answer_without_rows_is_met_and_one_without_scope_is_not():
    done = {"success": True}
    met = {"observed_value": {"met": 3}, "details": {"unexpected_rows": []}}
    assert read(answer(**done, result=met))[0].status == "met"
    none = {"observed_value": {"not in scope": 3}, "details": {"unexpected_rows": []}}
    assert read(answer(**done, result=none))[0].status == "no rows in scope"
    assert read(answer(**done, result={"observed_value": {}}))[0].status == "no rows in scope"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"results": []}, "great-expectations did not answer"),
        (
            answer(
                result={},
                exception_info={
                    "metric": {
                        "raised_exception": True,
                        "exception_message": "Conversion Error: Could not convert 'A. Patient'",
                    }
                },
            ),
            "great-expectations could not run it (Conversion Error)",
        ),
        (
            answer(exception_info={"raised_exception": True, "exception_message": "no: A"}),
            "great-expectations could not run it (no)",
        ),
        (answer(result={}), "great-expectations gave no counts"),
        (answer(result={"observed_value": 3}), "great-expectations gave no counts"),
        (
            answer(result={"observed_value": {"not met": 1}}),
            "great-expectations counted 1 rows and gave 0",
        ),
        (
            answer(result={"observed_value": {"met": 1}, "details": {"unexpected_rows": []}}),
            "great-expectations counted 0 rows and gave 0, and calls it not met",
        ),
    ],
)
def test_an_answer_that_is_none_is_broken_and_never_a_pass_or_a_finding(told, reason):
    status, findings = read(told)
    assert (status.status, status.reason) == ("broken", reason)
    assert findings == []


def test_what_was_not_asked_keeps_its_status():
    silent = RuleStatus("R2", "1.0", "trial", "AE", "a rule", "error", "ours",
                        status="not run", reason="it reads DM")  # fmt: skip
    with Engine(jobs=1) as engine:
        assert read_back(engine, [silent], {"results": []}) == ([silent], [])
