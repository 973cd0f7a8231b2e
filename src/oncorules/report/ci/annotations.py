"""Findings as annotations that GitHub shows beside the files of a change.

Source: GitHub documentation, Workflow commands for GitHub Actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oncorules.report.choices import Choices
from oncorules.report.ci.found import line_of
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult
    from oncorules.validation.status import RuleStatus


def annotation_lines(result: ValidationResult, folder: str, choices: Choices) -> Iterator[str]:
    """Go through the lines that make annotations: one for each rule, the worst first.

    GitHub shows ten of each severity, so that a rule says how many rows break it and points at
    the first of those that nobody has accepted or that are not in the baseline.

    Args:
        result: the run.
        folder: the folder of the export, as files of a repository are named; empty when there
            is none.
        choices: whether subjects are masked.
    """
    for rule in sorted(result.rules, key=lambda rule: SEVERITIES.index(rule.severity)):
        if rule.status in ("broken", "not run"):
            said = f"{rule.title}: {rule.status}. {choices.told(rule.reason)}"
            level = "error" if rule.status == "broken" else rule.severity
            yield _command(level, {"title": f"{rule.rule_id} on {rule.table}"}, said)
        elif left := rule.not_met - result.standing.let_pass.get((rule.rule_id, rule.table), 0):
            yield _found(result, rule, left, folder, choices)


def _found(
    result: ValidationResult, rule: RuleStatus, left: int, folder: str, choices: Choices
) -> str:
    rows = result.findings.of(rule, 1 if left == rule.not_met else None)
    first = next(one for one in rows if not result.standing.lets_pass(one.finding_id))
    said = f"{rule.title}: {left:,} {'row is' if left == 1 else 'rows are'} not so"
    place, mask = first.place, choices.mask
    said += f", first {place if mask is None else mask.text(place, first.subject)}"
    if mask is None:
        said += f": {first.message}"
    properties = {"title": f"{rule.rule_id} on {rule.table}"}
    if first.file is not None:
        name = first.file if mask is None else mask.text(first.file, first.subject)
        properties["file"] = f"{folder}/{name}" if folder else name
        line = line_of(first.file, first.row)
        if line is not None:
            properties["line"] = str(line)
    return _command(rule.severity, properties, said)


def _command(level: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_escaped(message)}"


def _escaped(text: str) -> str:
    """Return a text that cannot end its command: a line break would begin one of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
