"""The top of the page of a validation: what was read, what the rules say, and what did not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from oncorules.report.cell_text import spelled
from oncorules.report.comparison_tables import COUNTED
from oncorules.report.page import folded, heading, paragraph, table
from oncorules.report.run_summary import SmallTable, origin, run_line, summary_tables
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.report.finding_lines import FindingLines
    from oncorules.validation.run import ValidationResult

_OPEN_ROWS = 12
"""Rows of a small table that is not folded."""
_FILTERED = {
    "Findings": "severity",
    "Findings by rule": "rule",
    "Findings by site": "site",
    COUNTED: "change",
}
"""The tables whose first column leads to those findings, and the filter that it sets."""


def summary(result: ValidationResult, lines: FindingLines) -> Iterator[str]:
    """Go through the HTML of the summary: short tables side by side, long ones folded below.

    Args:
        result: the run.
        lines: its findings, all of which have gone by.
    """
    for text in origin(result):
        yield f'<p class="origin">{escape(spelled(text))}</p>'
    yield paragraph(run_line(result))
    yield from drawn_tables(_tables(result, lines))


def drawn_tables(tables: Iterable[SmallTable]) -> Iterator[str]:
    """Go through the HTML of small tables: short ones side by side, long ones folded below."""
    tables = list(tables)
    yield '<div class="summary">'
    for one in tables:
        if one.columns and len(one.rows) <= _OPEN_ROWS:
            yield f"<section>{heading(one.title)}\n{drawn(one)}</section>"
    yield "</div>"
    for one in tables:
        if not one.columns:
            yield paragraph(one.title)
        elif len(one.rows) > _OPEN_ROWS:
            yield folded(f"{one.title} ({len(one.rows):,})", drawn(one))


def _tables(result: ValidationResult, lines: FindingLines) -> Iterator[SmallTable]:
    """Go through the small tables of every report, and findings by rule and by site."""
    tally = lines.tally
    for one in summary_tables(result, tally):
        yield one
        if one.columns and one.columns[0] == "severity":
            yield SmallTable(
                "Findings by rule",
                ("rule", "table", "severity", "findings", "subjects"),
                [
                    [*place, rule.severity, number, tally.subjects_of[place]]
                    for rule, number in result.findings.by_rule()
                    for place in [(rule.rule_id, rule.table)]
                ],
            )
            sites = ("site", "subjects", "with findings", "findings", *SEVERITIES)
            yield SmallTable("Findings by site", sites, tally.by_site(lines.sites))


def drawn(one: SmallTable) -> str:
    """Return the HTML of one small table, without its title."""
    rows = [[_cell(cell) for cell in row] for row in one.rows]
    name = _FILTERED.get(one.title)
    link = None if name is None else lambda text: f"#{urlencode({name: text})}"
    return table(one.columns, rows, label=one.title, numbers=_numbers(one.rows), link=link)


def _cell(cell: object) -> str | None:
    if cell is None:
        return None
    return f"{cell:,}" if isinstance(cell, int) else spelled(str(cell))


def _numbers(rows: Sequence[Sequence[object]]) -> list[int]:
    """Return the columns that hold numbers."""
    width = len(rows[0]) if rows else 0
    return [place for place in range(width) if any(isinstance(row[place], int) for row in rows)]
