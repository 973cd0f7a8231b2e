"""The findings of a run as servers for continuous integration are told of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from oncorules.report.choices import Choices
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.validation.findings import Finding
    from oncorules.validation.run import ValidationResult

#: Which files have lines that a person could go to.
_LINES = (".csv", ".tsv", ".txt")


def worst_first(result: ValidationResult, most: int) -> Iterator[Finding]:
    """Go through the findings of a run, errors first, rule after rule in the order of files.

    Args:
        result: the run.
        most: how many are wanted; no more are made.
    """
    parts = sorted(result.findings.parts, key=lambda part: SEVERITIES.index(part.status.severity))
    for part in parts:
        count = part.status.not_met
        yield from result.findings.of(part.status, most if count > most else None)
        most -= min(count, most)
        if not most:
            return


def told(result: ValidationResult, one: Finding, choices: Choices) -> dict[str, Any]:
    """Return a finding as plain data.

    Where subjects are masked, key, values, message, owner and explanation are left out, since
    anything may stand in them.

    Args:
        result: the run.
        one: the finding.
        choices: whether subjects are masked.
    """
    data = result.standing.as_json(one)
    mask = choices.mask
    if mask is None:
        return data
    kept = ("rule_id", "rule_version", "severity", "table", "row", "state", "first_seen")
    return {
        "finding_id": mask.finding(one.finding_id),
        **{name: data[name] for name in kept},
        "file": None if one.file is None else mask.text(one.file, one.subject),
        "USUBJID": mask.subject(one.subject),
    }


def line_of(file: str | None, row: int | None) -> int | None:
    """Return the line of a text file in which a row stands, None for other files.

    The heading is line 1. A cell with a line break in a row above moves the line down.

    >>> line_of("dm.csv", 3), line_of("dm.xpt", 3)
    (4, None)
    """
    if file is None or row is None or not file.lower().endswith(_LINES):
        return None
    return row + 1
