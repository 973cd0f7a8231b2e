"""Partial ISO 8601 dates (SDTM `--DTC`): the first and the last day that a text can mean.

| text                                          | first day  | last day   |
|-----------------------------------------------|------------|------------|
| `2014-02-05`, `2014-02-05T10:30`              | 2014-02-05 | 2014-02-05 |
| `2014-02`, `2014-02--T10:30` (day not known)  | 2014-02-01 | 2014-02-28 |
| `2014`, `2014----T10:30`                      | 2014-01-01 | 2014-12-31 |
| `2014---15` (month not known)                 | 2014-01-15 | 2014-12-15 |

Anything else is unreadable: a year that is missing or outside 1800 to 2200 (more likely a slip
than a date, and some tools further on cannot hold it), a day that does not exist, another order
or separator, a blank, a zero left out, an interval (`2014-02-05/2014-02-07`). A time must be
possible (`T24:00` is not) but is not compared: rules are about days, the text keeps the time.

Every reading exists twice, in Python for one value and as an expression for an engine's column;
a property test holds the two together.

Source: SDTMIG 3.3, section 4.4 (ISO 8601, missing components); the range of years is ours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_YEAR = "(?:1[89][0-9][0-9]|2[01][0-9][0-9]|2200)"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_SECOND = "(?:[0-5][0-9](?:[.][0-9]+)?|-)"
_TIME = (
    f"T(?:[01][0-9]|2[0-3]|-)(?::(?:[0-5][0-9]|-)(?::{_SECOND})?)?"
    "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)
_ONLY_YEAR = f"{_YEAR}(?:----{_TIME})?"
_ONLY_MONTH = f"{_YEAR}-{_MONTH}(?:--{_TIME})?"
_MONTH_MISSING = f"{_YEAR}---{_DAY}(?:{_TIME})?"

_WHOLE = re.compile(f"({_YEAR})-({_MONTH})-({_DAY})(?:{_TIME})?")
_MATCH_YEAR, _MATCH_MONTH, _MATCH_DAY = map(re.compile, (_ONLY_YEAR, _ONLY_MONTH, _MONTH_MISSING))


def first_and_last_day(text: str) -> tuple[date, date] | None:
    """Return the first and the last day that a date text can mean, None if it is unreadable.

    >>> first_and_last_day("2014-02")
    (datetime.date(2014, 2, 1), datetime.date(2014, 2, 28))
    >>> first_and_last_day("2014-02-30") is None
    True
    """
    if whole := _WHOLE.fullmatch(text):
        year, month, day = map(int, whole.groups())
        if day > monthrange(year, month)[1]:
            return None
        return date(year, month, day), date(year, month, day)
    year_text = text[:4]
    if _MATCH_MONTH.fullmatch(text):
        year, month = int(year_text), int(text[5:7])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if _MATCH_YEAR.fullmatch(text):
        return date(int(year_text), 1, 1), date(int(year_text), 12, 31)
    if _MATCH_DAY.fullmatch(text):  # January and December both have 31 days
        day = int(text[7:9])
        return date(int(year_text), 1, day), date(int(year_text), 12, day)
    return None


def study_day(day: date, reference: date) -> int:
    """Return the study day: 1 on the reference day, -1 the day before it; there is no day 0.

    Args:
        day: The day asked for.
        reference: The subject's reference start day (`RFSTDTC`).

    Source: SDTMIG 3.3, section 4.4.4.

    >>> study_day(date(2014, 1, 2), date(2014, 1, 2)), study_day(date(2014, 1, 1), date(2014, 1, 2))
    (1, -1)
    """
    days = (day - reference).days
    return days + 1 if days >= 0 else days


def first_day(text: exp.Expr) -> exp.Expr:
    """Return the expression for the first day that a date text can mean, null if unreadable.

    Args:
        text: An expression of text type; it is copied, once for every branch.
    """
    return _reading(text, last=False)


def last_day(text: exp.Expr) -> exp.Expr:
    """Return the expression for the last day that a date text can mean, null if unreadable.

    Args:
        text: An expression of text type; it is copied, once for every branch.
    """
    return _reading(text, last=True)


def guessed_day(text: exp.Expr) -> exp.Expr:
    """Return the expression for the day that a date text begins with, right if `is_day_of`."""
    from sqlglot import exp

    places = exp.Literal.number(1), exp.Literal.number(10)
    ten = exp.Anonymous(this="substr", expressions=[text.copy(), *places])
    return exp.TryCast(this=ten, to=exp.DataType.build("date"))


def is_day_of(day: exp.Expr, text: exp.Expr) -> exp.Expr:
    """Return whether a guessed day is what the text means: that whole day, with or without time."""
    from sqlglot import exp

    def call(name: str, *arguments: exp.Expr | int) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=[_expression(a) for a in arguments])

    first, last = (exp.cast(exp.Literal.string(d), "date") for d in ("1800-01-01", "2200-12-31"))
    written = exp.cast(day.copy(), "text")
    with_time = exp.and_(call("starts_with", text, written), _may_follow_a_day(text))
    return exp.and_(
        exp.Case()
        .when(call("strlen", text).eq(10), written.copy().eq(text.copy()))
        .else_(with_time),
        exp.Between(this=day.copy(), low=first, high=last),
    )


def _reading(text: exp.Expr, *, last: bool) -> exp.Expr:
    """Return one CASE for one end of the date, its commonest form first.

    A text is a real, whole day exactly if it is what the day found in it is written as: that is
    half the cost of a pattern, and the cast alone would let `2014-2-5` and ` 2014-02-05` pass.
    Not `left`: unlike `substr`, DuckDB works it out for every row of a column that a Parquet file
    stores as a few hundred different texts, which took six times as long.
    """
    from sqlglot import exp

    def call(name: str, *arguments: exp.Expr | int | str) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=[_expression(a) for a in arguments])

    def matches(value: exp.Expr, pattern: str) -> exp.Expr:
        return call("regexp_full_match", value, pattern)

    def day_of(*parts: exp.Expr | str) -> exp.Expr:
        written = parts[0] if len(parts) == 1 else call("concat", *parts)
        return exp.TryCast(this=_expression(written), to=exp.DataType.build("date"))

    ten = call("substr", text, 1, 10)
    whole = exp.and_(
        exp.EQ(this=exp.cast(day_of(ten), "text"), expression=ten.copy()),
        exp.Between(
            this=ten.copy(),
            low=exp.Literal.string("1800-01-01"),
            high=exp.Literal.string("2200-12-31"),
        ),
        _may_follow_a_day(text),
    )
    year = call("substr", text, 1, 4)
    month = day_of(call("substr", text, 1, 7), "-01")
    return (
        exp.Case()
        .when(whole, day_of(ten.copy()))
        .when(matches(text, _ONLY_MONTH), call("last_day", month) if last else month)
        .when(matches(text, _ONLY_YEAR), day_of(year, "-12-31" if last else "-01-01"))
        .when(
            matches(text, _MONTH_MISSING),
            day_of(year.copy(), "-12-" if last else "-01-", call("substr", text, 8, 2)),
        )
    )


def _may_follow_a_day(text: exp.Expr) -> exp.Expr:
    """Return whether what follows the ten places of a day is nothing or a possible time.

    A CASE, for DuckDB works out both sides of an OR, and the pattern is most of the cost.
    """
    from sqlglot import exp

    def call(name: str, *arguments: exp.Expr | int) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=[_expression(a) for a in arguments])

    time = call("regexp_full_match", call("substr", text, 11), exp.Literal.string(_TIME))
    return exp.Case().when(call("strlen", text).eq(10), exp.true()).else_(time)


def _expression(value: exp.Expr | int | str) -> exp.Expr:
    """Return a copy of an expression, or a literal."""
    from sqlglot import exp

    if isinstance(value, int):
        return exp.Literal.number(value)
    return exp.Literal.string(value) if isinstance(value, str) else value.copy()
