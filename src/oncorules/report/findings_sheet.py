"""The findings of a run as the rows of a sheet, and what is counted on the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oncorules.report.masked import Mask
from oncorules.report.rule_words import Words
from oncorules.report.workbook import Cell, Field
from oncorules.validation.known import WRITTEN_STATES
from oncorules.validation.whereabouts import Visits, visit_of_key

if TYPE_CHECKING:
    from oncorules.validation.findings import FindingRows
    from oncorules.validation.run import ValidationResult

FINDING_FIELDS = (
    Field("rule", 26, wrap=True),
    Field("severity", 9),
    Field("site", 8),
    Field("subject", 20),
    Field("visit", 18),
    Field("table", 10),
    Field("file", 16),
    Field("row", 8),
    Field("variable", 18, wrap=True),
    Field("value", 22, wrap=True),
    Field("expected", 36, wrap=True),
    Field("message", 56, wrap=True),
    Field("first seen", 11, day=True),
    Field("state", 10, edited=True, choices=WRITTEN_STATES),
    Field("owner", 14, edited=True),
    Field("explanation", 40, wrap=True, edited=True),
    Field("expires", 11, edited=True, day=True),
    Field("finding id", 18),
    Field("values id", 18),
)
MISSING = "(missing)"
_READ = (
    "finding_id", "values_id", "file", "row", "USUBJID", "key", "values", "message",
)  # fmt: skip


@dataclass
class Tally:
    """What is counted while the findings go by.

    Attributes:
        subjects_of: by rule and table, the subjects with a finding.
        found: findings by site, subject and severity.
        states: findings by severity and state.
    """

    subjects_of: dict[tuple[str, str], int] = field(default_factory=dict)
    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    states: Counter[tuple[str, str]] = field(default_factory=Counter)


def finding_rows(
    result: ValidationResult,
    words: Mapping[tuple[str, str], Words],
    sites: Mapping[str, str],
    tally: Tally,
    mask: Mask | None = None,
) -> Iterator[list[Cell]]:
    """Go through the findings as rows of `FINDING_FIELDS`, rule after rule and file after file.

    Args:
        result: the run.
        words: what each rule expects, by rule and table.
        sites: the site of each subject.
        tally: is filled on the way.
        mask: hides who the subjects are.
    """
    visits = Visits(result.session, result.findings.parts)
    for part in result.findings.parts:
        place = (part.status.rule_id, part.status.table)
        yield from _rows(result, part, words[place], sites, visits, tally, mask)


def _rows(
    result: ValidationResult,
    part: FindingRows,
    words: Words,
    sites: Mapping[str, str],
    visits: Visits,
    tally: Tally,
    mask: Mask | None,
) -> Iterator[list[Cell]]:
    status, known = part.status, result.standing.of
    visit_of = visits.of(part)
    shown = [name for name in part.values if name not in words.parameters]
    variables = "\n".join(shown) or _column_of(status.rule_id)
    subjects: set[str] = set()
    for batch in result.session.engine.run(result.findings.query(part)).batches():
        columns = [batch.column(name).to_pylist() for name in _READ]
        for cells in zip(*columns, strict=True):
            finding, decided, file, row, subject, key, values, message = cells
            one, site = known(finding), sites.get(subject, "")
            visit = visit_of.get((file, row)) or visit_of_key(json.loads(key))
            value, explanation = _told(json.loads(values), shown), one.explanation
            if mask is not None:
                person = subject
                texts = (file, value, message, explanation)
                file, value, message, explanation = (
                    mask.text(text, person) if text else text for text in texts
                )
                finding, subject = mask.finding(finding), mask.subject(person)
                decided = ""  # the same values have the same identity, which could be guessed
            tally.found[site, subject or "", status.severity] += 1
            tally.states[status.severity, one.state] += 1
            if subject:
                subjects.add(subject)
            yield [
                status.rule_id,
                status.severity,
                site,
                subject,
                visit,
                status.table,
                file,
                row,
                variables,
                value,
                words.expected,
                message,
                one.first_seen,
                one.state,
                one.owner,
                explanation,
                one.expires,
                finding,
                decided,
            ]
    tally.subjects_of[status.rule_id, status.table] = len(subjects)


def _told(values: Mapping[str, str | None], shown: Sequence[str]) -> str:
    """Return values one below the other, as their names stand beside them."""
    found = (values[name] for name in shown)
    return "\n".join(MISSING if value is None else value for value in found)


def _column_of(rule_id: str) -> str:
    """Return the column of a structure check whose column is not there."""
    return rule_id.split(".")[1] if rule_id.count(".") == 2 else ""
