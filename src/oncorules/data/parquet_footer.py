"""What the end of a Parquet file says: its columns and how many rows it has.

DuckDB reads it, so that a run on Parquet files need not import pyarrow. Two things only pyarrow
knows: labels of columns, and spans of time, which the file itself stores as whole numbers. Both
stand in the Arrow schema that some writers put into the file; there it is looked for.
"""

from __future__ import annotations

import base64
import glob
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_SPAN = 18  # `Duration` in the Arrow format, Schema.fbs


@dataclass(frozen=True)
class Footer:
    """The end of a Parquet file.

    Attributes:
        names: The names as written, in file order, doubles included.
        types: The DuckDB type of each column; None for one without any value, which has no type.
        rows: The number of rows.
        row_groups: How many groups they are stored in.
        needs_arrow: Whether only pyarrow can tell what the columns are.
    """

    names: tuple[str, ...]
    types: tuple[str | None, ...]
    rows: int
    row_groups: int
    needs_arrow: bool


def read_footer(path: Path) -> Footer:
    """Return what the end of a Parquet file says.

    Raises:
        duckdb.Error: the file is damaged.
    """
    con = _connection()
    name = glob.escape(str(path))  # DuckDB reads *, ? and [ as wildcards
    elements = con.table_function("parquet_schema", [name])
    wanted = elements.select("name", "num_children", "logical_type", "duckdb_type", "precision")
    columns = _top_level(wanted.fetchall())
    file = con.table_function("parquet_file_metadata", [name])
    rows, row_groups = file.select("num_rows", "num_row_groups").fetchall()[0]
    stored = con.table_function("parquet_kv_metadata", [name]).select("key", "value").fetchall()
    arrow = [value for key, value in stored if key == b"ARROW:schema"]
    return Footer(
        tuple(column[0] for column in columns),
        tuple(_type_of(*column[2:]) for column in columns),
        rows,
        row_groups,
        any(_needs_arrow(value) for value in arrow),
    )


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """Return a connection for footers; making one takes longer than reading one."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_file_cache": "false",
    }
    return duckdb.connect(":memory:", config=settings)


Element = tuple[str, int | None, str | None, str | None, int | None]


def _top_level(elements: list[Element]) -> list[Element]:
    """Return the columns of the table; the elements are its tree in depth-first order."""
    found: list[Element] = []
    inside = [1]  # how many elements of each open group are still to come
    for element in elements:
        inside[-1] -= 1
        if len(inside) == 2:
            found.append(element)
        inside.append(element[1] or 0)
        while len(inside) > 1 and not inside[-1]:
            inside.pop()
    return found


def _type_of(logical: str | None, kind: str | None, precision: int | None) -> str | None:
    if logical == "NullType()":
        return None
    if precision is not None and precision > 38:  # DuckDB would make a float of it
        return f"DECIMAL({precision})"
    return kind or "STRUCT"


def _needs_arrow(schema: bytes) -> bool:
    """Return whether an Arrow schema has a label or a span of time, or is of an unknown form."""
    try:
        message = base64.b64decode(schema)
        return b"label" in message or _SPAN in _types(message)
    except (ValueError, struct.error, IndexError):
        return True


def _types(message: bytes) -> set[int]:
    """Return the types of the columns of an Arrow schema, by their numbers in the Arrow format.

    Source: Apache Arrow columnar format, "Encapsulated message format", Message.fbs, Schema.fbs.
    """
    start = 8 if message[:4] == b"\xff\xff\xff\xff" else 4
    schema = _field(message, start + _number(message, start, "<I"), 2)
    fields = _field(message, _follow(message, schema), 1)
    if not fields:
        return set()
    listed = _follow(message, fields)
    found = set()
    for place in range(_number(message, listed, "<I")):
        kind = _field(message, _follow(message, listed + 4 + 4 * place), 2)
        found.add(message[kind] if kind else 0)
    return found


def _field(message: bytes, table: int, number: int) -> int:
    """Return where a field of a flatbuffers table stands, 0 where the table leaves it out."""
    slots = table - _number(message, table, "<i")
    place = 4 + 2 * number
    if place >= _number(message, slots, "<H"):
        return 0
    offset = _number(message, slots + place, "<H")
    return table + offset if offset else 0


def _follow(message: bytes, place: int) -> int:
    return place + _number(message, place, "<I")


def _number(message: bytes, place: int, form: str) -> int:
    return int(struct.unpack_from(form, message, place)[0])
