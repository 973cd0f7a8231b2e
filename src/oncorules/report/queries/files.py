"""The files of queries: one for a system, one for a spreadsheet, and a page for each site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.data.new_folder import new_folder
from oncorules.data.whole_file import whole_file
from oncorules.report.masked import Mask
from oncorules.report.page import heading, page, paragraph, table
from oncorules.report.queries.query import Queries, Query, queries_of
from oncorules.report.workbook import Field, writing_workbook

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

TABLE, WORKBOOK = "queries.csv", "queries.xlsx"
_WIDTHS = {"record": 30, "recorded": 40, "question": 60, "form": 24, "subject": 20}
_ANSWER = Field("answer", 40, wrap=True, edited=True)
_FIELDS = (
    *(Field(one.name, _WIDTHS.get(one.name, 14), wrap=True) for one in fields(Query)),
    _ANSWER,
)


def write_queries(result: ValidationResult, folder: Path, mask: Mask | None = None) -> Queries:
    """Write the questions of a run and return them.

    Args:
        result: the run.
        folder: is made; it must not be there yet, or be empty, so that no page of an earlier week
            stays beside those of this one.
        mask: hides who the subjects are.

    Raises:
        OutputError: the folder is not empty, or a file cannot be written.
    """
    found = queries_of(result, mask)
    day = result.asked.date.isoformat()
    with new_folder(folder, "--queries") as part:
        _write_table(found.asked, part / TABLE)
        with writing_workbook(part / WORKBOOK, "Queries") as book:
            rows = [[*asdict(one).values(), ""] for one in found.asked]
            book.sheets("Queries", len(rows)).fill(_FIELDS, rows)
        taken: set[str] = set()
        for site, asked in groupby(found.asked, key=lambda one: one.site):
            with whole_file(part / _name(site, taken)) as file:
                file.write(_page(site, list(asked), day).encode())
    return found


def _write_table(asked: Sequence[Query], path: Path) -> None:
    import pyarrow as pa

    from oncorules.data import write_csv
    from oncorules.data.write import TableRows

    names = [one.name for one in fields(Query)]
    columns = {name: [getattr(one, name) for one in asked] for name in names}
    columns[_ANSWER.name] = [""] * len(asked)
    with whole_file(path) as file:
        arrays = {name: pa.array(column, pa.string()) for name, column in columns.items()}
        write_csv.write(TableRows(pa.table(arrays)), file, guard_formulas=True)


def _name(site: str, taken: set[str]) -> str:
    """Return the name of a site's page: a site may be called anything, a file may not."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", site)[:60] or "unknown"
    name, number = f"site-{plain}.html", 1
    while name.lower() in taken:  # some file systems take A and a for the same
        number += 1
        name = f"site-{plain}-{number}.html"
    taken.add(name.lower())
    return name


def _page(site: str, asked: Sequence[Query], day: str) -> str:
    body = [paragraph(f"{day}, {len(asked):,} questions")]
    number = 0
    for subject, of_one in groupby(asked, key=lambda one: one.subject):
        rows = []
        for one in of_one:
            number += 1
            where = "\n".join(filter(None, [one.form, one.visit, one.record]))
            rows.append([number, where, one.recorded, one.question, "", one.finding_id])
        body.append(heading(f"Subject {subject}"))
        body.append(
            table(
                ("no.", "record", "recorded", "question", "answer", "reference"),
                rows,
                numbers=(0,),
            )
        )
    return page(f"Queries for site {site or '(not known)'}", body)
