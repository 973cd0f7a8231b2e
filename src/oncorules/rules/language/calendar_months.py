"""How many months of the calendar lie between two dates, with the part of the running one."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import MEASURE, Value, decimal


def calendar_months(start: Value, end: Value, places: Value) -> Value:
    """Return the whole months from one date to another, and the days left as a part of a month.

    The days left are divided by the length of the month that is running: from the last day that is
    whole months after the start to the next such day. A month after the 31st of January is the last
    day of February. Unknown where a date is partial.

    Args:
        start: the first date.
        end: the second date; before the first one the answer is negative.
        places: decimals, from 0 to 6.
    """
    if not isinstance(places.literal, Decimal) or not 0 <= places.literal <= 6:
        raise FormulaError("the decimals of calendar_months must be a plain number from 0 to 6")
    (first, first_too), (last, last_too) = start.ends, end.ends
    known = exp.and_(
        exp.EQ(this=first, expression=first_too), exp.EQ(this=last, expression=last_too)
    )
    # The engine counts how often a month began between the dates: at most one too many.
    begun = exp.DateDiff(this=last.copy(), expression=first.copy(), unit=exp.var("MONTH"))
    too_many = exp.GT(this=_months_after(first, begun), expression=last.copy())
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    whole = exp.Paren(
        this=exp.Sub(
            this=begun, expression=exp.Case(ifs=[exp.If(this=too_many, true=one)], default=none)
        )
    )
    since, until = (
        _months_after(first, whole),
        _months_after(first, exp.Add(this=whole, expression=one)),
    )
    part = exp.Div(this=_days(since, last), expression=_days(since, until))
    total = exp.Add(this=exp.cast(whole.copy(), "DOUBLE"), expression=part)
    rounded = exp.Round(this=total, decimals=exp.Literal.number(int(places.literal)))
    tree = exp.Case(ifs=[exp.If(this=known, true=decimal(rounded, MEASURE, safe=True))])
    return Value("number", tree, unit="month", digits=MEASURE, shown_only=True)


def _months_after(day: exp.Expr, months: exp.Expr) -> exp.Expr:
    span = exp.Interval(this=exp.Paren(this=months.copy()), unit=exp.var("MONTH"))
    return exp.cast(exp.Add(this=day.copy(), expression=span), "DATE")


def _days(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    days = exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))
    return exp.cast(days, "DOUBLE")
