"""The rows of a sheet that people wrote into, with the place of every cell for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.data.cells import cell_text as text_of
from oncorules.data.sheets import read_grids
from oncorules.errors import DataError
from oncorules.report.workbook import sheet_names

_SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class EditedRow:
    """One row of a sheet: where it stands, and its cells by column."""

    sheet: str
    number: int
    places: Mapping[str, int]
    cells: Mapping[str, Any]

    def at(self, column: str) -> str:
        """Return the place of a cell, such as `Findings!N5`."""
        return f"{self.sheet}!{letters(self.places[column])}{self.number}"

    def text(self, column: str) -> str:
        """Return a cell as text without blanks around it."""
        return text_of(self.cells[column]).strip()


def read_edited_rows(
    path: Path, name: str, rows: int, columns: Sequence[str], what: str
) -> Iterator[EditedRow]:
    """Go through the rows of a table that hold anything, on all of its sheets.

    Args:
        path: the workbook.
        name: the sheet; the further ones of a long table are numbered.
        rows: how many rows were written.
        columns: the headings that must be there, in any order.
        what: what the rows are, for messages: `findings`.

    Raises:
        DataError: a sheet or a heading has another name, or this is no workbook.
    """
    wanted = sheet_names(name, rows)
    grids, others = read_grids(path, str(path), wanted)
    for sheet in wanted:
        if sheet not in grids:
            raise DataError(
                f'{path} has no sheet "{sheet}"; it has {", ".join(others)}: call the sheet of '
                f"{what} {sheet} again, or write the workbook anew"
            )
        grid = grids[sheet]
        top = next((n for n, cells in enumerate(grid[:2]) if columns[0] in cells), 0)
        places = _places(path, sheet, top, grid[top] if grid else (), columns)
        for number, cells in enumerate(grid[top + 1 :], top + 2):
            if any(text_of(cell).strip() for cell in cells):
                named = {column: cells[place] for column, place in places.items()}
                yield EditedRow(sheet, number, places, named)


def _places(
    path: Path, sheet: str, top: int, header: Sequence[Any], columns: Sequence[str]
) -> dict[str, int]:
    """Return where each column stands."""
    names = [text_of(cell).strip() for cell in header]
    for place, name in enumerate(columns):
        if name not in names:
            there = names[place] if place < len(names) else ""
            raise DataError(
                f'{path}: {sheet}!{letters(place)}{top + 1}: the heading is "{there}", expected '
                f'"{name}"; give the column its name back'
            )
    return {name: names.index(name) for name in columns}


def refuse_problems(problems: Sequence[str]) -> None:
    """Raise DataError with the first problems and the number of the others; nothing without any."""
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = f"; and {more:,} more cell{'s' * (more > 1)}" if more > 0 else ""
        raise DataError("; ".join(problems[:_SHOWN_PROBLEMS]) + rest)


def bare(text: str) -> str:
    """Return a text without what a spreadsheet program may do to its blanks and lines."""
    return " ".join(text.split())


def short(text: str) -> str:
    """Return the beginning of a text, to be shown in a message."""
    return text if len(text) <= 60 else f"{text[:60]}..."


def letters(place: int) -> str:
    """Return the letters of a column: A, B, ... Z, AA.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
