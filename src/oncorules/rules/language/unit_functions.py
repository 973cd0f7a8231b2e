"""Functions about measured values: the number in a text, the unit of a spelling, another unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from oncorules.data.units import (
    UnitRow,
    find_analyte,
    known_units,
    rule_unit,
    unit_error,
    unit_table,
    units_for,
)
from oncorules.engine import trees
from oncorules.engine.storing import number_in_text
from oncorules.errors import did_you_mean
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import (
    MEASURE,
    Value,
    as_decimal,
    boolean,
    decimal,
    fits,
    settled,
)

_PLACES = 8  # of a factor that is a quotient; those into the canonical unit are exact


def number(value: Value) -> Value:
    """Return the number that a text holds; missing where it holds none, such as `<5`."""
    if value.literal is not None or value.kind == "missing":
        raise FormulaError("number reads a text of the data; write a plain number instead")
    tree = number_in_text(value.first)
    return Value("number", tree, digits=MEASURE, show=value.first.copy())


def convert(value: Value, unit: Value, test: Value, wanted: Value) -> Value:
    """Return a value in another unit of its test; missing where its unit does not convert."""
    code, name = _word(test, "test"), _word(wanted, "unit")
    by_factor: dict[Decimal, list[str]] = {}
    for row in (rows := _rows(code, name)):
        into = next(one.factor for one in rows if one.unit == name)
        factor = round(row.factor / into, _PLACES) if row.factor % into else row.factor / into
        by_factor.setdefault(factor.normalize(), []).append(row.spelling)
    scale = max(0, *(-int(one.as_tuple().exponent) for one in by_factor))
    whole = max(one.adjusted() + 1 for one in by_factor)
    digits = fits(MEASURE[0] - MEASURE[1] + max(whole, 1), MEASURE[1] + scale, "convert")
    one = settled(value)
    spelled = exp.Trim(this=exp.Coalesce(this=unit.first, expressions=[exp.Literal.string("")]))
    ifs = []
    for factor, spellings in by_factor.items():
        times = trees.cast(exp.Literal.number(f"{factor:f}"), f"DECIMAL({whole + scale}, {scale})")
        product = exp.Mul(this=as_decimal(one, (19, 6))[0], expression=times)
        tree = as_decimal(one, digits)[0] if factor == 1 else decimal(product, digits)
        words = [exp.Literal.string(spelling) for spelling in spellings]
        ifs.append(exp.If(this=exp.In(this=spelled.copy(), expressions=words), true=tree))
    return Value("number", exp.Case(ifs=ifs), digits=digits, unit=name)


def _rows(code: str, name: str) -> Sequence[UnitRow]:
    if find_analyte(code) is None:
        raise FormulaError(f'"{code}" is no test with known units')
    rows = unit_table(code)
    names = list(dict.fromkeys(row.unit for row in rows))
    if name in names:
        return rows
    if name in [one.name for one in units_for(code)]:
        raise FormulaError(f"no other unit of {code} converts into {name}")
    near = did_you_mean(name, names) or f"; there are {', '.join(names)}"
    raise FormulaError(f'"{name}" is not a unit of {code}{near}')


def is_unit(unit: Value, wanted: Value) -> Value:
    """Return whether a text in the data is a spelling of a unit."""
    name = _word(wanted, "unit")
    if name not in known_units():
        raise FormulaError(unit_error(name))
    words = [exp.Literal.string(spelling) for spelling in rule_unit(name).spellings]
    return boolean(exp.Paren(this=exp.In(this=exp.Trim(this=unit.first), expressions=words)))


def _word(value: Value, what: str) -> str:
    if not isinstance(value.literal, str):
        raise FormulaError(f"the {what} must be a plain text, such as 'HGB' or 'g/L'")
    return value.literal
