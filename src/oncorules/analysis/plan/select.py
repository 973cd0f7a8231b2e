"""The rows that an analysis reads, and what their cells hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from oncorules.analysis.plan.rows import Rows
from oncorules.errors import CallError

Row = Mapping[str, Any]


def select_rows(wanted: Rows, tables: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return the rows of a table that have the wanted values.

    Raises:
        CallError: the table or a column is not there, or no row has the values.
    """
    if wanted.of not in tables:
        raise CallError(f"the study derives no table {wanted.of} from this export")
    rows = list(tables[wanted.of])
    for column, values in wanted.where.items():
        rows = [row for row in rows if matches(value_of(row, column), values)]
    if not rows:
        listed = " and ".join(f"{column} {_listed(one)}" for column, one in wanted.where.items())
        raise CallError(f"the group is empty: no row of {wanted.of} has {listed or 'a value'}")
    return rows


def value_of(row: Row, column: str) -> Any:
    """Return a cell, None where it is missing; the column must be there."""
    if column not in row:
        raise CallError(f"the table has no column {column}; it has {', '.join(row)}")
    return None if row[column] != row[column] else row[column]  # NaN, too, is a missing value


def matches(cell: Any, values: Sequence[Any]) -> bool:
    """Return whether a cell has one of some values; numbers are compared as numbers.

    >>> matches(1.0, ["1", 1]), matches(None, [1, None]), matches(float("inf"), [1])
    (True, True, False)
    """
    if cell is None or isinstance(cell, str):  # most cells by far
        return cell in values
    return any(_plain(cell) == _plain(value) for value in values)


def _plain(value: Any) -> Any:
    number = isinstance(value, (int, float, Decimal)) and isfinite(value)
    return Fraction(value) if number else value


def _listed(values: Sequence[Any]) -> str:
    return " or ".join(map(str, values))


def times_of(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Return AVAL, and whether each ends in an event (CNSR is 0).

    Raises:
        CallError: a row has no AVAL or no CNSR.
    """
    times = [value_of(row, "AVAL") for row in rows]
    censored = [value_of(row, "CNSR") for row in rows]
    if any(one is None for one in (*times, *censored)):
        missing = sum(None in pair for pair in zip(times, censored, strict=True))
        raise CallError(f"{missing} of {len(rows)} rows have no AVAL or no CNSR")
    return [float(time) for time in times], [one == 0 for one in censored]
