"""Arrow tables brought to the few types an engine has to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .sources import Kind

if TYPE_CHECKING:
    import pyarrow as pa


def kind_of(arrow_type: pa.DataType) -> Kind:
    """Return the kind of a column for its Arrow type; what has no kind of its own is text.

    >>> import pyarrow as pa
    >>> kind_of(pa.float64()), kind_of(pa.dictionary(pa.int8(), pa.string()))
    ('number', 'text')
    """
    import pyarrow.types as of

    if of.is_dictionary(arrow_type):
        return kind_of(arrow_type.value_type)
    if of.is_boolean(arrow_type):
        return "boolean"
    if of.is_integer(arrow_type):
        return "integer"
    if of.is_floating(arrow_type) or (of.is_decimal(arrow_type) and arrow_type.precision <= 38):
        return "number"
    if of.is_date(arrow_type):
        return "date"
    if of.is_timestamp(arrow_type):
        return "datetime"
    return "text"


def is_plain(arrow_type: pa.DataType) -> bool:
    """Return whether an engine can take a column as it is.

    Not plain: bytes, lists and structures, times of day and spans, decimals of more than 38
    digits, and timestamps with a time zone, which engines show in the zone of the machine.
    """
    import pyarrow.types as of

    if of.is_dictionary(arrow_type):
        return is_plain(arrow_type.value_type)
    if of.is_timestamp(arrow_type):
        return arrow_type.tz is None
    text = of.is_string(arrow_type) or of.is_large_string(arrow_type) or of.is_null(arrow_type)
    return text or kind_of(arrow_type) != "text"


def to_plain(table: pa.Table) -> pa.Table:
    """Return the table with every column as text, number, integer, date, timestamp or boolean.

    Dictionaries are spelled out, timestamps with a zone become UTC without one, bytes UTF-8
    text, times of day ISO text, lists and structures JSON text.
    """
    import pyarrow as pa

    columns = [_to_plain(table.column(i)) for i in range(table.num_columns)]
    return pa.table(columns, names=table.column_names)


def read_once(first: pa.Table, again: Callable[[], pa.Table]) -> Callable[[], pa.Table]:
    """Return a reader for rows that had to be read to know the columns.

    The first call hands over the table that is there, later calls read anew, so that nothing is
    kept in memory once an engine has the rows.
    """
    kept = [first]
    return lambda: kept.pop() if kept else again()


def _to_plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.types as of

    kind = column.type
    if of.is_dictionary(kind):
        return _to_plain(column.cast(kind.value_type))
    if of.is_timestamp(kind) and kind.tz is not None:
        return column.cast(pa.timestamp(kind.unit))
    if of.is_date64(kind):
        return column.cast(pa.date32())
    if kind_of(kind) != "text" or of.is_string(kind):
        return column
    if of.is_large_string(kind) or of.is_null(kind) or of.is_decimal(kind):
        return column.cast(pa.large_string())
    if of.is_binary(kind) or of.is_large_binary(kind) or of.is_fixed_size_binary(kind):
        values = [None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()]
        return pa.chunked_array([pa.array(values, pa.large_string())])
    return pa.chunked_array([pa.array(map(_spell, column.to_pylist()), pa.large_string())])


def _spell(value: object) -> str | None:
    """Return the text of a value that has no kind: a time, a span, a list, a structure."""
    import json
    from datetime import time

    if value is None:
        return None
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
