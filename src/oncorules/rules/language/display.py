"""How a value is written for people: plain numbers, ISO 8601 dates as precise as they are known."""

from __future__ import annotations

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.language.values import MOST_DIGITS, Value, decimal, in_months, settled


def display(value: Value) -> exp.Expr:
    """Return a tree that gives the text of a value; null when it is missing.

    The text does not depend on the format that the value came in: `5`, never `5.0`; a date that is
    known to the month is `2014-02`. A value that could not be read is shown as it stands in the
    file.
    """
    tree = _typed(value)
    if value.show is not None and value.kind != "date":
        return exp.Coalesce(this=tree, expressions=[value.show.copy()])
    if value.show is not None:
        return exp.Coalesce(this=value.show.copy(), expressions=[tree])
    return tree


def _typed(value: Value) -> exp.Expr:
    if value.kind == "text":
        return value.first.copy()
    if value.kind == "missing":
        return trees.cast(exp.Null(), "VARCHAR")
    if value.kind == "date":
        return _date(value)
    if value.kind == "boolean":
        yes, no = exp.Literal.string("true"), exp.Literal.string("false")
        ifs = [
            exp.If(this=exp.Paren(this=value.first.copy()), true=yes),
            exp.If(this=exp.Not(this=exp.Paren(this=value.first.copy())), true=no),
        ]
        return exp.Case(ifs=ifs)
    return _number(settled(in_months(value)))


def _number(value: Value) -> exp.Expr:
    tree, (whole, scale) = value.first.copy(), value.digits
    if whole == scale:  # engines write a number without a digit before the point as .49
        tree = decimal(tree, (min(whole + 1, MOST_DIGITS), scale))
    written = trees.cast(tree, "VARCHAR")
    if value.kind == "integer" or value.digits[1] == 0:
        return written
    zeros, point = exp.Literal.string("0"), exp.Literal.string(".")
    trimmed = exp.Anonymous(this="rtrim", expressions=[written, zeros])
    return exp.Anonymous(this="rtrim", expressions=[trimmed, point])


def _date(value: Value) -> exp.Expr:
    """Return the day, the month or the year; anything else as first/last."""
    first, last = (trees.cast(end, "VARCHAR") for end in value.ends)
    month_first, month_last = _start("MONTH", value.ends[0]), _end("month", value.ends[0])
    year_first, year_last = _start("YEAR", value.ends[0]), _end("year", value.ends[0])
    low, high = value.ends

    def same(other: exp.Expr, last_other: exp.Expr) -> exp.Expr:
        return exp.and_(
            exp.EQ(this=low.copy(), expression=other),
            exp.EQ(this=high.copy(), expression=last_other),
        )

    seven, four = exp.Literal.number(7), exp.Literal.number(4)
    return exp.Case(
        ifs=[
            exp.If(this=exp.EQ(this=low.copy(), expression=high.copy()), true=first),
            exp.If(
                this=same(month_first, month_last),
                true=exp.Left(this=first.copy(), expression=seven),
            ),
            exp.If(
                this=same(year_first, year_last),
                true=exp.Left(this=first.copy(), expression=four),
            ),
        ],
        default=exp.DPipe(
            this=exp.DPipe(this=first.copy(), expression=exp.Literal.string("/")), expression=last
        ),
    )


def _start(unit: str, day: exp.Expr) -> exp.Expr:
    return trees.cast(
        exp.Anonymous(this="date_trunc", expressions=[exp.Literal.string(unit), day.copy()]), "DATE"
    )


def _end(unit: str, day: exp.Expr) -> exp.Expr:
    step = exp.Interval(this=exp.Literal.string("1"), unit=exp.var(unit))
    one = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("day"))
    following = exp.Add(this=_start(unit.upper(), day), expression=step)
    return trees.cast(exp.Sub(this=exp.Paren(this=following), expression=one), "DATE")
