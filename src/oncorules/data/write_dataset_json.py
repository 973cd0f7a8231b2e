"""CDISC Dataset-JSON 1.1: one JSON document, one row per line.

Decimals are text with `dataType` and `targetDataType` decimal, so that no reader rounds them.
Days and times are text of their own `dataType` where all are whole; partial dates are strings.

Source: CDISC Dataset-JSON v1.1 specification, "Dataset-JSON structure" and "Data types".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from oncorules.data.write_values import as_text
from oncorules.errors import OutputError

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.data.write import Rows

_CREATED = "1970-01-01T00:00:00"
_ROWS_AT_ONCE = 20_000


def write(
    rows: Rows, file: BinaryIO, *, name: str, label: str = "", labels: Mapping[str, str]
) -> None:
    """Write rows as a Dataset-JSON document.

    Args:
        rows: The rows.
        file: Where the bytes go.
        name: The name of the table.
        label: What the table holds; by default its name.
        labels: What the columns hold, by name; by default their names.

    Raises:
        OutputError: a number is infinite, which JSON cannot say.
    """
    schema = rows.schema()
    columns = [
        {
            "itemOID": f"IT.{name}.{field.name}",
            "name": field.name,
            "label": labels.get(field.name) or field.name,
            **_data_type(field.type),
        }
        for field in schema
    ]
    # The number of records stands before the rows, and is known only after them.
    batches = [
        [
            _values(column, f"{name}.{field.name}")
            for field, column in zip(schema, batch.columns, strict=True)
        ]
        for batch in rows.batches(_ROWS_AT_ONCE)
    ]
    head = {
        "datasetJSONCreationDateTime": _CREATED,
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": sum(len(batch[0]) for batch in batches if batch),
        "name": name,
        "label": label or name,
        "columns": columns,
    }
    file.write(_json(head)[:-1].encode() + b',"rows":[')
    before = "\n"
    for batch in batches:
        lines = ",\n".join(map(_json, zip(*batch, strict=True)))
        if lines:
            file.write((before + lines).encode())
            before = ",\n"
    file.write(b"\n]}\n")


def _data_type(kind: pa.DataType) -> dict[str, str]:
    import pyarrow.types as of

    if of.is_dictionary(kind):
        return _data_type(kind.value_type)
    if of.is_integer(kind):
        return {"dataType": "integer"}
    if of.is_decimal(kind):
        return {"dataType": "decimal", "targetDataType": "decimal"}
    if of.is_floating(kind):
        return {"dataType": "double"}
    if of.is_boolean(kind):
        return {"dataType": "boolean"}
    if of.is_date(kind):
        return {"dataType": "date"}
    return {"dataType": "datetime" if of.is_timestamp(kind) else "string"}


def _values(column: pa.Array, place: str) -> list[Any]:
    """Return the values of a column as JSON has them."""
    import pyarrow.compute as pc
    import pyarrow.types as of

    if of.is_floating(column.type):
        if pc.any(pc.is_inf(column)).as_py():
            raise OutputError(
                f"{place}: a number is infinite, which JSON cannot say; correct it or write Parquet"
            )
        column = pc.if_else(pc.is_nan(column), None, column)
    elif not (of.is_integer(column.type) or of.is_boolean(column.type)):
        column = as_text(column)
    values: list[Any] = column.to_pylist()
    return values


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
