"""Aggregates over rows: of a window, or of the rows that one row of a table is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from oncorules.rules.language.formula import FormulaError, offset_of
from oncorules.rules.language.functions import AGGREGATES
from oncorules.rules.language.ranks import code_at, rank_of
from oncorules.rules.language.scope import Frame, Scope
from oncorules.rules.language.values import (
    MEASURE,
    Value,
    boolean,
    decimal,
    integer,
    refuse_shown,
    settled,
    text,
)

Translate = Callable[[exp.Expr, Scope], Value]
ONE_ROW = ("the one before", "the one after")


def is_aggregate(name: str, arguments: int) -> bool:
    """Tell whether a call runs over rows; best and worst of several values do not."""
    return name in AGGREGATES or (name in ("best", "worst") and arguments == 1)


def windowed(node: exp.Expr, scope: Scope, translate: Translate) -> Value:
    """Return an aggregate over a named window."""
    frame = scope.frame(node.alias, node)
    return _aggregate(node.this, scope, frame, translate)


def bare(node: exp.Expr, scope: Scope, translate: Translate) -> Value:
    """Return an aggregate of all rows that make one row of the table."""
    if scope.group is None:
        raise FormulaError(
            "an aggregate needs `over` a window here, such as count(*) over all_of_subject",
            offset_of(node),
        )
    return _aggregate(node, scope, scope.group, translate)


def one_row(node: exp.Column, scope: Scope) -> Value:
    """Return a column of the one row before or after."""
    frame = scope.frame(node.table, node)
    if frame.rows not in ONE_ROW:
        raise FormulaError(
            f'"{node.table}" holds several rows: use an aggregate, such as max({node.name}) over '
            f"{node.table}",
            offset_of(node),
        )
    value = scope.value(exp.column(node.name))
    step = exp.Lag if frame.rows == "the one before" else exp.Lead

    def moved(tree: exp.Expr) -> exp.Expr:
        window = exp.Window(
            this=step(this=tree.copy()),
            partition_by=[part.copy() for part in frame.partition],
            order=exp.Order(expressions=[part.copy() for part in frame.order]),
        )
        return frame.settle(window)

    return replace(
        value,
        first=moved(value.first),
        last=None if value.last is None else moved(value.last),
        show=None,
        literal=None,
    )


def _aggregate(node: exp.Expr, scope: Scope, frame: Frame, translate: Translate) -> Value:
    condition: exp.Expr | None = None
    if isinstance(node, exp.Filter):
        value = translate(node.expression.this, scope)
        if value.kind != "boolean":
            raise FormulaError("a condition was expected after `where`", offset_of(node.expression))
        condition, node = value.first, node.this
    if not isinstance(node, exp.Anonymous) or not is_aggregate(
        node.name.lower(), len(node.expressions)
    ):
        listed = ", ".join(AGGREGATES)
        raise FormulaError(
            f"only an aggregate ({listed}, best, worst) runs over rows", offset_of(node)
        )
    name = node.name.lower()
    if name in ("first", "last"):
        _refuse_unordered(name, node, frame, filtered=condition is not None)
    if len(node.expressions) != 1:
        raise FormulaError(f"{name} takes one argument", offset_of(node))

    def over(aggregate: exp.Expr) -> exp.Expr:
        if condition is not None:
            where = exp.Where(this=condition.copy())
            aggregate = exp.Filter(this=aggregate, expression=where)
        return frame.settle(frame.over(aggregate))

    if isinstance(node.expressions[0], exp.Star):
        if name != "count":
            raise FormulaError("only count takes *", offset_of(node))
        return integer(over(exp.Count(this=exp.Star())))
    return _of_value(name, translate(node.expressions[0], scope), node, scope, over)


def _refuse_unordered(name: str, node: exp.Expr, frame: Frame, *, filtered: bool) -> None:
    if not frame.order:
        raise FormulaError(
            f"{name} needs a window with an order; min and max do not", offset_of(node)
        )
    if filtered:
        raise FormulaError(
            f"{name} takes no filter: look the row up (`lookups`, `take: {name}`)", offset_of(node)
        )


def _of_value(
    name: str,
    value: Value,
    node: exp.Anonymous,
    scope: Scope,
    over: Callable[[exp.Expr], exp.Expr],
) -> Value:
    if name == "count":
        return integer(over(exp.Count(this=settled(value).first)))
    if name in ("bool_or", "bool_and"):
        return _of_truth(name, value, node, over)
    if name == "sum":
        return _sum(value, node, over)
    if name in ("best", "worst"):
        codes = scope.codes_of(value, node)
        pick = exp.Min if name == "best" else exp.Max
        rank = over(pick(this=rank_of(value.first, codes)))
        return text(code_at(rank, codes), frozenset(codes.best_first))
    if name in ("min", "max") and value.kind == "boolean":
        raise FormulaError(f"{name} needs numbers, dates or texts; use bool_or or bool_and")
    tree = {"min": exp.Min, "max": exp.Max, "first": exp.FirstValue, "last": exp.LastValue}[name]
    first, last = (over(tree(this=end)) for end in value.ends)
    return replace(
        value, first=first, last=None if value.last is None else last, show=None, literal=None
    )


def _sum(value: Value, node: exp.Anonymous, over: Callable[..., exp.Expr]) -> Value:
    if not value.numeric or value.months is not None:
        raise FormulaError("sum needs numbers", offset_of(node))
    refuse_shown(value)
    if value.digits[1] > MEASURE[1]:
        raise FormulaError(
            f"a sum keeps {MEASURE[1]} decimals, and these have {value.digits[1]}: name the "
            "product as a column and round it with round_half_up(x, 6)",
            offset_of(node),
        )
    one = settled(value)
    total = over(exp.Sum(this=one.first))
    if one.kind == "integer":
        return integer(exp.TryCast(this=total, to=exp.DataType.build("BIGINT")), unit=one.unit)
    return Value("number", decimal(total, MEASURE, safe=True), digits=MEASURE, unit=one.unit)


def _of_truth(name: str, value: Value, node: exp.Anonymous, over: Callable[..., exp.Expr]) -> Value:
    """Return "any" or "all" with three answers: one unknown row leaves the answer open."""
    if value.kind != "boolean":
        raise FormulaError(f"{name} needs conditions, and this is a {value.kind}", offset_of(node))
    any_row = name == "bool_or"
    tree = exp.LogicalOr if any_row else exp.LogicalAnd
    decided = exp.true() if any_row else exp.false()
    known = over(tree(this=value.first.copy()))
    unknown = over(
        exp.LogicalOr(this=exp.Is(this=exp.Paren(this=value.first), expression=exp.Null()))
    )
    lines = [
        exp.If(this=exp.EQ(this=known, expression=decided), true=decided.copy()),
        exp.If(this=unknown, true=exp.Null()),
    ]
    return boolean(exp.Case(ifs=lines, default=known.copy()))
