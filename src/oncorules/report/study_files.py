"""The files of a study's analysis: a page, a workbook, a CSV per table, two drawings per figure."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.tables.lay_out import LaidTable
from oncorules.data.whole_file import write_whole_files
from oncorules.report.charts.drawing import Drawing
from oncorules.report.study_page import study_page
from oncorules.report.study_workbook import study_workbook

PAGE, WORKBOOK = "analysis.html", "tables.xlsx"
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def write_study(
    folder: Path,
    run: StudyRun,
    tables: Sequence[LaidTable],
    drawings: Sequence[Drawing],
    notes: Sequence[str],
    origin: Sequence[str] = (),
) -> list[Path]:
    """Write all files and return their paths, the page first.

    Raises:
        OutputError: a file cannot be written; none is left half written.
    """
    contents: dict[str, bytes] = {
        PAGE: study_page(run.published, tables, drawings, notes, origin).encode(),
        WORKBOOK: study_workbook(run.published.title, tables),
    }
    contents |= {f"{_stem(table.name)}.csv": table_csv(table).encode() for table in tables}
    for drawing in drawings:
        contents[f"{_stem(drawing.name)}.svg"] = drawing.svg().encode()
        contents[f"{_stem(drawing.name)}.png"] = drawing.png()
    return write_whole_files(folder, contents)


def table_csv(table: LaidTable) -> str:
    """Return a table as CSV: labels, each column with the printed one beside, then footnotes."""
    headings = [text for column in table.columns for text in (column, f"{column} (printed)")]
    lines = [["", *headings]]
    for row in table.rows:
        cells = [text for cell in row.cells for text in (cell.text, cell.printed)]
        lines.append([row.label, *cells])
    lines += [[note] for note in table.footnotes]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for line in lines:
        blank = [""] * (len(headings) + 1 - len(line))
        writer.writerow([_harmless(text) for text in (*line, *blank)])
    return out.getvalue()


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _stem(name: str) -> str:
    """Return the name of a file in the folder, whatever a study calls its tables."""
    return re.sub(r"[^\w.-]", "-", name)
