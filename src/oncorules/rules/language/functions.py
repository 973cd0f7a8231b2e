"""The functions of the rule language: what each takes, and the engine tree it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from oncorules.engine import trees
from oncorules.errors import did_you_mean
from oncorules.rules.language.alike import alike, chosen
from oncorules.rules.language.calendar_months import calendar_months
from oncorules.rules.language.date_texts import as_date
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError, offset_of
from oncorules.rules.language.planned import count_planned
from oncorules.rules.language.ranks import code_at, rank_of
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.unit_functions import convert, is_unit, number
from oncorules.rules.language.values import (
    MEASURE,
    MONTH_DAYS,
    Value,
    as_decimal,
    boolean,
    decimal,
    integer,
    settled,
    text,
)


def call(node: exp.Anonymous, arguments: Sequence[Value], scope: Scope) -> Value:
    """Return the value of a function call, or refuse the name, the number or the kinds."""
    name = node.name.lower()
    if name == "planned_between":
        return _planned_between(node, arguments, scope)
    if name == "line_of":
        return _line_of(node, scope)
    if name in ("best", "worst"):
        return _best_of(node, arguments, scope)
    if name not in FUNCTIONS:
        known = all_functions()
        hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
        raise FormulaError(f'"{node.name}" is no function of the language{hint}', offset_of(node))
    kinds, function = FUNCTIONS[name]
    if kinds.startswith("date"):
        arguments = [as_date(argument) for argument in arguments]
    _check(name, kinds, arguments)
    return function(*arguments)


def all_functions() -> list[str]:
    """Return the names of the closed list, aggregates included."""
    return sorted([*FUNCTIONS, "best", "worst", "line_of", "planned_between", *AGGREGATES])


AGGREGATES = ("count", "sum", "min", "max", "bool_or", "bool_and", "first", "last")


def _check(name: str, kinds: str, arguments: Sequence[Value]) -> None:
    wanted = kinds.split()
    many = wanted[-1] == "..."
    optional = [kind for kind in wanted if kind.endswith("?")]
    plain = [kind.rstrip("?") for kind in wanted if kind != "..."]
    least = len(plain) - len(optional)
    if len(arguments) < least or (len(arguments) > len(plain) and not many):
        raise FormulaError(f"{name} takes {kinds.replace('?', ' (optional)')} as arguments")
    for position, argument in enumerate(arguments):
        kind = plain[min(position, len(plain) - 1)]
        allowed = (
            kind == "any"
            or argument.kind == kind
            or argument.kind == "missing"
            or (kind == "number" and argument.numeric)
        )
        if not allowed:
            raise FormulaError(
                f"argument {position + 1} of {name} must be a {kind}, and it is a {argument.kind}"
            )


def _pick(name: str, tree: type[exp.Expr]) -> Callable[..., Value]:
    def picked(*values: Value) -> Value:
        same = alike(values, name)
        # Missing values are skipped: for least and greatest sqlglot has to be told.
        how = {} if tree is exp.Coalesce else {"ignore_nulls": True}
        return chosen(same, lambda ends: tree(this=ends[0], expressions=ends[1:], **how))

    return picked


def _days_between(start: Value, end: Value) -> Value:
    (start_first, start_last), (end_first, end_last) = start.ends, end.ends
    return Value(
        "integer",
        _days(end_first, start_last),
        _days(end_last, start_first),
        unit="day",
    )


def _days(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    difference = exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))
    return trees.cast(difference, "BIGINT")


def _months_between(start: Value, end: Value, month: Value | None = None) -> Value:
    days = MONTH_DAYS
    if month is not None:
        if not isinstance(month.literal, Decimal) or month.literal <= 0:
            raise FormulaError("the days of a month must be a number above 0")
        days = month.literal
    return replace(_days_between(start, end), unit="month", months=days)


def _study_day(date: Value, reference: Value) -> Value:
    between = _days_between(reference, date)
    assert between.last is not None
    return Value("integer", _no_day_zero(between.first), _no_day_zero(between.last), unit="day")


def _no_day_zero(days: exp.Expr) -> exp.Expr:
    zero, one = exp.Literal.number(0), exp.Literal.number(1)
    after = exp.Add(this=days.copy(), expression=one)
    return exp.Case(
        ifs=[exp.If(this=exp.GTE(this=days.copy(), expression=zero), true=after)],
        default=days.copy(),
    )


def _add_days(date: Value, days: Value) -> Value:
    low, high = date.ends
    # More than 999,999 days would leave the calendar of the engine: unknown.
    less, more = (trees.cast(decimal(end, (6, 0), safe=True), "INT") for end in days.ends)
    first = trees.cast(exp.Add(this=low, expression=less), "DATE")
    return Value("date", first, trees.cast(exp.Add(this=high, expression=more), "DATE"))


def _day_is_known(date: Value) -> Value:
    first, last = date.ends
    known = exp.and_(exp.Not(this=exp.Is(this=first.copy(), expression=exp.Null())), first.eq(last))
    return boolean(exp.Coalesce(this=exp.Paren(this=known), expressions=[exp.false()]))


def _abs(value: Value) -> Value:
    one = settled(value)
    tree = exp.Abs(this=as_decimal(one, one.digits)[0])
    return replace(one, first=tree, show=None, literal=None)


def _places(value: Value, name: str) -> int:
    if not isinstance(value.literal, Decimal) or not 0 <= value.literal <= 6:
        raise FormulaError(f"the decimals of {name} must be a plain number from 0 to 6")
    return int(value.literal)


def _round_half_up(value: Value, places: Value) -> Value:
    keep = _places(places, "round_half_up")
    one = settled(value)
    scale = max(one.digits[1], 6)
    wide = (min(one.digits[0] - one.digits[1] + scale, 38), scale)
    rounded = exp.Round(this=decimal(one.first, wide, safe=True), decimals=exp.Literal.number(keep))
    tree = decimal(rounded, MEASURE, safe=True)
    return replace(one, kind="number", first=tree, digits=MEASURE, show=None, literal=None)


def _ratio(part: Value, whole: Value, places: Value) -> Value:
    keep = _places(places, "ratio")
    above, below = (trees.cast(settled(value).first.copy(), "DOUBLE") for value in (part, whole))
    zero = exp.Literal.number(0)
    divided = exp.Div(this=above, expression=exp.Nullif(this=below, expression=zero))
    rounded = exp.Round(this=divided, decimals=exp.Literal.number(keep))
    tree = decimal(rounded, MEASURE, safe=True)
    return Value("number", tree, digits=MEASURE, shown_only=True)


def _of_text(tree: type[exp.Expr]) -> Callable[[Value], Value]:
    return lambda value: text(tree(this=value.first.copy()))


def _length(value: Value) -> Value:
    return integer(trees.cast(exp.Length(this=value.first.copy()), "BIGINT"))


def _starts_with(value: Value, part: Value) -> Value:
    return boolean(exp.StartsWith(this=value.first.copy(), expression=part.first.copy()))


def _ends_with(value: Value, part: Value) -> Value:
    return boolean(exp.EndsWith(this=value.first.copy(), expression=part.first.copy()))


def _contains(value: Value, part: Value) -> Value:
    position = exp.StrPosition(this=value.first.copy(), substr=part.first.copy())
    return boolean(exp.Paren(this=exp.GT(this=position, expression=exp.Literal.number(0))))


def _before(value: Value, part: Value) -> Value:
    first = exp.Literal.number(1)
    split = exp.SplitPart(
        this=value.first.copy(), delimiter=_mark(part, "before"), part_index=first
    )
    return text(split)


def _occurrences(value: Value, part: Value) -> Value:
    bare = exp.Replace(
        this=value.first.copy(),
        expression=_mark(part, "occurrences"),
        replacement=exp.Literal.string(""),
    )
    fewer = exp.Sub(this=exp.Length(this=value.first.copy()), expression=exp.Length(this=bare))
    return integer(trees.cast(exp.Paren(this=fewer), "BIGINT"))


def _mark(part: Value, name: str) -> exp.Expr:
    """Return one plain character: engines differ over an empty part, and over one of several."""
    if not isinstance(part.literal, str) or len(part.literal) != 1:
        raise FormulaError(f"argument 2 of {name} must be one character in quotes")
    return part.first.copy()


def _concat(*values: Value) -> Value:
    tree = display(values[0])
    for value in values[1:]:
        tree = exp.DPipe(this=tree, expression=display(value))
    return text(exp.Paren(this=tree))


def _best_of(node: exp.Anonymous, arguments: Sequence[Value], scope: Scope) -> Value:
    codes = scope.codes_of(chosen(list(arguments), lambda ends: ends[0]), node)
    pick = exp.Least if node.name.lower() == "best" else exp.Greatest
    ranks = [rank_of(value.first, codes) for value in arguments]
    return text(
        code_at(pick(this=ranks[0], expressions=ranks[1:], ignore_nulls=True), codes),
        frozenset(codes.best_first),
    )


def _line_of(node: exp.Anonymous, scope: Scope) -> Value:
    name = node.expressions[0].name if node.expressions else ""
    if len(node.expressions) != 1 or name not in scope.lines:
        near = did_you_mean(name, scope.lines)
        message = f'line_of takes a column of this table that lines decide, not "{name}"{near}'
        raise FormulaError(message, offset_of(node))
    number, words = scope.lines[name]
    ifs: list[exp.Expr] = []
    for place, line in enumerate(words, start=1):
        for sign, told in ((1, line), (-1, f"undecided: {line}")):
            number_of_line = exp.Literal.number(sign * place)
            ifs.append(exp.If(this=number_of_line, true=exp.Literal.string(told)))
    return text(exp.Case(this=number.first.copy(), ifs=ifs))


def _planned_between(node: exp.Anonymous, arguments: Sequence[Value], scope: Scope) -> Value:
    name = node.expressions[0].name if node.expressions else ""
    if name not in scope.schedules:
        near = did_you_mean(name, scope.schedules)
        raise FormulaError(f'there is no schedule "{name}"{near}', offset_of(node))
    _check("planned_between", "date date", arguments)
    plan = scope.schedules[name]
    start = scope.value(exp.column(plan.start))
    low = settled(_days_between(start, arguments[0])).first
    high = settled(_days_between(start, arguments[1])).first
    return integer(count_planned(plan, low, high))


FUNCTIONS: dict[str, tuple[str, Callable[..., Value]]] = {
    "days_between": ("date date", _days_between),
    "months_between": ("date date number?", _months_between),
    "calendar_months": ("date date integer", calendar_months),
    "study_day": ("date date", _study_day),
    "add_days": ("date integer", _add_days),
    "day_is_known": ("date", _day_is_known),
    "coalesce": ("any any ...", _pick("coalesce", exp.Coalesce)),
    "least": ("number number ...", _pick("least", exp.Least)),
    "greatest": ("number number ...", _pick("greatest", exp.Greatest)),
    "earliest": ("date date ...", _pick("earliest", exp.Least)),
    "latest": ("date date ...", _pick("latest", exp.Greatest)),
    "abs": ("number", _abs),
    "round_half_up": ("number integer", _round_half_up),
    "ratio": ("number number integer", _ratio),
    "number": ("text", number),
    "convert": ("number text text text", convert),
    "is_unit": ("text text", is_unit),
    "length": ("text", _length),
    "upper": ("text", _of_text(exp.Upper)),
    "lower": ("text", _of_text(exp.Lower)),
    "trim": ("text", _of_text(exp.Trim)),
    "starts_with": ("text text", _starts_with),
    "ends_with": ("text text", _ends_with),
    "contains": ("text text", _contains),
    "before": ("text text", _before),
    "occurrences": ("text text", _occurrences),
    "concat": ("any any ...", _concat),
}
"""Every function: the kinds it takes (`?` optional, `...` and more), and what it becomes."""
