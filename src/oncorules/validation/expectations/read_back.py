"""What great-expectations says of each check, as the status of a rule and as findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from oncorules.rules.compiler.checks import NOT_MET, OUTCOMES
from oncorules.rules.compiler.relation import FILE, ROW, column
from oncorules.validation.content import SUBJECT, counted_status
from oncorules.validation.expectations.queries import (
    BROKEN_ROWS,
    KEY,
    MESSAGE,
    META,
    PART,
    PERSON,
    ROW_NUMBER,
    VALUE,
    CheckQueries,
)
from oncorules.validation.findings import FindingRows
from oncorules.validation.status import RuleStatus

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine

_TABLE = "great-expectations:"


def read_back(
    engine: Engine, checks: Sequence[CheckQueries | RuleStatus], told: Mapping[str, Any]
) -> tuple[list[RuleStatus], list[FindingRows]]:
    """Return the status of every check and the findings.

    An answer that is no answer is never a pass and never a finding: an exception, a missing count,
    or as many rows as were not counted make the check broken.

    Args:
        engine: gets the rows that break a check.
        checks: what was asked, in the order of the answer to come; those with nothing to run as
            they are.
        told: the result of a suite, as great-expectations writes it down.
    """
    answers: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in told.get("results", ()):
        rule = one["expectation_config"]["meta"][META]
        answers[rule["rule_id"], rule["table"]] = one
    statuses: list[RuleStatus] = []
    findings: list[FindingRows] = []
    for number, check in enumerate(checks):
        if isinstance(check, RuleStatus):
            statuses.append(check)
            continue
        answer = answers.get((check.blank.rule_id, check.blank.table), {})
        reason = _fault(answer)
        if reason:
            statuses.append(replace(check.blank, status="broken", reason=reason))
            continue
        counts = {OUTCOMES.index(name): rows for name, rows in _counts(answer).items()}
        statuses.append(counted_status(check.blank, counts, check.absent))
        if counts.get(NOT_MET):
            findings.append(_findings(engine, f"{_TABLE}{number}", check, statuses[-1], answer))
    return statuses, findings


def _counts(answer: Mapping[str, Any]) -> dict[str, int]:
    return dict(answer["result"]["observed_value"])


def _rows(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answer["result"].get("details", {}).get(BROKEN_ROWS, ()))


def _fault(answer: Mapping[str, Any]) -> str:
    """Return why an answer is none, or nothing."""
    if not answer:
        return "great-expectations did not answer"
    raised = answer.get("exception_info") or {}
    for one in (raised, *raised.values()):
        if isinstance(one, Mapping) and one.get("raised_exception"):
            kind = str(one.get("exception_message", "")).partition(":")[0]
            return f"great-expectations could not run it ({kind[:100]})"  # a cell may follow
    counts = answer.get("result", {}).get("observed_value")
    if not isinstance(counts, Mapping) or not set(counts) <= set(OUTCOMES):
        return "great-expectations gave no counts"
    not_met = counts.get(OUTCOMES[NOT_MET], 0)
    told = f"great-expectations counted {not_met} rows and gave {len(_rows(answer))}"
    if len(_rows(answer)) != not_met:
        return told
    passed = answer.get("success") is True
    return "" if passed == (not_met == 0) else f"{told}, and calls it {'' if passed else 'not '}met"


def _findings(
    engine: Engine,
    name: str,
    check: CheckQueries,
    status: RuleStatus,
    answer: Mapping[str, Any],
) -> FindingRows:
    engine.drop(name)
    engine.store_arrow(name, _arrow(check, _rows(answer)))
    keys: dict[str, exp.Expr] = {
        key: column(f"#k{number}") for number, key in enumerate(check.keys)
    }
    return FindingRows(
        status=status,
        table=name,
        where=exp.true(),
        files=check.files,
        key=keys,
        values={value: column(f"#v{number}") for number, value in enumerate(check.values)},
        message=[column(MESSAGE)],
        has_rows=check.has_rows,
        subject=keys.get(SUBJECT) or column(PERSON),
    )


def _arrow(check: CheckQueries, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table; names of keys and values may differ in upper and lower case only."""
    import pyarrow as pa

    def texts(name: str) -> pa.Array:
        return pa.array([row[name] for row in rows], pa.string())

    columns = {
        FILE: pa.array([row[PART] for row in rows], pa.int64()),
        ROW: pa.array([row[ROW_NUMBER] for row in rows], pa.int64()),
        PERSON: texts(PERSON),
        MESSAGE: texts(MESSAGE),
    }
    columns |= {f"#k{number}": texts(KEY + name) for number, name in enumerate(check.keys)}
    columns |= {f"#v{number}": texts(VALUE + name) for number, name in enumerate(check.values)}
    return pa.table(columns)
