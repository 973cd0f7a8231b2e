"""How many planned assessments lie between two days, counted without a list of them."""

from __future__ import annotations

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.language.scope import Schedule


def count_planned(plan: Schedule, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """Return how many planned assessments lie wholly between two days.

    An assessment planned for day p counts when even its latest allowed day is after the first date
    and its earliest allowed day is before the second: p - tolerance > a and p + tolerance < b.

    Args:
        plan: the schedule.
        low: days from the start of the schedule to the first date.
        high: days from the start of the schedule to the second date.
    """
    listed = [_is_between(exp.Literal.number(day), low, high, plan.tolerance) for day in plan.at]
    if plan.then_every is not None:
        last = plan.at[-1] if plan.at else 0
        listed.append(_repeated(last, plan.then_every, low, high, plan.tolerance))
    total = listed[0]
    for tree in listed[1:]:
        total = exp.Add(this=total, expression=tree)
    unknown = exp.or_(*(exp.Is(this=end.copy(), expression=exp.Null()) for end in (low, high)))
    counted = exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Paren(this=unknown)), true=total)])
    return trees.cast(counted, "BIGINT")


def _is_between(day: exp.Expr, low: exp.Expr, high: exp.Expr, tolerance: int) -> exp.Expr:
    slack = exp.Literal.number(tolerance)
    after = exp.GT(this=exp.Sub(this=day.copy(), expression=slack), expression=low.copy())
    before = exp.LT(this=exp.Add(this=day.copy(), expression=slack.copy()), expression=high.copy())
    zero, one = exp.Literal.number(0), exp.Literal.number(1)
    return exp.Case(ifs=[exp.If(this=exp.and_(after, before), true=one)], default=zero)


def _repeated(last: int, every: int, low: exp.Expr, high: exp.Expr, tolerance: int) -> exp.Expr:
    """Return how many of last + every, last + 2 every ... lie between, without any list."""

    def steps(end: exp.Expr, shift: int) -> exp.Expr:
        moved = exp.Paren(this=exp.Add(this=end.copy(), expression=exp.Literal.number(shift)))
        size = trees.cast(exp.Literal.number(every), "DOUBLE")
        return exp.Floor(this=exp.Div(this=trees.cast(moved, "DOUBLE"), expression=size))

    def not_negative(tree: exp.Expr) -> exp.Expr:
        return exp.Greatest(this=tree, expressions=[exp.Literal.number(0)], ignore_nulls=True)

    until = not_negative(steps(high, -1 - tolerance - last))
    done = not_negative(steps(low, tolerance - last))
    return not_negative(exp.Paren(this=exp.Sub(this=until, expression=done)))
