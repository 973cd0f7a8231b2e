"""Two runs compared, as the sheets Comparison and Changes of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.change_lines import ChangeLine, ChangeLines, Values
from oncorules.report.comparison_tables import MEANING, comparison_tables, since_line
from oncorules.report.findings_sheet import MISSING
from oncorules.report.masked import Mask
from oncorules.report.workbook import Book, Cell, Field, writing_workbook

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison

TITLE = "Two runs compared"
WIDTHS = (30, 24, 12, 12, 12, 12, 12, 12, 60)
CHANGE_FIELDS = (
    Field("change", 11),
    Field("why", 24, wrap=True),
    Field("rule", 26, wrap=True),
    Field("severity", 9),
    Field("site", 8),
    Field("subject", 20),
    Field("table", 10),
    Field("file", 16),
    Field("row", 8),
    Field("variable", 18, wrap=True),
    Field("value before", 22, wrap=True),
    Field("value now", 22, wrap=True),
    Field("differs", 18, wrap=True),
    Field("message", 56, wrap=True),
    Field("state before", 11),
    Field("state now", 11),
    Field("finding id", 18),
)
NOT_READ = "(not read)"


def write_comparison_workbook(comparison: Comparison, path: Path) -> None:
    """Write two runs compared as a workbook: the same runs give the same bytes.

    Args:
        comparison: two runs beside each other.
        path: the file; it is written beside its place and takes it when it is whole.

    Raises:
        OutputError: the file cannot be written.
    """
    with writing_workbook(path, TITLE) as book:
        write_comparison_sheets(book, comparison)


def write_comparison_sheets(book: Book, comparison: Comparison, mask: Mask | None = None) -> None:
    """Add the sheets Comparison and Changes, and Changes 2, ... where there are many.

    Args:
        book: the workbook.
        comparison: two runs beside each other.
        mask: hides who the subjects are.
    """
    page = book.page("Comparison", WIDTHS)
    changes = book.sheets("Changes", len(comparison.rows))
    page.line(TITLE, bold=True)
    page.line(since_line(comparison))
    page.line(MEANING)
    for one in comparison_tables(comparison):
        page.table(one.title, one.columns, one.rows)
    lines = ChangeLines(comparison, mask)
    changes.fill(CHANGE_FIELDS, map(_row, lines.of(comparison.rows)))


def _row(line: ChangeLine) -> list[Cell]:
    """Return a finding as a row of `CHANGE_FIELDS`; its values stand one below the other."""
    variables = line.variables
    return [
        line.change,
        line.why,
        line.rule_id,
        line.severity,
        line.site,
        line.subject,
        line.table,
        line.file,
        line.row,
        "\n".join(variables),
        "\n".join(_told(line.before, variables)),
        "\n".join(_told(line.now, variables)),
        "\n".join(name for name in variables if line.differs(name)),
        line.message,
        line.state_before,
        line.state,
        line.finding_id,
    ]


def _told(values: Values | None, variables: tuple[str, ...]) -> Iterator[str]:
    """Go through values in the order of their names; nothing where a run lacks the finding."""
    if values is None:
        return
    for name in variables:
        value = values.get(name) if name in values else NOT_READ
        yield MISSING if value is None else value
