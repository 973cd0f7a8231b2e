"""Databases: DuckDB and SQLite files, and PostgreSQL servers; opened for reading only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from ..errors import DataError
from .columns import check_names
from .looks import check_type
from .sources import ArrowRows, Note, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa


def read_database(url: str) -> Reading:
    """Return the tables and views of a database.

    Args:
        url: `duckdb:///trial.duckdb`, `sqlite:///trial.sqlite` (three slashes for a path from
            here, four for one from the root) or `postgresql://user@host:port/name`;
            `?schema=sdtm` names the schema (DuckDB: `main`, PostgreSQL: `public` by default).

    Raises:
        DataError: the file is missing or no database, the server does not answer, the schema
            does not exist or holds no table.
    """
    parts = urlsplit(url)
    shown = hide_password(url)
    options = parse_qs(parts.query)
    schema = options.pop("schema", [None])[0]
    if parts.scheme in ("postgresql", "postgres"):
        from .database_postgres import read_postgres

        plain = urlunsplit(parts._replace(scheme="postgresql", query=_without_schema(parts.query)))
        return read_postgres(plain, shown, schema or "public")
    if options or (schema and parts.scheme == "sqlite"):
        unknown = ", ".join(options) or "schema"
        raise DataError(f"{shown}: {unknown} has no effect here; take it out")
    if parts.netloc or not parts.path.strip("/"):
        raise DataError(
            f"{shown} names no file; write {parts.scheme}:///trial.{parts.scheme} for a file here,"
            f" {parts.scheme}:////data/trial.{parts.scheme} for one from the root"
        )
    path = Path(unquote(parts.path[1:])).expanduser()
    if not path.is_file():
        raise DataError(f"{shown}: {path} does not exist; check the path")
    return _read_file(path, path.name, parts.scheme, schema)


def read_tables(path: Path, shown: str) -> Reading:
    """Return the tables and views of a DuckDB or SQLite file, whichever it is."""
    kinds = {"SQLite database": "sqlite", "DuckDB database": "duckdb"}
    return _read_file(path, shown, kinds[check_type(path, shown, *kinds)], None)


def hide_password(url: str) -> str:
    """Return a URL that may be shown: without its password.

    >>> hide_password("postgresql://reader:secret@host/trial")
    'postgresql://reader:***@host/trial'
    """
    scheme, slashes, rest = url.partition("://")
    place, mark, query = rest.partition("?")
    # The last "@" ends the user: a password may hold one itself.
    user, at, host = place.rpartition("@")
    name, colon, _ = user.partition(":")
    hidden = [
        f"{item.partition('=')[0]}=***" if "pass" in item.partition("=")[0].lower() else item
        for item in query.split("&")
    ]
    return f"{scheme}{slashes}{name}{colon and ':***'}{at}{host}{mark}{'&'.join(hidden)}"


def _without_schema(query: str) -> str:
    return "&".join(item for item in query.split("&") if not item.startswith("schema="))


def _read_file(path: Path, shown: str, kind: str, schema: str | None) -> Reading:
    if kind == "duckdb":
        from .database_duckdb import read_duckdb

        check_type(path, shown, "DuckDB database")
        return read_duckdb(path, shown, schema or "main")
    from .database_sqlite import read_sqlite

    check_type(path, shown, "SQLite database")
    return read_sqlite(path, shown)


def to_reading(
    shown: str,
    tables: dict[str, list[RawColumn]],
    read: Callable[[str], pa.Table],
) -> Reading:
    """Return a reading with one part per database table, read when asked for.

    Raises:
        DataError: no table at all, or two whose names differ only in upper and lower case.
    """
    if not tables:
        raise DataError(f"{shown} holds no table; expected one table per domain (DM, EX, LB ...)")
    parts: list[tuple[str, Part]] = []
    notes: list[Note] = []
    for name, listed in tables.items():
        place = f"{shown}[{name}]"
        names, found = check_names([column.name for column in listed], place)
        notes += found
        columns = tuple(
            RawColumn(clean, column.kind, column.label)
            for clean, column in zip(names, listed, strict=True)
        )
        parts.append((name.upper(), Part(place, columns, _rows(read, name, names), None)))
    return Reading(tuple(parts), tuple(notes))


def _rows(read: Callable[[str], pa.Table], name: str, names: tuple[str, ...]) -> ArrowRows:
    return ArrowRows(lambda: read(name).rename_columns(list(names)))
