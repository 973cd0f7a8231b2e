"""Tables of a DuckDB file, through DuckDB itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError, did_you_mean
from .arrow import kind_of, to_plain
from .sources import RawColumn, Reading

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def read_duckdb(path: Path, shown: str, schema: str) -> Reading:
    """Return the tables and views of one schema of a DuckDB file; rows are read when asked for.

    The file is opened for reading only and may not reach other files or the network.

    Raises:
        DataError: the file is damaged, of a newer DuckDB or open elsewhere, or has no such schema.
    """
    from .database import to_reading

    tables: dict[str, list[RawColumn]] = {}
    with _open(path, shown) as con:
        listed = con.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = current_database() order by all"
        ).fetchall()
        names = [name for found, name in listed if found == schema]
        schemas = {found for found, _ in listed}
        if not names and schemas:
            raise DataError(
                f'{shown} has no tables in schema "{schema}"{did_you_mean(schema, schemas)};'
                f" it has {', '.join(sorted(schemas))}: add ?schema=NAME"
            )
        for name in names:
            empty = _select(con, schema, name, f"{shown}[{name}]", limit=0)
            tables[name] = [RawColumn(field.name, kind_of(field.type)) for field in empty.schema]

    def read(name: str) -> pa.Table:
        with _open(path, shown) as con:
            return to_plain(_select(con, schema, name, f"{shown}[{name}]"))

    return to_reading(shown, tables, read)


def _open(path: Path, shown: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return duckdb.connect(
            str(path),
            read_only=True,
            config={
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise DataError(
            f"{shown} cannot be opened as a DuckDB database ({said}); close it elsewhere, or"
            " write it anew with this version of DuckDB"
        ) from None


def _select(
    con: duckdb.DuckDBPyConnection, schema: str, name: str, place: str, limit: int | None = None
) -> pa.Table:
    import duckdb
    from sqlglot import exp

    query = exp.select("*").from_(
        exp.Table(
            this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True)
        )
    )
    if limit is not None:
        query = query.limit(limit)
    try:
        return con.sql(query.sql(dialect="duckdb")).to_arrow_table()
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise DataError(
            f"{place} cannot be read ({said}); write it as a table of its own and try again"
        ) from None
