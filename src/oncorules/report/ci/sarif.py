"""A run in the format SARIF 2.1.0, which servers that scan code read.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 27 March 2020.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from oncorules import __version__
from oncorules.data.whole_file import whole_file
from oncorules.report.choices import Choices
from oncorules.report.ci.found import line_of, told, worst_first

if TYPE_CHECKING:
    from oncorules.validation.findings import Finding
    from oncorules.validation.run import ValidationResult
    from oncorules.validation.status import RuleStatus

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {"error": "error", "warning": "warning", "notice": "note"}
MOST = 25_000
"""The most results of a run that GitHub takes (its documentation of SARIF support)."""
FOLDER = "EXPORT"


def write_sarif(result: ValidationResult, path: Path, choices: Choices) -> None:
    """Write a run as SARIF, its worst findings when there are more than a server takes.

    Raises:
        OutputError: the file cannot be written.
    """
    text = json.dumps(sarif(result, choices), indent=1, ensure_ascii=False) + "\n"
    with whole_file(path) as file:
        file.write(text.encode("utf-8", "replace"))


def sarif(result: ValidationResult, choices: Choices) -> dict[str, Any]:
    """Return a run as a SARIF log.

    Args:
        result: the run.
        choices: what fails, and whether subjects are masked.
    """
    descriptors: dict[str, dict[str, Any]] = {}
    for rule in result.rules:
        descriptors.setdefault(rule.rule_id, _descriptor(rule))
    places = {rule_id: place for place, rule_id in enumerate(descriptors)}
    results = [
        _result(result, one, descriptors[one.rule_id], places[one.rule_id], choices)
        for one in worst_first(result, MOST)
    ]
    driver = {"name": "oncorules", "version": __version__, "rules": list(descriptors.values())}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {FOLDER: {"description": {"text": "The folder of the export."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result, choices)],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(rule: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": rule.rule_id,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"pack": rule.pack, "version": rule.rule_version},
    }
    if rule.source:
        found["help"] = {"text": f"Source: {rule.source}"}
    return found


def _result(
    result: ValidationResult,
    one: Finding,
    rule: dict[str, Any],
    place: int,
    choices: Choices,
) -> dict[str, Any]:
    data = told(result, one, choices)
    known = result.standing.of(one.finding_id)
    name = one.table if one.row is None else f"{one.table} row {one.row}"
    where: dict[str, Any] = {"logicalLocations": [{"name": name, "kind": "row"}]}
    if data["file"] is not None:
        physical: dict[str, Any] = {
            "artifactLocation": {"uri": quote(data["file"]), "uriBaseId": FOLDER}
        }
        line = line_of(one.file, one.row)
        if line is not None:
            physical["region"] = {"startLine": line}
        where["physicalLocation"] = physical
    title = rule["shortDescription"]["text"]
    found: dict[str, Any] = {
        "ruleId": one.rule_id,
        "ruleIndex": place,
        "level": LEVELS[one.severity],
        "message": {"text": f"{title}: not so." if choices.mask is not None else one.message},
        "locations": [where],
        "partialFingerprints": {"findingId/v1": data["finding_id"]},
        "properties": {name: data[name] for name in ("table", "row", "USUBJID", "state")},
    }
    if result.standing.known:
        found["baselineState"] = "new" if known.state == "new" else "unchanged"
    if known.state == "accepted":
        reason = {"justification": known.explanation} if choices.mask is None else {}
        found["suppressions"] = [{"kind": "external", "status": "accepted", **reason}]
    return found


def _silence(rule: RuleStatus, choices: Choices) -> str:
    said = f"{rule.rule_id} on {rule.table}, {rule.status}"
    return f"{said}: {choices.told(rule.reason)}" if rule.reason else said


def _invocation(result: ValidationResult, choices: Choices) -> dict[str, Any]:
    """Return what happened in the run: which rules have no answer, and what was left out."""
    notes = [
        {
            "level": LEVELS[rule.severity] if rule.status in ("not run", "broken") else "note",
            "message": {"text": _silence(rule, choices)},
            "associatedRule": {"id": rule.rule_id},
        }
        for rule in result.rules
        if rule.status not in ("met", "not met")  # else no result would look like a pass
    ]
    if result.findings.count > MOST:
        text = (
            f"{result.findings.count:,} findings; the worst {MOST:,} are here, since servers take "
            "no more; findings.parquet has all"
        )
        notes.append({"level": "warning", "message": {"text": text}})
    done = all(rule.status != "broken" for rule in result.rules)
    return {"executionSuccessful": done, "toolExecutionNotifications": notes}
