"""Look-ups whose rows depend on the current row: of all candidates of a row one is kept.

The candidates are found apart from the rows, and what was found is joined to them by a number: a
sort of whole rows with each of their candidates took most of the time of a course of responses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.lookup_between import BETWEEN, count_between, rows_between
from oncorules.rules.compiler.lookup_rows import (
    FOUND,
    HERE,
    ID,
    RANK,
    THERE,
    Found,
    agreed,
    ends_of,
    found_columns,
    from_table,
    pairs_of,
)
from oncorules.rules.compiler.order import one_value, order_of
from oncorules.rules.compiler.relation import Relation, column, qualified
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_condition
from oncorules.rules.language.values import Value, integer
from oncorules.rules.loading.model import THIS_TABLE, Lookup


def join_each(
    steps: Steps,
    lookup: Lookup,
    alias: str,
    here: Relation,
    there: Relation,
    columns: dict[str, Value],
    matched: dict[str, str],
    scope: Scope,
) -> Found:
    """Join every qualifying row of the same key, rank them per current row, keep the first."""
    own = lookup.from_ == THIS_TABLE
    counted = count_between(steps, lookup, alias, there, matched, scope)
    number = exp.Window(this=exp.RowNumber())
    numbered = exp.Select(expressions=[exp.Star(), trees.named(number, ID)])
    steps.add(numbered.from_(steps.last, copy=False))
    this = {name: qualified(value, HERE) for name, value in here.columns.items()}
    other = {name: qualified(value, THERE) for name, value in there.columns.items()}
    between = {name: integer(rows_between(label)) for name, label in counted.items()}
    join_scope = replace(
        scope,
        columns=other,
        aliases={"this": this, BETWEEN: between},
        frames={},
        group=None,
    )
    on: list[exp.Expr] = [
        exp.EQ(this=from_table(key, THERE), expression=from_table(mine, HERE))
        for key, mine in pairs_of(lookup, matched, here.columns, there.columns)
    ]
    for formula in (lookup.where, lookup.accept):
        if formula is not None:
            on.append(exp.Paren(this=translate_condition(formula, join_scope).first))
    table = steps.last if own else there.table
    candidates = exp.Select().from_(_as(steps.last, HERE), copy=False)
    candidates = candidates.join(_as(table, THERE), on=exp.and_(*on, copy=False), copy=False)
    if lookup.take == "only":
        found = _agreeing(candidates, alias, {name: other[name] for name in columns})
    else:
        order = order_of(
            lookup.orders,
            replace(there, columns=other),
            join_scope,
            backwards=lookup.take == "last",
            table=THERE,
            equal=matched,
        )
        found = _first(candidates, alias, {name: other[name] for name in columns}, order)
    missing = exp.Is(this=column(ID, THERE), expression=exp.Null())
    labels = [label for label in found.named_selects if label not in (ID, RANK)]
    whole = exp.Star(except_=[exp.to_identifier(ID, quoted=True)])
    steps.add(
        exp.Select(
            expressions=[
                exp.Column(this=whole, table=exp.to_identifier(HERE, quoted=True)),
                *(column(label, THERE) for label in labels),
                trees.named(exp.Not(this=missing), f"{alias}.{FOUND}"),
            ]
        )
        .from_(_as(steps.last, HERE), copy=False)
        .join(
            found.subquery(exp.to_identifier(THERE, quoted=True), copy=False),
            on=exp.EQ(this=column(ID, HERE), expression=column(ID, THERE)),
            join_type="left",
            copy=False,
        )
    )
    return found_columns(alias, columns)


def _first(
    candidates: exp.Select, alias: str, columns: Mapping[str, Value], order: list[exp.Ordered]
) -> exp.Select:
    """Return the first candidate of each row; only what is read of it goes through the sort."""
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(ID, HERE)],
        order=one_value(order),
    )
    ends = {
        f"{alias}.{name}{place}": tree
        for name, value in columns.items()
        for place, tree in ends_of(value).items()
    }
    ranked = candidates.select(
        trees.named(column(ID, HERE), ID),
        *(trees.named(tree, label) for label, tree in ends.items()),
        trees.named(rank, RANK),
        copy=False,
    )
    return (
        exp.select(column(ID), *(column(label) for label in ends), copy=False)
        .from_(ranked.subquery("ranked", copy=False), copy=False)
        .where(column(RANK).eq(exp.Literal.number(1)), copy=False)
    )


def _agreeing(candidates: exp.Select, alias: str, columns: Mapping[str, Value]) -> exp.Select:
    """Return for each row what all its candidates agree on."""
    ends = {
        f"{alias}.{name}{place}": tree
        for name, value in columns.items()
        for place, tree in agreed(value, lambda tree: tree).items()
    }
    return candidates.select(
        trees.named(column(ID, HERE), ID),
        *(trees.named(tree, label) for label, tree in ends.items()),
        copy=False,
    ).group_by(column(ID, HERE), copy=False)


def _as(table: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(table, name, table=True, quoted=True)
