"""A typed value of a formula: what kind it is, and the engine tree that yields it.

A date is two trees, the first and the last possible day, so `2014-02` is a month and not a day.
A count of days between two such dates has two ends as well. Numbers carry their digits, so that no
product is rendered that an engine would round or overflow (DECIMAL(19,6) x DECIMAL(18,6) is exact
on DuckDB and on Spark).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.language.formula import FormulaError

Kind = Literal["text", "integer", "number", "date", "boolean", "missing"]
MEASURE = (18, 6)  # digits of a measurement: 12 before and 6 after the point
COUNT = (18, 0)
MOST_DIGITS = 38
MONTH_DAYS = Decimal("30.4375")  # 365.25 / 12, the usual divisor; time-to-event conventions


@dataclass(frozen=True)
class Value:
    """One typed value.

    Attributes:
        kind: what the value is; `missing` is the bare word null.
        first: the tree; for two-ended values the lower end.
        last: the upper end, or None when the value has one end only.
        digits: for integers and numbers, digits in all and after the point.
        unit: the unit, when it is known at load time.
        months: days in a month, when the tree counts days but the value means months.
        codes: for texts, the values it can take, when they are known.
        show: a tree that gives the text as the user saw it in the file.
        literal: the constant, when the value is one.
        shown_only: it was divided and rounded, so no condition may rest on it.
    """

    kind: Kind
    first: exp.Expr
    last: exp.Expr | None = None
    digits: tuple[int, int] = COUNT
    unit: str | None = None
    months: Decimal | None = None
    codes: frozenset[str] | None = None
    show: exp.Expr | None = field(default=None, compare=False)
    literal: Decimal | str | bool | None = None
    shown_only: bool = False

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is possible."""
        return self.kind in ("integer", "number")

    @property
    def ends(self) -> tuple[exp.Expr, exp.Expr]:
        """Return both ends; the same tree twice for a value with one end."""
        return self.first.copy(), (self.first if self.last is None else self.last).copy()


def text(tree: exp.Expr, codes: frozenset[str] | None = None) -> Value:
    """Return a text value."""
    return Value("text", tree, codes=codes)


def boolean(tree: exp.Expr) -> Value:
    """Return a truth value."""
    return Value("boolean", tree)


def integer(tree: exp.Expr, *, unit: str | None = None) -> Value:
    """Return a whole number."""
    return Value("integer", tree, unit=unit)


def missing() -> Value:
    """Return the value of the word null."""
    return Value("missing", exp.Null())


def constant(value: Decimal | int | str | bool, *, unit: str | None = None) -> Value:
    """Return a constant: a limit, a code, yes or no.

    >>> constant(Decimal("0.70")).digits
    (2, 2)
    """
    if isinstance(value, bool):
        return Value("boolean", exp.Boolean(this=value), literal=value)
    if isinstance(value, str):
        return Value("text", exp.Literal.string(value), codes=frozenset([value]), literal=value)
    number = Decimal(value)
    _, figures, exponent = number.as_tuple()
    scale = max(0, -int(exponent))
    digits = (max(len(figures) + max(int(exponent), 0), scale, 1), scale)
    tree = exp.Literal.number(format(abs(number), "f"))
    return Value(
        "integer" if scale == 0 else "number",
        exp.Neg(this=tree) if number < 0 else tree,
        digits=digits,
        unit=unit,
        literal=number,
    )


def date_constant(first: exp.Expr, last: exp.Expr, shown: str) -> Value:
    """Return a date that a rule file names."""
    return Value("date", first, last, show=exp.Literal.string(shown), literal=shown)


def decimal(tree: exp.Expr, digits: tuple[int, int], *, safe: bool = False) -> exp.Expr:
    """Return a tree cast to DECIMAL(digits); `safe` gives null instead of an overflow."""
    # Put together by hand: to parse it is dear, and to copy what was parsed as well.
    sizes = [exp.DataTypeParam(this=exp.Literal.number(size)) for size in digits]
    kind = exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes, nested=False)
    return (exp.TryCast if safe else exp.Cast)(this=tree, to=kind)


def as_decimal(value: Value, digits: tuple[int, int]) -> tuple[exp.Expr, exp.Expr]:
    """Return both ends of a number with the digits asked for."""
    first, last = value.ends
    if value.kind != "integer" or value.literal is not None:
        return decimal(first, digits), decimal(last, digits)
    return _held(first, value.digits, digits), _held(last, value.digits, digits)


def _held(tree: exp.Expr, own: tuple[int, int], digits: tuple[int, int]) -> exp.Expr:
    """Return a whole number with the digits asked for; one with 19 digits of its own is missing."""
    held = decimal(tree, own, safe=True)
    return held if digits == own else decimal(held, digits)


def fits(whole: int, scale: int, what: str) -> tuple[int, int]:
    """Return digits (whole + scale, scale), or refuse more than any engine computes exactly."""
    if whole + scale > MOST_DIGITS:
        raise FormulaError(
            f"{what} would need {whole + scale} digits and {MOST_DIGITS} are exact: "
            "name a part as a column and round it with round_half_up(x, 6)"
        )
    return whole + scale, scale


def settled(value: Value) -> Value:
    """Return a value with one end: unknown where the two ends differ."""
    if value.last is None or value.kind == "date":
        return value
    first, last = value.ends
    same = exp.Case(ifs=[exp.If(this=exp.EQ(this=first, expression=last), true=first.copy())])
    return replace(value, first=same, last=None)


def in_months(value: Value) -> Value:
    """Return a count of months as a plain number, rounded to 6 decimals, for show or storage."""
    if value.months is None:
        return value
    one = settled(value)
    divided = exp.Div(
        this=trees.cast(one.first.copy(), "DOUBLE"),
        expression=trees.cast(exp.Literal.number(str(value.months)), "DOUBLE"),
    )
    tree = decimal(exp.Round(this=divided, decimals=exp.Literal.number(6)), MEASURE)
    return replace(one, kind="number", first=tree, digits=MEASURE, months=None)


def refuse_shown(*values: Value) -> None:
    """Refuse values that are only for show.

    Raises:
        FormulaError: one of them comes from ratio.
    """
    if any(value.shown_only for value in values):
        raise FormulaError(
            "ratio is rounded and only for show: write the limit as a product, such as a >= 2 * b"
        )


def same_unit(left: Value, right: Value, what: str) -> str | None:
    """Return the unit of two values that are compared or added, or refuse two different ones."""
    if left.unit and right.unit and left.unit != right.unit:
        raise FormulaError(
            f"{what} has {left.unit} on one side and {right.unit} on the other: convert one of them"
        )
    return left.unit or right.unit
