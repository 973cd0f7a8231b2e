"""Functions of the language that the solver follows exactly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import z3

from oncorules.rules.health import solved
from oncorules.rules.health.solved import Term
from oncorules.rules.language.values import MONTH_DAYS


def _days_between(start: Term, end: Term) -> Term:
    null = z3.Or(start.null, end.null)
    low, high = end.low - start.high, end.high - start.low
    return Term("integer", null, low, low if start.certain and end.certain else high)


def _months_between(start: Term, end: Term, days: Term | None = None) -> Term:
    between = _days_between(start, end)
    month = Fraction(MONTH_DAYS) if days is None else days.literal
    assert isinstance(month, Fraction)
    return Term("integer", between.null, between.low, between.high, months=month)


def _study_day(day: Term, reference: Term) -> Term:
    days = _days_between(reference, day)
    low, high = (z3.If(end >= 0, end + 1, end) for end in (days.low, days.high))
    return Term("integer", days.null, low, high)


def _add_days(day: Term, days: Term) -> Term:
    null = z3.Or(day.null, days.null)
    return Term("date", null, day.low + days.low, day.high + days.high)


def _day_is_known(day: Term) -> Term:
    known = z3.And(z3.Not(day.null), day.low == day.high)
    return Term("boolean", solved.NO, known, known)


def _absolute(value: Term) -> Term:
    one = solved.settled(value)
    tree = z3.If(one.low >= 0, one.low, -one.low)
    return Term(one.kind, one.null, tree, tree)


EXACT: dict[str, Callable[..., Term]] = {
    "days_between": _days_between,
    "months_between": _months_between,
    "study_day": _study_day,
    "add_days": _add_days,
    "day_is_known": _day_is_known,
    "abs": _absolute,
}
"""By name; each takes its arguments with constant texts as dates."""
