"""The findings of a run as the rows of a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from oncorules.report.finding_lines import FindingLines
from oncorules.report.workbook import Cell, Field
from oncorules.validation.known import WRITTEN_STATES

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


def finding_rows(lines: FindingLines) -> Iterator[list[Cell]]:
    """Go through the findings as rows of `FINDING_FIELDS`, rule after rule and file after file.

    Values stand one below the other, as the names of their variables do beside them.
    """
    for rule in lines.rules():
        status, expected = rule.part.status, rule.words.expected
        variables = "\n".join(rule.variables)
        for line in lines.of(rule):
            known = line.known
            yield [
                status.rule_id,
                status.severity,
                line.site,
                line.subject,
                line.visit,
                status.table,
                line.file,
                line.row,
                variables,
                "\n".join([MISSING if value is None else value for value in line.values]),
                expected,
                line.message,
                known.first_seen,
                known.state,
                known.owner,
                known.explanation,
                known.expires,
                line.finding_id,
                line.values_id,
            ]
