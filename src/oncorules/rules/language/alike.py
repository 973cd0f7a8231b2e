"""Several values brought to one kind, so that one of them can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.language.date_texts import as_date
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Value, as_decimal, fits, same_unit


def alike(values: Sequence[Value], what: str) -> list[Value]:
    """Return values brought to one kind, with equal digits when they are numbers."""
    if any(value.kind == "date" for value in values):
        values = [as_date(value) for value in values]
    known = [value for value in values if value.kind != "missing"]
    kinds = {"number" if value.numeric else value.kind for value in known}
    if len(kinds) > 1:
        raise FormulaError(
            f"{what} needs values of one kind, and has {' and '.join(sorted(kinds))}"
        )
    if kinds != {"number"}:
        return list(values)
    for value in known[1:]:
        same_unit(known[0], value, what)
    if any(value.months is not None for value in known):
        raise FormulaError(f"{what} cannot hold months_between; compare it directly")
    if all(value.kind == "integer" for value in known) and all(
        value.digits[0] <= 18 for value in known
    ):
        return [value if value.kind == "missing" else _whole(value) for value in values]
    scale = max(value.digits[1] for value in known)
    whole = max(value.digits[0] - value.digits[1] for value in known)
    digits = fits(whole, scale, what)
    return [value if value.kind == "missing" else _sized(value, digits) for value in values]


def _whole(value: Value) -> Value:
    first, last = (trees.cast(end, "BIGINT") for end in value.ends)
    return replace(value, first=first, last=None if value.last is None else last, digits=(18, 0))


def _sized(value: Value, digits: tuple[int, int]) -> Value:
    first, last = as_decimal(value, digits)
    return replace(
        value,
        kind="number",
        first=first,
        last=None if value.last is None else last,
        digits=digits,
    )


def chosen(values: Sequence[Value], build: Callable[[list[exp.Expr]], exp.Expr]) -> Value:
    """Return one of several values: `build` makes a tree of the first and of the last ends."""
    known = [value for value in values if value.kind != "missing"]
    if not known:
        raise FormulaError("at least one value that is not null was expected")
    two = any(value.last is not None for value in known)
    codes: frozenset[str] | None = frozenset()
    for value in known:
        codes = None if codes is None or value.codes is None else codes | value.codes
    unit = next((value.unit for value in known if value.unit), None)
    return Value(
        known[0].kind,
        build([value.ends[0] for value in values]),
        build([value.ends[1] for value in values]) if two else None,
        digits=known[0].digits,
        unit=unit,
        codes=codes if known[0].kind == "text" else None,
        shown_only=any(value.shown_only for value in known),
    )
