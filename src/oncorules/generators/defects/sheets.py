"""The tables of an export while defects are planted: cells are read as they were, changes kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | int | float | None
Cells = np.ndarray[Any, Any]
SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Change:
    """What one defect changed.

    Attributes:
        key: of the row, or of the visit, as findings write it: JSON of texts by column.
        subject: whose row it is in the export with the defect.
        variable: the columns that were changed, parted by commas; empty for a whole row.
        before: their values before, in the same order.
        after: their values after.
        rules: those that find it, where not all rows of a kind are found by the same ones.
    """

    key: str
    subject: str
    variable: str
    before: str
    after: str
    rules: tuple[str, ...] = ()

    def found_by(self, *rules: str) -> Change:
        """Return the same with the rules that find it."""
        return replace(self, rules=rules)


class Sheets:
    """The tables of an export by name; a row is named by its place in the table as it was.

    Args:
        tables: Arrow tables with the columns of SDTM; a missing table or column is empty.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = dict(tables)
        self._cells: dict[tuple[str, str], Cells] = {}
        self._rows: dict[str, dict[Cell, list[int]]] = {}
        self._new: dict[tuple[str, str], dict[int, Cell]] = {}
        self._gone: dict[str, set[int]] = {name: set() for name in tables}
        self._copied: dict[str, list[int]] = {name: [] for name in tables}

    @property
    def names(self) -> tuple[str, ...]:
        """The tables of the export."""
        return tuple(self._tables)

    def count(self, table: str) -> int:
        """Return how many rows a table has; none when it is not there."""
        return self._tables[table].num_rows if table in self._tables else 0

    def column(self, table: str, name: str) -> Cells:
        """Return a column as it was: texts and numbers, None where there is no value."""
        if (table, name) not in self._cells:
            cells = np.full(self.count(table), None, object)
            if table in self._tables and name in self._tables[table].column_names:
                cells[:] = self._tables[table].column(name).to_pylist()
            self._cells[table, name] = cells
        return self._cells[table, name]

    def cell(self, table: str, row: int, name: str) -> Any:
        """Return one value as it was."""
        return self.column(table, name)[row]

    def rows_of(self, table: str, subject: Cell, **equal: Cell) -> list[int]:
        """Return the rows of a subject, and of these the ones with the given values."""
        if table not in self._rows:
            found = self._rows[table] = {}
            for row, name in enumerate(self.column(table, SUBJECT)):
                found.setdefault(name, []).append(row)
        rows = self._rows[table].get(subject, [])
        return [
            row
            for row in rows
            if all(self.cell(table, row, name) == value for name, value in equal.items())
        ]

    def number(self, table: str, subject: Cell) -> int:
        """Return a sequence number that no row of a subject has."""
        numbers = self.column(table, f"{table}SEQ")
        return 1 + max(int(numbers[row] or 0) for row in self.rows_of(table, subject))

    def change(self, table: str, row: int, **cells: Cell) -> Change:
        """Give cells of a row other values."""
        for name, value in cells.items():
            self._new.setdefault((table, name), {})[row] = value
        before = [self.cell(table, row, name) for name in cells]
        subject = cells.get(SUBJECT, self.cell(table, row, SUBJECT))
        number = cells.get(f"{table}SEQ", self.cell(table, row, f"{table}SEQ"))
        return Change(
            key_of(subject, **{} if number is None else {f"{table}SEQ": number}),
            str(subject),
            ", ".join(cells),
            ", ".join(map(shown, before)),
            ", ".join(map(shown, cells.values())),
        )

    def change_all(self, table: str, rows: list[int], name: str, value: Cell) -> Change:
        """Give a column another value in all rows of a visit."""
        change, *_ = [self.change(table, row, **{name: value}) for row in rows]
        visit = self.cell(table, rows[0], "VISITNUM")
        return replace(change, key=key_of(change.subject, VISITNUM=visit))

    def drop(self, table: str, row: int) -> Change:
        """Take a row away."""
        self._gone[table].add(row)
        change = self.change(table, row)
        return replace(change, before="1 row", after="no row")

    def copy(self, table: str, row: int, **cells: Cell) -> Change:
        """Put a row below a row like it, with another sequence number and the given values."""
        self._copied[table].append(row)
        subject = self.cell(table, row, SUBJECT)
        if table != "DM":
            cells[f"{table}SEQ"] = self.number(table, subject)
        place = self.count(table) + len(self._copied[table]) - 1
        for name, value in cells.items():
            self._new.setdefault((table, name), {})[place] = value
        return replace(self.change(table, row), before="1 row", after="2 rows")

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables with all changes."""
        from oncorules.generators.defects.changed import changed_table

        return {
            name: changed_table(
                table,
                self._copied[name],
                self._gone[name],
                {column: cells for (of, column), cells in self._new.items() if of == name},
            )
            for name, table in self._tables.items()
        }


def key_of(subject: Cell, **parts: Cell) -> str:
    """Return a key as findings write it.

    >>> key_of("A", VISITNUM=3.0)
    '{"USUBJID": "A", "VISITNUM": "3"}'
    """
    return json.dumps({SUBJECT: str(subject)} | {name: shown(one) for name, one in parts.items()})


def shown(cell: Cell) -> str:
    """Return a value as a file has it; a missing one as `(missing)`."""
    if cell is None:
        return "(missing)"
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)
