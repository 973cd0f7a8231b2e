"""The files of a study's analysis: a page, a workbook, a CSV per table, two drawings per figure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.tables.lay_out import LaidTable
from oncorules.data.whole_file import whole_file
from oncorules.errors import OutputError
from oncorules.report.charts.drawing import Drawing
from oncorules.report.study_page import study_page
from oncorules.report.study_workbook import study_workbook

PAGE, WORKBOOK = "analysis.html", "tables.xlsx"


def write_study(
    folder: Path,
    run: StudyRun,
    tables: Sequence[LaidTable],
    drawings: Sequence[Drawing],
    notes: Sequence[str],
) -> list[Path]:
    """Write all files and return their paths, the page first.

    Raises:
        OutputError: a file cannot be written; none is left half written.
    """
    contents: dict[str, bytes] = {
        PAGE: study_page(run.published, tables, drawings, notes).encode(),
        WORKBOOK: study_workbook(run.published.title, tables),
    }
    contents |= {f"{table.name}.csv": table_csv(table).encode() for table in tables}
    for drawing in drawings:
        contents[f"{drawing.name}.svg"] = drawing.svg().encode()
        contents[f"{drawing.name}.png"] = drawing.png()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} is no folder that can be written to ({error.strerror}); choose another one "
            "with --out"
        ) from None
    for name, content in contents.items():
        with whole_file(folder / name) as file:
            file.write(content)
    return [folder / name for name in contents]


def table_csv(table: LaidTable) -> str:
    """Return a table as CSV: a column of labels, then each column with the printed one beside."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    headings = [text for column in table.columns for text in (column, f"{column} (printed)")]
    writer.writerow(["", *headings])
    for row in table.rows:
        cells = [text for cell in row.cells for text in (cell.text, cell.printed)]
        writer.writerow([_harmless(text) for text in (row.label, *cells)])
    return out.getvalue()


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "@", "\t", "\r")) else text
