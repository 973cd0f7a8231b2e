"""SAS transport files, version 5: what agencies take.

A name has at most 8 characters, a text at most 200 bytes, a label at most 40 bytes; what does not
fit is refused, never cut. Numbers are IBM floats, which hold every 64-bit float of a usual size
exactly. A missing number is `.`, a missing text is blank. Texts other than ASCII are UTF-8.

Source: SAS Institute, "The Record Layout of a SAS Transport Data Set" (TS-140).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from oncorules.data.write_values import as_text
from oncorules.errors import OutputError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from oncorules.data.write import Rows

_CREATED = b"01JAN70:00:00:00"
_NAME = re.compile("[A-Z_][A-Z0-9_]*")
_MOST_TEXT, _MOST_LABEL, _MOST_NAME = 200, 40, 8
_RECORD = 80
_HEADER = "HEADER RECORD*******{:<8}HEADER RECORD!!!!!!!{:<32}"
_ROWS_AT_ONCE = 50_000


def write(
    rows: Rows, file: BinaryIO, *, name: str, label: str = "", labels: Mapping[str, str]
) -> None:
    """Write rows as a transport file of one data set.

    Args:
        rows: The rows; they are held in memory, as the lengths of texts stand before them.
        file: Where the bytes go.
        name: The name of the data set.
        label: What the data set holds.
        labels: What the columns hold, by name.

    Raises:
        OutputError: a name, text, label or number does not fit; the message names the column.
    """
    import pyarrow as pa

    schema = rows.schema()
    table = pa.Table.from_batches(rows.batches(_ROWS_AT_ONCE), schema).combine_chunks()
    names = [_checked_name(field.name, f"{name}.{field.name}") for field in schema]
    if doubled := {n for n in names if names.count(n) > 1}:
        raise OutputError(
            f"{name} has several columns {', '.join(sorted(doubled))} in upper case, as XPT writes"
            " them; rename one of them or write Parquet"
        )
    fields, blocks, position = [], [], 0
    for number, (field, column) in enumerate(zip(schema, table.columns, strict=True), start=1):
        place = f"{name}.{field.name}"
        text = _checked_label(labels.get(field.name, ""), place)
        block, is_number = _bytes_of(column, place)
        width = block.shape[1]
        fields.append(_name_record(number, names[number - 1], text, is_number, width, position))
        blocks.append(block)
        position += width
    file.write(_head(_checked_name(name, name), _checked_label(label, name), len(fields)))
    file.write(_padded(b"".join(fields)))
    file.write(_HEADER.format("OBS", "0" * 30).encode())
    _write_rows(blocks, file, name)


def _write_rows(blocks: list[np.ndarray[Any, Any]], file: BinaryIO, name: str) -> None:
    import numpy as np

    count = len(blocks[0]) if blocks else 0
    width = sum(block.shape[1] for block in blocks)
    for start in range(0, count, _ROWS_AT_ONCE):
        file.write(np.hstack([b[start : start + _ROWS_AT_ONCE] for b in blocks]).tobytes())
    if count and width < _RECORD and all((block[-1] == 0x20).all() for block in blocks):
        raise OutputError(
            f"{name}: the last row is empty, which XPT cannot tell from the end of the file; leave"
            " the row out or write Parquet"
        )
    file.write(b" " * (-count * width % _RECORD))


def _head(name: str, label: str, variables: int) -> bytes:
    """Return the records before the descriptions of the variables."""
    zeros = "0" * 30
    system = "SAS     {:<8}{:<8}9.4     {:<8}" + " " * 24
    member = _HEADER.format("MEMBER", "000000000000000001600000000140")
    lines = [
        _HEADER.format("LIBRARY", zeros).encode(),
        system.format("SAS", "SASLIB", "").encode() + _CREATED,
        _CREATED.ljust(_RECORD),
        member.encode(),
        _HEADER.format("DSCRPTR", zeros).encode(),
        system.format(name, "SASDATA", "").encode() + _CREATED,
        _CREATED.ljust(32) + label.encode().ljust(40) + b" " * 8,
        _HEADER.format("NAMESTR", f"000000{variables:04d}" + "0" * 20).encode(),
    ]
    return b"".join(lines)


def _name_record(
    number: int, name: str, label: str, is_number: bool, width: int, position: int
) -> bytes:
    """Return the 140 bytes that describe a variable (`namestr`)."""
    return struct.pack(
        ">hhhh8s40s8shhh2s8shhl52s",
        1 if is_number else 2,
        0,
        width,
        number,
        name.encode().ljust(8),
        label.encode().ljust(40),
        b" " * 8,  # format
        0,
        0,
        0,
        b"",
        b" " * 8,  # informat
        0,
        0,
        position,
        b"",
    )


def _padded(content: bytes) -> bytes:
    return content + b" " * (-len(content) % _RECORD)


def _checked_name(name: str, place: str) -> str:
    upper = name.upper()
    if len(name) > _MOST_NAME:
        raise OutputError(
            f"{place}: the name has {len(name)} characters, XPT allows {_MOST_NAME}; rename it or"
            " write Parquet"
        )
    if not _NAME.fullmatch(upper):
        raise OutputError(
            f"{place}: XPT allows letters A to Z, digits and _ in a name, with a letter or _ first;"
            " rename it or write Parquet"
        )
    return upper


def _checked_label(label: str, place: str) -> str:
    if (size := len(label.encode())) > _MOST_LABEL:
        raise OutputError(
            f"{place}: the label has {size} bytes, XPT allows {_MOST_LABEL}; shorten it or write"
            " Parquet"
        )
    return label


def _bytes_of(column: pa.ChunkedArray, place: str) -> tuple[np.ndarray[Any, Any], bool]:
    """Return one row of bytes per value, and whether they are numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as of

    values = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if of.is_floating(values.type):
        return _ibm(pc.cast(values, pa.float64()), place), True
    if of.is_integer(values.type) or of.is_decimal(values.type):
        floats = pc.cast(values, pa.float64(), safe=False)
        if not pc.cast(floats, values.type, safe=False).equals(values):
            raise OutputError(
                f"{place}: a number has more than the 15 digits that XPT holds exactly; write"
                " Parquet or Dataset-JSON"
            )
        return _ibm(floats, place), True
    if of.is_boolean(values.type):
        return _texts(pc.if_else(values, "Y", "N"), place), False
    return _texts(as_text(values), place), False


