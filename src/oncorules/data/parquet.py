"""Parquet files: scanned in place by the engine where their types allow it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from .columns import check_names
from .looks import check_type
from .sources import ArrowRows, Kind, Note, ParquetFile, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

_KINDS: dict[str | None, Kind] = {
    None: "text",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "FLOAT": "number",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "datetime"),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "integer"),
}


@dataclass(frozen=True)
class _Column:
    """One column: its name as written, what it holds, and whether an engine can take it as is."""

    name: str
    kind: Kind
    plain: bool
    label: str | None = None


def read_tables(path: Path, shown: str) -> Reading:
    """Return the one table of a Parquet file, named after the file; its rows are not read yet.

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: the file is no Parquet file, is cut off or damaged.
    """
    check_type(path, shown, "Parquet file")
    described, rows, row_groups = _describe(path, shown)
    written = [column.name for column in described]
    names, notes = check_names(written, shown)
    columns = tuple(
        RawColumn(name, column.kind, column.label)
        for name, column in zip(names, described, strict=True)
    )
    odd = [column.name for column in described if not column.plain]
    source: ParquetFile | ArrowRows = ParquetFile(path, row_groups)
    # `file_row_number` is the name DuckDB gives its own row number.
    if odd or list(names) != written or "file_row_number" in (n.lower() for n in names):
        source = ArrowRows(lambda: _read(path, shown).rename_columns(list(names)))
    if odd:
        text = f"{', '.join(odd)} hold lists, bytes, times or time zones; read as text or UTC"
        notes.append(Note(shown, text))
    if not rows:
        notes.append(Note(shown, "a header and no rows"))
    return Reading(((path.stem.upper(), Part(shown, columns, source, rows)),), tuple(notes))


def _describe(path: Path, shown: str) -> tuple[list[_Column], int, int]:
    """Return the columns, the number of rows and of row groups; with pyarrow only where it must."""
    import duckdb

    from .parquet_footer import read_footer

    try:
        footer = read_footer(path)
    except duckdb.Error as error:
        raise _damaged(shown, error) from None
    if footer.needs_arrow:
        return _describe_with_arrow(path, shown), footer.rows, footer.row_groups
    columns = [
        _Column(name, _kind_of(kind), _is_plain(kind))
        for name, kind in zip(footer.names, footer.types, strict=True)
    ]
    return columns, footer.rows, footer.row_groups


def _kind_of(kind: str | None) -> Kind:
    return "number" if _is_decimal(kind) else _KINDS.get(kind, "text")


def _is_plain(kind: str | None) -> bool:
    """Return whether an engine can take a column of a DuckDB type as it is (`arrow.is_plain`)."""
    return _is_decimal(kind) or (kind in _KINDS and kind != "TIMESTAMP WITH TIME ZONE")


def _is_decimal(kind: str | None) -> bool:
    return kind is not None and kind.startswith("DECIMAL(") and "," in kind


def _describe_with_arrow(path: Path, shown: str) -> list[_Column]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from .arrow import is_plain, kind_of

    try:
        # A file object, so that the file is closed whatever happens.
        with path.open("rb") as file:
            schema = pq.ParquetFile(file).schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise _damaged(shown, error) from None
    return [
        _Column(field.name, kind_of(field.type), is_plain(field.type), _label(field))
        for field in schema
    ]


def _label(field: pa.Field) -> str | None:
    label = (field.metadata or {}).get(b"label", b"")
    return label.decode("utf-8", "replace") or None


def _read(path: Path, shown: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from .arrow import to_plain

    try:
        with path.open("rb") as file:
            return to_plain(pq.ParquetFile(file).read())
    except (pa.ArrowException, OSError) as error:
        raise _damaged(shown, error) from None


def _damaged(shown: str, error: Exception) -> DataError:
    if isinstance(error, PermissionError):
        raise error
    return DataError(f"{shown} is a Parquet file that is cut off or damaged; export it again")
