"""Tables of a PostgreSQL schema, in one read-only snapshot per table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import DataError, did_you_mean
from .declared_values import NotOfType, join, to_arrow
from .sources import Kind, Note, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK_ROWS = 50_000
# Type of the server -> kind, and the name under which values become Arrow columns. All others
# are cast to text by the server.
_TYPES: dict[str, tuple[Kind, str]] = {
    "smallint": ("integer", "integer"),
    "integer": ("integer", "integer"),
    "bigint": ("integer", "integer"),
    "numeric": ("number", "decimal"),
    "real": ("number", "float"),
    "double precision": ("number", "float"),
    "boolean": ("boolean", "boolean"),
    "date": ("date", "date"),
    "timestamp without time zone": ("datetime", "timestamp"),
}


def read_postgres(url: str, shown: str, schema: str) -> Reading:
    """Return the tables and views of a schema; rows are read when asked for.

    Nothing is written: every transaction is opened read-only. Times with a zone come as text in
    UTC. A server has no row order: rows are numbered as it sends them.

    Args:
        url: `postgresql://user:password@host:port/name`, as the driver takes it.
        shown: the same without the password.
        schema: the schema that holds the export.

    Raises:
        DataError: the driver is missing, the server does not answer or refuses, or there is no
            such schema or no table that this user may read.
    """
    from .database import to_reading

    types: dict[str, list[tuple[str, str]]] = {}
    with _opened(url, shown) as con, con.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = %s order by table_name, ordinal_position",
            (schema,),
        )
        for table, column, kind in cursor.fetchall():
            types.setdefault(table, []).append((column, kind))
        if not types:
            cursor.execute(
                "select distinct table_schema from information_schema.columns where table_schema"
                " not in ('pg_catalog', 'information_schema') order by 1"
            )
            schemas = [name for (name,) in cursor.fetchall()]
            raise DataError(
                f'{shown} has no table that this user may read in schema "{schema}"'
                f"{did_you_mean(schema, schemas)}; schemas with tables:"
                f" {', '.join(schemas) or 'none'}; add ?schema=NAME"
            )
    tables = {
        table: [RawColumn(name, _TYPES.get(kind, ("text", ""))[0]) for name, kind in columns]
        for table, columns in types.items()
    }

    def read(name: str) -> pa.Table:
        with _opened(url, shown) as con:
            return _read_rows(con, schema, name, types[name], f"{shown}[{name}]")

    reading = to_reading(shown, tables, read)
    note = Note(shown, "a server has no row order; rows are numbered as it sends them")
    return Reading(reading.tables, (*reading.notes, note))


@contextmanager
def _opened(url: str, shown: str) -> Iterator[Any]:
    try:
        import psycopg2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise DataError(
            f"{shown} needs the PostgreSQL driver; pip install 'oncorules[postgres]'"
        ) from None
    try:
        with closing(psycopg2.connect(url, connect_timeout=10)) as con:
            con.set_session(readonly=True, isolation_level="REPEATABLE READ")
            with con.cursor() as cursor:
                cursor.execute("set local timezone to 'UTC'")
            yield con
    except (psycopg2.Error, UnicodeDecodeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"{shown} does not answer as asked ({said}); check address, user and rights"
        ) from None


def _read_rows(
    con: Any, schema: str, table: str, columns: list[tuple[str, str]], place: str
) -> pa.Table:
    import pyarrow as pa
    from psycopg2 import sql

    fields = [
        sql.Identifier(name) if kind in _TYPES else sql.SQL("{}::text").format(sql.Identifier(name))
        for name, kind in columns
    ]
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(fields), sql.Identifier(schema, table)
    )
    kinds = [_TYPES.get(kind, ("text", "string"))[1] for _, kind in columns]
    chunks: list[list[pa.Array]] = [[] for _ in columns]
    first = 1
    try:
        with con.cursor(name="oncorules") as cursor:  # a named cursor stays on the server
            cursor.itersize = _CHUNK_ROWS
            cursor.execute(query)
            while rows := cursor.fetchmany(_CHUNK_ROWS):
                for at, values in enumerate(zip(*rows, strict=True)):
                    chunks[at].append(_column(values, kinds[at], at, columns[at][0], first))
                first += len(rows)
        joined = [
            join(arrays, kind, at, columns[at][0])
            if kind not in ("date", "timestamp")
            else pa.chunked_array(arrays, type=_native(kind))
            for at, (arrays, kind) in enumerate(zip(chunks, kinds, strict=True))
        ]
    except (NotOfType, ValueError, OverflowError) as error:
        raise DataError(f"{place} cannot be read ({error}); correct the value") from None
    return pa.table(joined, names=[name for name, _ in columns])


def _column(values: tuple[Any, ...], kind: str, at: int, name: str, first: int) -> pa.Array:
    import pyarrow as pa

    if kind in ("date", "timestamp"):
        return pa.array(values, _native(kind))
    return to_arrow(values, kind, at, name, first)


def _native(kind: str) -> pa.DataType:
    import pyarrow as pa

    return pa.date32() if kind == "date" else pa.timestamp("us")