def _texts(values: pa.Array, place: str) -> np.ndarray[Any, Any]:
    import numpy as np

    encoded = [b"" if value is None else value.encode() for value in values.to_pylist()]
    width = max(map(len, encoded), default=1) or 1
    if width > _MOST_TEXT:
        row = next(i for i, value in enumerate(encoded, start=1) if len(value) == width)
        raise OutputError(
            f"{place}: the text of row {row} has {width} bytes, XPT allows {_MOST_TEXT}; shorten it"
            " or write Parquet"
        )
    joined = b"".join(value.ljust(width) for value in encoded)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, width)


def _ibm(values: pa.Array, place: str) -> np.ndarray[Any, Any]:
    """Return 64-bit IBM floats: sign, power of 16 plus 64, 56 bits of fraction."""
    import numpy as np

    floats = values.to_numpy(zero_copy_only=False).astype(np.float64)
    missing = np.isnan(floats)
    floats = np.where(missing, 0.0, floats)
    if np.abs(floats).max(initial=0.0) >= 16.0**63:
        raise OutputError(f"{place}: a number is larger than XPT can hold; write Parquet")
    mantissa, power = np.frexp(np.abs(floats))  # 0.5 <= mantissa < 1, times 2^power
    sixteens = -(-power // 4)
    shift = 4 * sixteens - power  # the fraction begins with 0 to 3 zero bits
    whole = (mantissa * 2.0**53).astype(np.uint64)
    fraction = whole << (3 - shift).astype(np.uint64)
    exponent = (sixteens + 64).clip(0, 127).astype(np.uint64)
    sign = np.signbit(floats).astype(np.uint64)
    bits = (sign << np.uint64(63)) | (exponent << np.uint64(56)) | fraction
    bits[(floats == 0) | (sixteens < -64)] = 0
    bits[missing] = 0x2E << 56
    found: np.ndarray[Any, Any] = bits.astype(">u8").view(np.uint8).reshape(-1, 8)
    return found
