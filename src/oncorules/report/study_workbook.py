"""The tables of a study as a workbook: one sheet each; no text becomes a formula or a link."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from oncorules.analysis.tables.lay_out import LaidTable

CREATED = datetime.datetime(2000, 1, 1)
"""A workbook is byte-equal when nothing changed, so it does not tell when it was made."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31  # characters of a sheet's name


def study_workbook(title: str, tables: Sequence[LaidTable]) -> bytes:
    """Return a workbook with the tables as they are laid out, and beside each cell the printed one.

    Args:
        title: of the paper.
        tables: as laid out.
    """
    import xlsxwriter

    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": CREATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, table in enumerate(tables, 1):
            name = _FORBIDDEN.sub("-", table.name)
            name = name if len(name) <= _LONGEST else f"{number}-{name[: _LONGEST - 4]}"
            _write(book.add_worksheet(name), table, bold, wrapped)
    return out.getvalue()


def _write(sheet: Any, table: LaidTable, bold: Any, wrapped: Any) -> None:
    sheet.write_string(0, 0, table.title, bold)
    for place, column in enumerate(table.columns):
        sheet.write_string(1, 1 + 2 * place, column, bold)
        sheet.write_string(1, 2 + 2 * place, "printed", bold)
    for number, row in enumerate(table.rows, 2):
        sheet.write_string(number, 0, row.label, bold if row.heading else wrapped)
        for place, cell in enumerate(row.cells):
            sheet.write_string(number, 1 + 2 * place, cell.text)
            sheet.write_string(number, 2 + 2 * place, cell.printed)
    for number, note in enumerate(table.footnotes, len(table.rows) + 3):
        sheet.write_string(number, 0, note)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 2 * len(table.columns), 16)
    sheet.freeze_panes(2, 1)
