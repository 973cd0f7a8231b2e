"""CDISC Dataset-JSON 1.1: one JSON document, or NDJSON with the metadata in the first line.

Source: CDISC Dataset-JSON v1.1 specification (2024-12): attributes `columns` (itemOID, name,
label, dataType) and `rows` (arrays in column order); in NDJSON one row per line after the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, did_you_mean
from .arrow import read_once
from .columns import check_names
from .csv_encoding import find_encoding
from .declared_values import KINDS, NotOfType, Number, join, to_arrow
from .looks import check_type
from .sources import ArrowRows, Note, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

# A document is parsed in one piece and needs about ten times its size in memory.
_MOST_BYTES = 2 << 30
_CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class _Head:
    name: str
    names: tuple[str, ...]
    labels: tuple[str | None, ...]
    types: tuple[str, ...]
    records: int | None


def read_tables(path: Path, shown: str) -> Reading:
    """Return the one table of a Dataset-JSON file, named after its `name`.

    Decimals given as text stay exact; dates stay text, as they may be partial. A column with a
    value that is not of its declared type is read as text, with a note.

    Args:
        path: the file, JSON or NDJSON.
        shown: the file as the user knows it.

    Raises:
        DataError: not JSON (with line and column), not Dataset-JSON 1.1, a row with too many or
            too few values, or fewer records than announced.
    """
    check_type(path, shown, "JSON file")
    size = path.stat().st_size
    if path.suffix.lower() == ".json" and size > _MOST_BYTES:
        raise DataError(
            f"{shown} has {size:,} bytes, more than the {_MOST_BYTES:,} that a JSON document may"
            " have; write it as NDJSON or Parquet"
        )
    if (encoding := find_encoding(path, shown).encoding) not in ("utf-8", "utf-8-sig"):
        raise DataError(f"{shown} is {encoding} text, but JSON is UTF-8; save it as UTF-8")
    head, table, notes = _read(path, shown)
    rows = table.num_rows
    if not rows:
        notes.append(Note(shown, "a header and no rows"))
    columns = tuple(
        RawColumn(name, KINDS[kind], label)
        for name, kind, label in zip(head.names, head.types, head.labels, strict=True)
    )
    source = ArrowRows(read_once(table, lambda: _read(path, shown)[1]))
    part = Part(shown, columns, source, rows)
    return Reading((((head.name or path.stem).upper(), part),), tuple(notes))


def _read(path: Path, shown: str) -> tuple[_Head, pa.Table, list[Note]]:
    """Return metadata, rows and notes; starts anew when a column has to become text."""
    notes: list[Note] = []
    as_text: set[int] = set()
    while True:
        try:
            head, table, found = _read_once(path, shown, as_text)
        except NotOfType as error:
            as_text.add(error.column)
            notes.append(Note(shown, f"{error}; read as text"))
        else:
            return head, table, found + notes


def _read_once(path: Path, shown: str, as_text: set[int]) -> tuple[_Head, pa.Table, list[Note]]:
    if path.suffix.lower() == ".ndjson":
        with path.open(encoding="utf-8-sig") as file:
            lines = ((number, line) for number, line in enumerate(file, 1) if line.strip())
            head, notes = _read_head(_parse(next(lines)[1], shown, 1), shown, as_text)
            rows = (_parse(line, shown, number) for number, line in lines)
            table = _build(_batches(rows, head, shown), head)
    else:
        document = _parse(path.read_text(encoding="utf-8-sig"), shown, 1)
        head, notes = _read_head(document, shown, as_text)
        listed = document.get("rows")
        if not isinstance(listed, list):
            raise DataError(f'{shown} has no "rows"; expected Dataset-JSON 1.1 with a list of rows')
        table = _build(_batches(iter(listed), head, shown), head)
    if head.records is not None and head.records > table.num_rows:
        raise DataError(
            f"{shown} is cut off: it announces {head.records:,} records and holds"
            f" {table.num_rows:,}; export it again"
        )
    return head, table, notes


def _parse(text: str, shown: str, line: int) -> Any:
    try:
        # Numbers with a point keep their text until the type of the column is known.
        return json.loads(text, parse_float=Number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"{shown}:{line + error.lineno - 1}:{error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise DataError(f"{place}: the file is cut off here; export it again") from None
        said = error.msg[0].lower() + error.msg[1:]
        raise DataError(f"{place}: this is not JSON ({said}); export it again") from None
    except RecursionError:
        raise DataError(f"{shown}:{line} is nested too deeply; export it again") from None
    except ValueError as error:  # a constant, or an integer of thousands of digits
        said = str(error).split(";")[0]
        raise DataError(f"{shown}:{line} holds no readable number ({said}); correct it") from None


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _read_head(document: Any, shown: str, as_text: set[int]) -> tuple[_Head, list[Note]]:
    if not isinstance(document, dict) or not isinstance(document.get("columns"), list):
        raise DataError(
            f'{shown} is JSON but not Dataset-JSON 1.1: "columns" is missing; export it again'
        )
    version = str(document.get("datasetJSONVersion", "1.1"))
    notes: list[Note] = []
    if not version.startswith("1.1"):
        notes.append(Note(shown, f"Dataset-JSON version {version}, read as 1.1"))
    types: list[str] = []
    listed = document["columns"]
    for place, column in enumerate(listed):
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise DataError(f'{shown}: column {place + 1} has no "name"; expected Dataset-JSON 1.1')
        kind = str(column.get("dataType", "string"))
        if kind not in KINDS:
            raise DataError(
                f'{shown}: column "{column["name"]}" has the dataType "{kind}"'
                f"{did_you_mean(kind, KINDS)}; expected {', '.join(KINDS)}"
            )
        types.append("string" if place in as_text else kind)
    names, found = check_names([column["name"] for column in listed], shown)
    labels = tuple(str(column.get("label") or "") or None for column in listed)
    records, name = document.get("records"), document.get("name")
    count = records if type(records) is int else None
    head = _Head(name if isinstance(name, str) else "", names, labels, tuple(types), count)
    return head, notes + found


def _batches(rows: Iterator[Any], head: _Head, shown: str) -> Iterator[list[pa.Array]]:
    """Yield the rows as lists of Arrow columns, some ten thousand rows at a time."""
    width = len(head.names)
    first = 1
    batch: list[list[Any]] = []
    for row in rows:
        if not isinstance(row, list) or len(row) != width:
            found = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            raise DataError(
                f"{shown}, row {first + len(batch):,}: {found} where there are {width} columns;"
                " export it again"
            )
        batch.append(row)
        if len(batch) == _CHUNK_ROWS:
            yield _columns(batch, head, first)
            first += len(batch)
            batch = []
    if batch:
        yield _columns(batch, head, first)


def _columns(batch: list[list[Any]], head: _Head, first: int) -> list[pa.Array]:
    return [
        to_arrow(values, kind, place, head.names[place], first)
        for place, (values, kind) in enumerate(
            zip(zip(*batch, strict=True), head.types, strict=True)
        )
    ]


def _build(batches: Iterator[list[pa.Array]], head: _Head) -> pa.Table:
    import pyarrow as pa

    chunks: list[list[pa.Array]] = [[] for _ in head.names]
    for batch in batches:
        for column, array in zip(chunks, batch, strict=True):
            column.append(array)
    columns = [
        join(arrays, kind, place, head.names[place])
        for place, (arrays, kind) in enumerate(zip(chunks, head.types, strict=True))
    ]
    return pa.table(columns, names=list(head.names))
