"""Windows and unbroken runs: from their words to the frames that aggregates use."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.order import order_of
from oncorules.rules.compiler.relation import EXAMPLE, Relation
from oncorules.rules.compiler.sorts import packed
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Frame, Scope
from oncorules.rules.language.translate import translate, translate_condition
from oncorules.rules.language.values import Value, integer, settled
from oncorules.rules.loading.model import Run, Window


def frame_of(window: Window | Run, here: Relation, scope: Scope, inside: exp.Expr | None) -> Frame:
    """Return the frame of a window.

    Args:
        window: the window or run as written.
        here: the rows, with their columns and key.
        scope: the names that the window may read.
        inside: a condition; rows for which it differs do not see each other.
    """
    coded = [name for name in window.per if name in scope.codes]
    partition = packed(scope.codes, coded)
    partition += [
        tree for name in window.per if name not in coded for tree in _both_ends(name, scope)
    ]
    if EXAMPLE in scope.columns:
        partition.append(scope.columns[EXAMPLE].first.copy())
    if inside is not None:
        partition.append(inside)
    word = window.seen.word if isinstance(window, Window) else "so far"
    if word == "all":
        return Frame(tuple(partition), (), "all")
    dates = _order_dates(window, scope)
    late = window.missing_day == "last"
    places = {
        name: replace(value, first=value.last) if late and value.last is not None else value
        for name, value in dates.items()
    }
    moved = replace(here, columns={**here.columns, **places})
    doubt = None
    if dates and window.missing_day in (None, "not evaluable"):
        doubt = exp.or_(*(_doubtful(value) for value in dates.values()))
    if isinstance(window, Window) and window.seen.days is not None:
        return _day_frame(window, partition, moved, scope, doubt)
    inner = replace(scope, columns=moved.columns)
    order = order_of(window.orders, moved, inner, backwards=False, equal=window.per)
    return Frame(tuple(partition), tuple(order), word, doubt=doubt)


def _day_frame(
    window: Window,
    partition: list[exp.Expr],
    here: Relation,
    scope: Scope,
    doubt: exp.Expr | None,
) -> Frame:
    days = settled(translate(str(window.seen.days), scope))
    if days.kind != "integer" or days.literal is None or int(str(days.literal)) < 1:
        raise FormulaError("a window of days needs a whole number of days above 0")
    if len(window.orders) != 1 or here.columns[window.orders[0].name].kind != "date":
        raise FormulaError("a window of days is ordered by one date")
    date = here.columns[window.orders[0].name].first
    start = trees.cast(exp.Literal.string("1970-01-01"), "DATE")
    number = exp.DateDiff(this=date.copy(), expression=start, unit=exp.var("DAY"))
    order = exp.Ordered(this=trees.cast(number, "BIGINT"), desc=False, nulls_first=False)
    word = "next days" if window.seen.word == "next" else "last days"
    return Frame(tuple(partition), (order,), word, days=days.first, doubt=doubt)


def block_steps(
    steps: Steps, run: Run, here: Relation, scope: Scope, label: str, inside: exp.Expr | None
) -> Value:
    """Add the number of each unbroken block: a running count of the breaks."""
    frame = frame_of(run, here, scope, inside)
    of = translate_condition(run.of, scope)
    flag = steps.extend({f"{label}#of": of})[f"{label}#of"]
    before = exp.Window(
        this=exp.Lag(this=flag.first.copy()),
        partition_by=[tree.copy() for tree in frame.partition],
        order=exp.Order(expressions=[tree.copy() for tree in frame.order]),
    )
    differs = exp.NullSafeNEQ(this=flag.first.copy(), expression=before)
    broken = exp.Case(
        ifs=[exp.If(this=differs, true=exp.Literal.number(1))], default=exp.Literal.number(0)
    )
    name = f"{label}#break"
    stored = steps.extend({name: integer(trees.cast(broken, "BIGINT"))})[name]
    count = frame.over(exp.Sum(this=stored.first.copy()))
    return steps.extend({label: integer(trees.cast(count, "BIGINT"))})[label]


def _both_ends(name: str, scope: Scope) -> list[exp.Expr]:
    value = scope.value(exp.column(name))
    return [value.first.copy()] if value.last is None else list(value.ends)


def _order_dates(window: Window | Run, scope: Scope) -> dict[str, Value]:
    values = {order.name: scope.value(exp.column(order.name)) for order in window.orders}
    return {name: value for name, value in values.items() if value.kind == "date"}


def _doubtful(value: Value) -> exp.Expr:
    first, last = value.ends
    unknown = exp.Is(this=first.copy(), expression=exp.Null())
    return exp.Paren(this=exp.or_(unknown, exp.NEQ(this=first, expression=last)))
