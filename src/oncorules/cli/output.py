"""Where an answer goes: standard output as table, json or csv; notes go to standard error."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import TYPE_CHECKING

from oncorules.cli.escape import Json, to_json, visible
from oncorules.cli.flags import FindingsFormat

if TYPE_CHECKING:
    from rich.console import Console

#: What a word means to the eye; only these words are coloured, and only on a terminal.
_STYLES = {
    "error": "red",
    "not met": "red",
    "broken": "red bold",
    "warning": "yellow",
    "not evaluable": "yellow",
    "not run": "yellow",
    "notice": "cyan",
    "met": "green",
}


#: Characters of a cell in a table; json, csv and the written files have all of it.
LONGEST_CELL = 1_000


@dataclass(frozen=True)
class Grid:
    """Rows under headings, as they will be shown; a cell of None is shown as nothing."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""

    def is_number(self, column: int) -> bool:
        """Return whether a column holds nothing but numbers, and so is set to the right."""
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and all(isinstance(cell, Number) for cell in cells)


class Output:
    """One command's two streams, in the format that was asked for."""

    def __init__(
        self, format: FindingsFormat = "table", *, quiet: bool = False, no_color: bool = False
    ) -> None:
        """Open the streams as they are now; `quiet` silences the notes, never the answer."""
        self.format = format
        self.quiet = quiet
        self.no_color = no_color

    def note(self, text: str) -> None:
        """Say something beside the answer on standard error."""
        if not self.quiet:
            print(visible(text), file=sys.stderr)

    def line(self, text: str = "") -> None:
        """Print one line of the answer."""
        print(visible(text))

    def grid(self, grid: Grid) -> None:
        """Print a table of the answer: with rules and colours on a terminal, plain otherwise."""
        if sys.stdout.isatty():
            _draw(grid, self._console())
            return
        if grid.title:
            self.line(grid.title)
        for line in plain_lines(grid):
            print(line)

    def answer(self, grid: Grid) -> None:
        """Print an answer that is one table, in the format that was asked for."""
        if self.format == "csv":
            self.csv(grid.columns, grid.rows)
        elif self.format == "json":
            self.json(
                [dict(zip(grid.columns, map(_as_json, row), strict=True)) for row in grid.rows]
            )
        else:
            self.grid(grid)

    def json(self, value: Json) -> None:
        """Print the answer as one JSON value."""
        print(to_json(value))

    def csv(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print the answer as CSV with a heading line; a missing value is empty."""
        on_screen = sys.stdout.isatty()  # a file gets the data as it is
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([visible(cell) if on_screen else cell for cell in map(_bare, row)])

    def _console(self) -> Console:
        from rich.console import Console

        return Console(no_color=self.no_color or None, highlight=False, emoji=False, markup=False)


def many(count: int, thing: str) -> str:
    """Return a count with its noun.

    >>> many(1, "rule"), many(1234, "row")
    ('1 rule', '1,234 rows')
    """
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def plain_lines(grid: Grid) -> list[str]:
    r"""Return a table as lines of text in straight columns, without a trailing blank.

    >>> print("\n".join(plain_lines(Grid(["rule", "rows"], [["A", 7], ["LONGER", 12]]))))
    rule    rows
    A          7
    LONGER    12
    """
    cells = [[_shown(cell) for cell in row] for row in [grid.columns, *_bared(grid.rows)]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numbers = [grid.is_number(column) for column in range(len(grid.columns))]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    ]


def _draw(grid: Grid, console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(visible(grid.title)) if grid.title else None,
        title_justify="left",
        box=box.SIMPLE,
    )
    for number, column in enumerate(grid.columns):
        table.add_column(
            Text(column),
            justify="right" if grid.is_number(number) else "left",
            overflow="fold",  # an id that is cut cannot be copied
        )
    for row in _bared(grid.rows):
        # Text objects, never strings: rich would read "[/red]" in a cell as markup.
        table.add_row(*(Text(_shown(cell), style=_STYLES.get(str(cell), "")) for cell in row))
    console.print(table)


def _shown(cell: object) -> str:
    """Return a cell as a table shows it: cut where one cell would push all others away."""
    text = str(cell)
    return visible(text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}...")


def _bared(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [[_bare(cell) for cell in row] for row in rows]


def _as_json(cell: object) -> Json:
    return cell if cell is None or isinstance(cell, bool | int | float) else str(cell)


def _bare(cell: object) -> object:
    return "" if cell is None else cell
