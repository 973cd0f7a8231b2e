"""The first sheet of a workbook: what was read, what the rules say of it, and what did not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from oncorules import __version__
from oncorules.report.findings_sheet import Tally
from oncorules.report.workbook import Cell, Page
from oncorules.validation.known import STATES
from oncorules.validation.status import SEVERITIES, STATUSES

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

WIDTHS = (30, 18, 12, 16, 12, 12, 12, 12)
_SILENT = ("broken", "not run")


def write_summary(
    page: Page, result: ValidationResult, tally: Tally, findings: Sequence[str]
) -> None:
    """Write the summary of a run.

    Args:
        page: the sheet.
        result: the run.
        tally: what was counted while the findings were written.
        findings: the names of their sheets.
    """
    _write_head(page, result, findings)
    tables = result.export.tables
    page.table(
        "What was read",
        ("table", "rows", "subjects", "files"),
        [[one.name, one.rows, one.subjects, ", ".join(one.files)] for one in tables],
    )
    counts = Counter((rule.status, rule.severity) for rule in result.rules)
    page.table(
        "Rules; one on two tables counts twice",
        ("status", "rules", *SEVERITIES),
        [
            [status, sum(numbers), *numbers]
            for status in STATUSES
            if any(numbers := [counts[status, severity] for severity in SEVERITIES])
        ],
    )
    states = [state for state in STATES if any(one == state for _, one in tally.states)]
    page.table(
        "Findings",
        ("severity", "findings", *states),
        [
            [severity, sum(numbers), *numbers]
            for severity in SEVERITIES
            if any(numbers := [tally.states[severity, state] for state in states])
        ],
    )
    silent = [rule for rule in result.rules if rule.status in _SILENT]
    page.table(
        "Rules that did not run" if silent else "Rules that did not run: none",
        ("rule", "table", "severity", "status", "reason") if silent else (),
        [[one.rule_id, one.table, one.severity, one.status, one.reason] for one in silent],
    )
    notes: list[list[Cell]] = [[one.place, one.text] for one in result.export.notes]
    notes += [["", text] for text in result.standing.notes]
    if notes:
        page.table("Notes", ("place", "note"), notes)


def _write_head(page: Page, result: ValidationResult, findings: Sequence[str]) -> None:
    page.line("Validation of an export", bold=True)
    for note in result.export.notes:
        if note.text.startswith("Synthetic"):
            page.line(note.text, bold=True)
    count = result.findings.count
    if len(findings) > 1:
        page.line(
            f"The {count:,} findings are on {len(findings)} sheets, "
            f"{findings[0]} to {findings[-1]}.",
            bold=True,
        )
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in result.session.packs)
    page.line(f"{result.asked.date.isoformat()}, oncorules {__version__}, {packs}")
    page.line(
        "state, owner, explanation and expires of the findings may be changed here; "
        "oncorules known RUN --file FILE --workbook WORKBOOK takes them over."
    )
