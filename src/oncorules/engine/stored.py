"""The rows of one part in the engine: copied in with typed columns, or scanned where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import ArrowRows, ParquetFile
from oncorules.data.relation import ROW_NUMBER, explained, rows_relation
from oncorules.engine import trees
from oncorules.engine.storing import Reading, physical_columns, rounded_when_stored, typed_rows
from oncorules.engine.typed import rounded, typing_macros

if TYPE_CHECKING:
    import duckdb

    from oncorules.data.export import Part
    from oncorules.data.model import ColumnType
    from oncorules.engine.duckdb import Engine

_HIDDEN = "#rowid"


@dataclass(frozen=True)
class StoredPart:
    """What the engine knows of one part.

    Attributes:
        name: the table of its typed rows, or the view of the rows as the file has them.
        part: the part of the export.
        types: the DuckDB types by the names of the columns of that table or view.
        rows: the number of rows.
    """

    name: str
    part: Part
    types: Mapping[str, str]
    rows: int

    @property
    def in_place(self) -> bool:
        """Whether the rows are scanned where they lie, and typed at each scan."""
        return self.part.source.has_row_numbers

    @property
    def numbered(self) -> bool:
        """Whether the rows carry their number in the file; else it is their place."""
        source = self.part.source
        return self.in_place or (isinstance(source, ArrowRows) and source.numbered)

    def typed(self, engine: Engine, raw: str, name: str, wanted: ColumnType) -> dict[str, exp.Expr]:
        """Return the physical columns of a column: suffix to expression.

        Args:
            engine: gets the macros that they call.
            raw: the column as the file names it.
            name: the column as the engine names it.
            wanted: its type.
        """
        if not self.in_place:
            return physical_columns(engine, _visible(name), wanted)
        macros = typing_macros(self.types[_visible(raw)], wanted, decimal_of(self.part))
        for macro in macros.values():
            engine.define(macro.name, macro.create)
        return {suffix: macro.of(self._column(raw)) for suffix, macro in macros.items()}

    def rounded(self, raw: str, name: str) -> exp.Expr:
        """Return whether a number lost decimals; for the arguments see `typed`."""
        if not self.in_place:
            return rounded_when_stored(_visible(name))
        return rounded(self._column(raw), self.types[_visible(raw)], decimal_of(self.part))

    def _column(self, raw: str) -> exp.Column:
        return trees.column(_visible(raw))


def store_part(
    engine: Engine, part: Part, table: int, place: int, types: Mapping[str, tuple[str, ColumnType]]
) -> StoredPart:
    """Copy the rows of a part into the engine, or name the scan of a file that is read in place.

    Args:
        engine: Where the rows go.
        part: The part.
        table: The number of its table in the export.
        place: The number of the part in its table.
        types: For each column of the file, its name and its type in the engine.

    Raises:
        DataError: the file cannot be read.
    """
    name = stored_name(table, place)
    with engine.guard(), explained(part):
        rows = rows_relation(engine.connection, part)
        if part.source.has_row_numbers:
            rows.select(*(_stored_column(column) for column in rows.columns)).create_view(name)
            engine.made.append(("VIEW", name))
        else:
            readings = [
                Reading(raw, str(stored), _visible(types[raw][0]), types[raw][1])
                for raw, stored in zip(rows.columns, rows.types, strict=True)
                if raw != ROW_NUMBER
            ]
            kept = [name for name in rows.columns if name == ROW_NUMBER]
            typed_rows(engine, rows, readings, decimal_of(part), kept).create(f'"{name}"')
            engine.made.append(("TABLE", name))
    return find_stored(engine, part, table, place)


def decimal_of(part: Part) -> str:
    """Return the decimal mark of numbers that the file has as text."""
    return "." if isinstance(part.source, ParquetFile) else part.source.decimal


def find_stored(engine: Engine, part: Part, table: int, place: int) -> StoredPart:
    """Return what the engine knows of a part that was stored before."""
    name = stored_name(table, place)
    with engine.guard(), explained(part):
        found = engine.connection.table(f'"{name}"')
        types = {c: str(t) for c, t in zip(found.columns, found.types, strict=True)}
        rows = part.rows
        if rows is None or not part.source.has_row_numbers:
            count = exp.select(exp.Count(this=exp.Star())).from_(trees.table(name))
            rows = int((engine.run(count).fetchone() or (0,))[0])
    return StoredPart(name, part, types, rows)


def _stored_column(name: str) -> duckdb.Expression:
    import duckdb

    return duckdb.ColumnExpression(name).alias(_visible(name))


def _visible(name: str) -> str:
    """Return the name under which a column is stored; `rowid` is DuckDB's number of a row."""
    return _HIDDEN if name.lower() == "rowid" else name


def stored_name(table: int, place: int) -> str:
    """Return the name of the table or view that holds a part; no table of an export has it."""
    return f"#rows {table} {place}"
