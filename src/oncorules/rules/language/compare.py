"""Comparisons with three answers: of numbers, texts, truth values and dates with two ends."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.language.date_texts import as_date
from oncorules.rules.language.formula import COMPARISONS, FormulaError
from oncorules.rules.language.values import (
    Value,
    as_decimal,
    boolean,
    constant,
    decimal,
    fits,
    refuse_shown,
    same_unit,
)

FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
}


def compare(operator: type[exp.Expr], left: Value, right: Value) -> Value:
    """Return the truth of a comparison: true, false, or null when it cannot be decided."""
    left, right = matched(left, right)
    if left.kind in ("text", "boolean") and operator not in (exp.EQ, exp.NEQ):
        raise FormulaError(f"a {left.kind} has no order: only = and <> compare it")
    if left.last is None and right.last is None:
        sides = (_atomic(left), _atomic(right))
        return boolean(operator(this=sides[0], expression=sides[1]))
    if operator is exp.NEQ:
        return boolean(exp.Not(this=_equal(left, right)))
    if operator is exp.EQ:
        return boolean(_equal(left, right))
    if operator in (exp.GT, exp.GTE):
        mirror = exp.LT if operator is exp.GT else exp.LTE
        return compare(mirror, right, left)
    (low, high), (other_low, other_high) = left.ends, right.ends
    surely = operator(this=high, expression=other_low)
    never = FLIPPED[operator](this=low, expression=other_high)
    return boolean(_decided(surely, never))


def _atomic(value: Value) -> exp.Expr:
    """Return a side in brackets when it is a comparison itself: engines refuse a = b = c."""
    tree = value.first.copy()
    return exp.Paren(this=tree) if isinstance(tree, COMPARISONS) else tree


def _equal(left: Value, right: Value) -> exp.Expr:
    (low, high), (other_low, other_high) = left.ends, right.ends
    surely = exp.and_(low.eq(other_high), high.eq(other_low))
    never = exp.or_(
        exp.LT(this=high.copy(), expression=other_low.copy()),
        exp.GT(this=low.copy(), expression=other_high.copy()),
    )
    return exp.Paren(this=_decided(surely, never))


def _decided(surely: exp.Expr, never: exp.Expr) -> exp.Expr:
    return exp.Case(
        ifs=[exp.If(this=surely, true=exp.true()), exp.If(this=never, true=exp.false())]
    )


def matched(left: Value, right: Value) -> tuple[Value, Value]:
    """Return two values brought to one kind, or refuse to compare them."""
    if "missing" in (left.kind, right.kind):
        raise FormulaError("nothing compares with null: write `is null` or `is not null`")
    refuse_shown(left, right)
    if right.kind == "date":
        left = as_date(left)
    if left.kind == "date":
        right = as_date(right)
    if left.numeric and right.numeric:
        return _numbers(left, right)
    if left.kind != right.kind:
        raise FormulaError(f"a {left.kind} cannot be compared with a {right.kind}")
    if left.kind == "text":
        _known_code(left, right)
        _known_code(right, left)
    return left, right


def _known_code(literal: Value, column: Value) -> None:
    if literal.literal is None or column.codes is None or column.literal is not None:
        return
    if literal.literal not in column.codes:
        near = did_you_mean(str(literal.literal), column.codes)
        listed = ", ".join(sorted(column.codes)[:12])
        raise FormulaError(f'"{literal.literal}" is not one of its codes ({listed}){near}')


def _numbers(left: Value, right: Value) -> tuple[Value, Value]:
    same_unit(left, right, "the comparison")
    left, right = _one_month(left, right)
    if left.digits == right.digits and left.kind == right.kind:
        return left, right
    if left.kind == right.kind == "integer":
        return left, right
    whole = max(left.digits[0] - left.digits[1], right.digits[0] - right.digits[1])
    digits = fits(whole, max(left.digits[1], right.digits[1]), "the comparison")
    return _widened(left, digits), _widened(right, digits)


def _widened(value: Value, digits: tuple[int, int]) -> Value:
    if value.digits == digits and value.kind == "number" and value.literal is None:
        return value
    first, last = as_decimal(value, digits)
    return Value(
        "number", first, None if value.last is None else last, digits=digits, unit=value.unit
    )


def _one_month(left: Value, right: Value) -> tuple[Value, Value]:
    if left.months is None and right.months is None:
        return left, right
    if left.months == right.months:
        return left, right
    if left.months is not None and right.months is not None:
        raise FormulaError("the two sides count months of different length")
    if left.months is None:
        right, left = _one_month(right, left)
        return left, right
    assert left.months is not None
    return left, _in_days(right, left.months)


def _in_days(value: Value, month: Decimal) -> Value:
    """Return a number of months as exact days, so that no count of days is divided."""
    factor = constant(month)
    digits = (value.digits[0] + factor.digits[0], value.digits[1] + factor.digits[1])
    fits(digits[0] - digits[1], digits[1], "the number of months")
    first, last = as_decimal(value, (max(19, value.digits[0]), value.digits[1]))
    size = decimal(factor.first, factor.digits)
    return Value(
        "number",
        decimal(exp.Mul(this=first, expression=size), digits),
        None if value.last is None else decimal(exp.Mul(this=last, expression=size.copy()), digits),
        digits=digits,
        unit="month",
    )
