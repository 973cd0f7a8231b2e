"""The first sheet of a workbook: what was read, what the rules say of it, and what did not run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oncorules.report.run_summary import TITLE, origin, run_line, summary_tables
from oncorules.report.tally import Tally
from oncorules.report.workbook import Page

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

WIDTHS = (30, 18, 12, 16, 12, 12, 12, 12)


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
    page.line(TITLE, bold=True)
    for text in origin(result):
        page.line(text, bold=True)
    count = result.findings.count
    if len(findings) > 1:
        page.line(
            f"The {count:,} findings are on {len(findings)} sheets, "
            f"{findings[0]} to {findings[-1]}.",
            bold=True,
        )
    page.line(run_line(result))
    page.line(
        "state, owner, explanation and expires of the findings may be changed here; "
        "oncorules known RUN --file FILE --workbook WORKBOOK takes them over."
    )
    for table in summary_tables(result, tally):
        page.table(table.title, table.columns, table.rows)
