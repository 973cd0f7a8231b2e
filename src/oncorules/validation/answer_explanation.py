"""Why a column of a derived table has its value on one row, as data and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from oncorules.validation.explanation import (
    MISSING,
    ExplainedClause,
    ShownParameter,
    ShownValue,
    parameter_lines,
    section,
)


@dataclass(frozen=True)
class ExplainedLine:
    """One line of a column: what it gives, and whether it was true, false or unknown.

    Attributes:
        result: what the line gives.
        truth: true, false or unknown; `decided` is the first one that is not false.
        decided: whether the column has its value from this line.
        clause: the condition; None for `otherwise` and for the rows of a decision table.
        words: the id of the line, or the cells of a row.
        place: `file:line` of the line.
    """

    result: str
    truth: str
    decided: bool
    clause: ExplainedClause | None
    words: str
    place: str

    def lines(self) -> Iterator[str]:
        """Return the line, and below it what its condition reads."""
        mark = "-> " if self.decided else "   "
        words = f" ({self.words})" if self.words else ""
        yield f"{mark}{self.truth:8}{self.result}{words}"
        for line in self.clause.lines() if self.clause is not None else ():
            yield f"      {line}"


@dataclass(frozen=True)
class ExplainedColumn:
    """A column, its value, and the lines or the formula that gave it.

    Attributes:
        name: the column.
        value: its value on the row; None where it is missing.
        lines: its lines in their order; empty where a formula makes it.
        reads: the columns that a decision table reads, or what a formula reads.
        words: the formula, where there are no lines.
        source: document and section of the column's table.
    """

    name: str
    value: str | None
    unit: str | None
    lines: tuple[ExplainedLine, ...]
    reads: tuple[ShownValue, ...]
    words: str
    source: str

    def text(self) -> Iterator[str]:
        """Return the column as lines for people."""
        yield str(ShownValue(self.name, self.value, self.unit))
        if self.words:
            yield f"  {self.words}"
        for value in self.reads:
            yield f"    {value}"
        for line in self.lines:
            for text in line.lines():
                yield f"  {text}"


@dataclass(frozen=True)
class Grid:
    """Rows of a table behind an answer: one line for each of them, one column for each visit.

    Attributes:
        title: the table, and what stands in the cells.
        across: the values along the top.
        rows: for each row its name and the cells, None where there is no row.
    """

    title: str
    across: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str | None]]]

    def lines(self) -> Iterator[str]:
        """Return the grid with its columns below one another."""
        cells = [
            ["", *self.across],
            *([name, *(one or "" for one in row)] for name, row in self.rows),
        ]
        widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
        for row in cells:
            yield "  ".join(
                one.ljust(width) for one, width in zip(row, widths, strict=True)
            ).rstrip()


@dataclass(frozen=True)
class AnswerExplanation:
    """Why one column of a derived table has its value on one row.

    Attributes:
        pack: the id of the pack.
        table: the derived table.
        key: the key of the row.
        columns: the column that was asked for, then the columns that its lines read.
        grids: the rows of the tables behind, as the pack says under `explain`.
        parameters: the limits that the table reads.
    """

    pack: str
    table: str
    key: Mapping[str, str | None]
    columns: tuple[ExplainedColumn, ...]
    grids: tuple[Grid, ...] = ()
    parameters: tuple[ShownParameter, ...] = ()

    @property
    def place(self) -> str:
        """The table and the key."""
        named = ", ".join(f"{name} {value or MISSING}" for name, value in self.key.items())
        return f"{self.table} ({named})"

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Return the explanation as lines for people."""
        first = self.columns[0]
        yield f"{self.pack}: {ShownValue(first.name, first.value, first.unit)}"
        yield f"  {self.place}"
        for grid in self.grids:
            yield from section(grid.title, grid.lines())
        for column in self.columns:
            yield from section(f"{column.name}, source: {column.source}", column.text())
        if self.parameters:
            lines = (line for one in self.parameters for line in parameter_lines(one))
            yield from section("Parameters", lines)

    def __str__(self) -> str:
        """Return the explanation for people."""
        return "\n".join(self.lines())
