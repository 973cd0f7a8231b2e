"""Texts that stand for dates: a constant or a parameter beside a date is one."""

from __future__ import annotations

from sqlglot import exp

from oncorules.data.dates import first_and_last_day
from oncorules.engine import trees
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Value, date_constant


def as_date(value: Value) -> Value:
    """Return the date that a constant text says; any other value as it is.

    Raises:
        FormulaError: `"May 2024" is not a date such as 2024-06-30, 2024-06 or 2024`.
    """
    if value.kind != "text" or not isinstance(value.literal, str):
        return value
    ends = first_and_last_day(value.literal)
    if ends is None:
        raise FormulaError(f'"{value.literal}" is not a date such as 2024-06-30, 2024-06 or 2024')
    first, last = (trees.cast(exp.Literal.string(day.isoformat()), "DATE") for day in ends)
    return date_constant(first, last, value.literal)
