"""Values whose type the source declares (Dataset-JSON, PostgreSQL), as Arrow columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .sources import Kind

if TYPE_CHECKING:
    import pyarrow as pa

# dataType -> what the column holds here. Dates stay text: they may be partial.
KINDS: dict[str, Kind] = {
    "string": "text",
    "URI": "text",
    "date": "text",
    "datetime": "text",
    "time": "text",
    "integer": "integer",
    "decimal": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
}
_MOST_DIGITS = 38


class Number(str):
    """The text of a JSON number with a point or an exponent."""

    __slots__ = ()


class NotOfType(Exception):
    """A value is not of the type that its column declares."""

    def __init__(self, column: int, message: str) -> None:
        self.column = column
        super().__init__(message)


def to_arrow(values: Sequence[Any], kind: str, column: int, name: str, first: int) -> pa.Array:
    """Return values of one column as an Arrow array; empty text is missing.

    Args:
        values: what the source gave.
        kind: the declared type, one of `KINDS`.
        column: place of the column, from 0.
        name: name of the column.
        first: data row of the first value, from 1.

    Raises:
        NotOfType: `LBSTRESN is declared decimal but row 3 holds "abc"`.
    """
    import pyarrow as pa

    take = _TAKE[kind]
    taken: list[Any] = []
    for value in values:
        if value is None or value == "":
            taken.append(None)
            continue
        try:
            taken.append(take(value))
        except (ValueError, ArithmeticError, TypeError):
            held = f'"{value}"' if type(value) is str else f"{value}"
            row = first + len(taken)
            raise NotOfType(
                column, f"{name} is declared {kind} but row {row:,} holds {held[:40]}"
            ) from None
    if kind != "decimal" or not any(value is not None for value in taken):
        return pa.array(taken, _arrow_type(kind))
    return pa.array(taken)  # Arrow finds digits and scale


def join(arrays: list[pa.Array], kind: str, column: int, name: str) -> pa.ChunkedArray:
    """Return the pieces of one column as one, decimals brought to a common scale.

    Raises:
        NotOfType: decimals of more than 38 digits.
    """
    import pyarrow as pa

    if kind != "decimal" or not arrays:
        return pa.chunked_array(arrays, type=_arrow_type(kind))
    scale = max(array.type.scale for array in arrays)
    digits = max(array.type.precision - array.type.scale for array in arrays)
    if scale + digits > _MOST_DIGITS:
        raise NotOfType(column, f"{name} is declared decimal but needs more than 38 digits")
    common = pa.decimal128(_MOST_DIGITS, scale)
    return pa.chunked_array([array.cast(common) for array in arrays], type=common)


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "decimal": pa.decimal128(1, 0),
        "float": pa.float64(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
    }
    return types.get(kind, pa.large_string())


def _text(value: Any) -> str:
    import json

    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _integer(value: Any) -> int:
    number = int(_decimal(value))
    if number != _decimal(value) or not -(1 << 63) <= number < 1 << 63:
        raise ValueError
    return number


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) >= _MOST_DIGITS:
        raise ValueError
    exponent = number.as_tuple().exponent
    return number.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else number


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError
    number = float(value)
    if number - number != 0:  # inf and nan
        raise ValueError
    return number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


_TAKE: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("string", "URI", "date", "datetime", "time"), _text),
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "double": _float,
    "boolean": _boolean,
}
