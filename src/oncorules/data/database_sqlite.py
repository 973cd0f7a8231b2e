"""Tables of a SQLite file, through Python's own sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import DataError
from .cells import cell_text
from .sources import Kind, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK_ROWS = 50_000


def read_sqlite(path: Path, shown: str) -> Reading:
    """Return the tables and views of a SQLite file; rows are read when asked for.

    SQLite stores a type with each value, whatever the column declares. A column is integer or
    number when all its values are; anything else is text.

    Raises:
        DataError: the file is damaged or locked.
    """
    from .database import to_reading

    tables: dict[str, list[RawColumn]] = {}
    with _opened(path, shown) as con:
        names = con.execute(
            "select name from sqlite_master where type in ('table', 'view')"
            " and name not like 'sqlite\\_%' escape '\\' order by name"
        ).fetchall()
        for (name,) in names:
            listed = con.execute("select name from pragma_table_info(?)", (name,)).fetchall()
            tables[name] = _find_kinds(con, name, [column for (column,) in listed])

    def read(name: str) -> pa.Table:
        with _opened(path, shown) as con:
            return _read_rows(con, name, tables[name])

    return to_reading(shown, tables, read)


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[sqlite3.Connection]:
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
        ) as con:
            con.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield con
    except sqlite3.Error as error:
        raise DataError(
            f"{shown} cannot be read as a SQLite database ({error});"
            " close it elsewhere or copy it anew"
        ) from None


def _find_kinds(con: sqlite3.Connection, table: str, names: list[str]) -> list[RawColumn]:
    """Return the columns of a table with the kind that fits all their values, in one scan."""
    from sqlglot import exp

    asked = []
    for name in names:
        stored = exp.Anonymous(
            this="typeof", expressions=[exp.Column(this=exp.to_identifier(name, quoted=True))]
        )
        for kinds in (("integer", "null"), ("real", "integer", "null")):
            asked.append(exp.Min(this=stored.isin(*kinds)))
    found = con.execute(_from(table, asked)).fetchone()
    columns = []
    for place, name in enumerate(names):
        kind: Kind = "text"
        if found[2 * place + 1]:
            kind = "integer" if found[2 * place] else "number"
        columns.append(RawColumn(name, kind))
    return columns


def _from(table: str, expressions: list[Any]) -> str:
    from sqlglot import exp

    source = exp.Table(this=exp.to_identifier(table, quoted=True))
    return exp.select(*expressions).from_(source).sql(dialect="sqlite")


def _read_rows(con: sqlite3.Connection, table: str, columns: list[RawColumn]) -> pa.Table:
    import pyarrow as pa
    from sqlglot import exp

    wanted = [exp.Column(this=exp.to_identifier(column.name, quoted=True)) for column in columns]
    types = {"integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(c.name, types.get(c.kind, pa.large_string())) for c in columns])
    cursor = con.execute(_from(table, list(wanted)))
    batches = []
    while rows := cursor.fetchmany(_CHUNK_ROWS):
        arrays = []
        for given, field in zip(zip(*rows, strict=True), schema, strict=True):
            values: list[Any] = list(given)
            if pa.types.is_large_string(field.type):
                values = [cell_text(value) or None for value in values]
            elif pa.types.is_floating(field.type):
                values = [None if value is None else float(value) for value in values]
            arrays.append(pa.array(values, field.type))
        batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)
