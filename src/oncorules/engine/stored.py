"""The rows of one part in the engine, as stored: copied in, or scanned where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import CsvFile
from oncorules.data.relation import explained, rows_relation
from oncorules.engine import trees

if TYPE_CHECKING:
    import duckdb

    from oncorules.data.export import Part
    from oncorules.engine.duckdb import Engine

_HIDDEN = "#rowid"


@dataclass(frozen=True)
class StoredPart:
    """What the engine knows of one part.

    Attributes:
        name: The table or view that holds the rows as the file has them.
        part: The part of the export.
        types: The DuckDB types by the names of the stored columns.
        rows: The number of rows.
    """

    name: str
    part: Part
    types: Mapping[str, str]
    rows: int

    def column(self, name: str) -> exp.Column:
        """Return the stored column of a column of the file."""
        return trees.column(_HIDDEN if _hides_rowid(name) else name)

    def type_of(self, name: str) -> str:
        """Return the DuckDB type of a column of the file."""
        return self.types[_HIDDEN if _hides_rowid(name) else name]

    @property
    def decimal(self) -> str:
        """The decimal mark of numbers that are stored as text."""
        return self.part.source.decimal if isinstance(self.part.source, CsvFile) else "."


def store_part(engine: Engine, part: Part, table: int, place: int) -> StoredPart:
    """Copy the rows of a part into the engine, or name the scan of a file that is read in place.

    Args:
        engine: Where the rows go.
        part: The part.
        table: The number of its table in the export.
        place: The number of the part in its table.

    Raises:
        DataError: the file cannot be read.
    """
    name = stored_name(table, place)
    with engine.guard(), explained(part):
        rows = rows_relation(engine.connection, part)
        rows = rows.select(*(_stored_column(column) for column in rows.columns))
        if part.source.has_row_numbers:
            rows.create_view(name)
            engine.made.append(("VIEW", name))
        else:
            rows.create(f'"{name}"')
            engine.made.append(("TABLE", name))
    return find_stored(engine, part, table, place)


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

    return duckdb.ColumnExpression(name).alias(_HIDDEN if _hides_rowid(name) else name)


def _hides_rowid(name: str) -> bool:
    """Return whether a column would hide DuckDB's number of a row."""
    return name.lower() == "rowid"


def stored_name(table: int, place: int) -> str:
    """Return the name of the table or view that holds a part; no table of an export has it."""
    return f"#rows {table} {place}"
