"""The rule book as a workbook, in which a reviewer writes verdicts, comments and other values."""

from __future__ import annotations

from pathlib import Path

from oncorules.report.rulebook import book_sheets as sheets
from oncorules.report.rulebook.book_page import title_of
from oncorules.report.workbook import writing_workbook
from oncorules.rules.catalogue.chapters import Contents


def write_book_workbook(contents: Contents, path: Path) -> None:
    """Write the rule book as a workbook; the same rules give the same bytes.

    Args:
        contents: the chapters.
        path: the file; it takes its place once it is whole.

    Raises:
        OutputError: the file cannot be written.
    """
    tables = (
        (sheets.RULES, sheets.RULE_FIELDS, [sheets.rule_row(one) for one in contents.chapters]),
        (sheets.PARAMETERS, sheets.PARAMETER_FIELDS, sheets.parameter_rows(contents)),
        ("Lines", sheets.LINE_FIELDS, list(sheets.line_rows(contents))),
        ("Examples", sheets.EXAMPLE_FIELDS, list(sheets.examples(contents))),
        ("Configuration", sheets.CONFIGURATION_FIELDS, list(sheets.configuration_rows(contents))),
    )
    with writing_workbook(path, title_of(contents)) as book:
        for name, fields, rows in tables:
            book.sheets(name, len(rows)).fill(fields, rows)
