"""The values of a SAS transport file: IBM floats and fixed-width text, as Arrow columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from .sas_formats import time_text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from .xpt import Member, Variable

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_CHUNK_BYTES = 1 << 24
# SAS counts days and seconds from 1960-01-01, Arrow from 1970-01-01.
_DAYS_1960_TO_1970 = 3653


def read_rows(path: Path, member: Member, names: Sequence[str]) -> pa.RecordBatchReader:
    """Return the observations of a data set, a few thousand rows at a time.

    Args:
        path: the file.
        member: the data set.
        names: what its variables are called.
    """
    import pyarrow as pa

    types = map(_arrow_type, member.variables)
    schema = pa.schema(list(zip(names, types, strict=True)))

    def batches() -> Iterator[pa.RecordBatch]:
        for block in _blocks(path, member):
            columns = [_column(block, one, member.encoding) for one in member.variables]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def text_encoding(path: Path, member: Member, shown: str) -> str:
    """Return the encoding of the text variables: utf-8 when all of it is, else cp1252.

    Raises:
        DataError: `lb.xpt, row 17, LBORRES: byte 0x81 is neither UTF-8 nor cp1252 text; ...`.
    """
    wide = [variable for variable in member.variables if variable.is_text]
    encoding = "utf-8"
    row = 0
    for block in _blocks(path, member):
        for variable in wide:
            values = block[:, variable.start : variable.start + variable.width]
            if values.max(initial=0) < 128:
                continue
            for number, raw in enumerate(map(bytes, values), start=row + 1):
                if _decodes(raw, "utf-8"):
                    continue
                encoding = "cp1252"
                if not _decodes(raw, "cp1252"):
                    byte = next(b for b in raw if b in b"\x81\x8d\x8f\x90\x9d")
                    raise DataError(
                        f"{shown}, row {number:,}, {variable.name}: byte 0x{byte:02X} is neither"
                        " UTF-8 nor cp1252 text; export it again as UTF-8"
                    )
        row += len(block)
    return encoding


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path, member: Member) -> Iterator[Bytes]:
    """Yield the observations as matrices of bytes, one line per observation."""
    import numpy as np

    width = member.row_width
    step = max(1, _CHUNK_BYTES // max(1, width))
    with path.open("rb") as file:
        file.seek(member.start)
        for first in range(0, member.rows, step):
            rows = min(step, member.rows - first)
            raw = np.frombuffer(file.read(rows * width), dtype=np.uint8)
            yield raw.reshape(rows, width)


def _column(block: Bytes, variable: Variable, encoding: str) -> pa.Array:
    cells = block[:, variable.start : variable.start + variable.width]
    if variable.is_text:
        return _texts(cells, encoding)
    return _numbers(cells, variable.meaning)


def _texts(cells: Bytes, encoding: str) -> pa.Array:
    """Return fixed-width cells as text: trailing blanks and NULs cut off, empty text missing."""
    import numpy as np
    import pyarrow as pa

    rows, width = cells.shape
    filled = (cells != 32) & (cells != 0)
    lengths = width - np.argmax(filled[:, ::-1], axis=1)
    lengths[~filled.any(axis=1)] = 0
    kept = cells[np.arange(width) < lengths[:, None]]
    offsets = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    if encoding != "utf-8" and kept.size and kept.max() > 127:
        decoded = [bytes(kept[a:b]).decode(encoding) or None for a, b in pairwise(offsets)]
        return pa.array(decoded, pa.large_string())
    return _from_buffers(pa.large_string(), lengths == 0, offsets, kept)


def _from_buffers(
    arrow_type: pa.DataType, missing: np.ndarray[Any, Any], *data: np.ndarray[Any, Any]
) -> pa.Array:
    """Return an Arrow array over numpy's memory; `pyarrow.array` would import pandas for it."""
    import numpy as np
    import pyarrow as pa

    present = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    buffers = [pa.py_buffer(np.ascontiguousarray(values)) for values in data]
    return pa.Array.from_buffers(arrow_type, len(missing), [present, *buffers])


def _numbers(cells: Bytes, meaning: str) -> pa.Array:
    """Return IBM floats as 64-bit floats, dates, timestamps or times of day."""
    import numpy as np
    import pyarrow as pa

    rows, width = cells.shape
    whole = np.zeros((rows, 8), dtype=np.uint8)
    whole[:, :width] = cells  # SAS may store fewer than 8 bytes; the rest is zero
    bits = whole.view(">u8").reshape(rows).astype(np.uint64)
    first = whole[:, 0]
    fraction = bits & np.uint64((1 << 56) - 1)
    # Missing: ".", "_" or a letter, then zeros only. A true zero is eight zero bytes.
    letters = (first == 0x2E) | (first == 0x5F) | ((first >= 0x41) & (first <= 0x5A))
    missing = (fraction == 0) & letters
    # value = fraction / 2^56 * 16^(exponent - 64)
    exponent = (first & 0x7F).astype(np.int32) * 4 - 312
    values = np.ldexp(fraction.astype(np.float64), exponent)
    values = np.where(first & 0x80, -values, values) + 0.0  # no negative zero
    if meaning == "date":
        # Part of a day does not count, as when SAS prints it.
        days = np.floor(_bounded(values, missing, 1)).astype(np.int64) - _DAYS_1960_TO_1970
        return _from_buffers(pa.date32(), missing, days.astype(np.int32))
    if meaning == "datetime":
        seconds = _bounded(values, missing, 86400) - _DAYS_1960_TO_1970 * 86400
        micros = np.rint(seconds * 1e6).astype(np.int64)
        return _from_buffers(pa.timestamp("us"), missing, micros)
    if meaning == "time":
        texts = [None if m else time_text(float(v)) for v, m in zip(values, missing, strict=True)]
        return pa.array(texts, pa.large_string())
    return _from_buffers(pa.float64(), missing, values)


def _bounded(
    values: np.ndarray[Any, np.dtype[np.float64]],
    missing: np.ndarray[Any, np.dtype[np.bool_]],
    per_day: int,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return dates or datetimes with 0 for missing, kept to what a timestamp can hold.

    A number that is no date stays one, but an absurd one: rules then call it impossible.
    """
    import numpy as np

    limit = 80_000_000.0 * per_day
    return np.clip(np.where(missing, 0.0, values), -limit, limit)


def _arrow_type(variable: Variable) -> pa.DataType:
    import pyarrow as pa

    if variable.meaning in ("text", "time"):
        return pa.large_string()
    by_meaning = {"number": pa.float64(), "date": pa.date32(), "datetime": pa.timestamp("us")}
    return by_meaning[variable.meaning]
