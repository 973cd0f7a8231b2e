"""Parquet files: scanned in place by the engine where their types allow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from .arrow import is_plain, kind_of, to_plain
from .columns import check_names
from .looks import check_type
from .sources import ArrowRows, Note, ParquetFile, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa


def read_tables(path: Path, shown: str) -> Reading:
    """Return the one table of a Parquet file, named after the file; its rows are not read yet.

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: the file is no Parquet file, is cut off or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_type(path, shown, "Parquet file")
    try:
        # A file object, so that the file is closed whatever happens.
        with path.open("rb") as file:
            footer = pq.ParquetFile(file)
            schema, rows = footer.schema_arrow, footer.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(shown, error) from None
    names, notes = check_names(schema.names, shown)
    columns = tuple(
        RawColumn(name, kind_of(field.type), _label(field))
        for name, field in zip(names, schema, strict=True)
    )
    odd = [field.name for field in schema if not is_plain(field.type)]
    source: ParquetFile | ArrowRows = ParquetFile(path)
    # `file_row_number` is the name DuckDB gives its own row number.
    if odd or list(names) != schema.names or "file_row_number" in (n.lower() for n in names):
        source = ArrowRows(lambda: _read(path, shown).rename_columns(list(names)))
    if odd:
        text = f"{', '.join(odd)} hold lists, bytes, times or time zones; read as text or UTC"
        notes.append(Note(shown, text))
    if not rows:
        notes.append(Note(shown, "a header and no rows"))
    return Reading(((path.stem.upper(), Part(shown, columns, source, rows)),), tuple(notes))


def _label(field: pa.Field) -> str | None:
    label = (field.metadata or {}).get(b"label", b"")
    return label.decode("utf-8", "replace") or None


def _read(path: Path, shown: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            return to_plain(pq.ParquetFile(file).read())
    except (pa.ArrowException, OSError) as error:
        raise _damaged(shown, error) from None


def _damaged(shown: str, error: Exception) -> DataError:
    if isinstance(error, PermissionError):
        raise error
    return DataError(f"{shown} is a Parquet file that is cut off or damaged; export it again")
