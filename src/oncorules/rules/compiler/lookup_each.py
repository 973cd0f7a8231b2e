"""Look-ups whose rows depend on the current row: every candidate is joined, one is kept."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

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
from oncorules.rules.compiler.order import order_of
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
    steps.add(exp.select(exp.Star(), exp.alias_(number, ID, quoted=True)).from_(steps.last))
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
    order = order_of(
        lookup.orders,
        replace(there, columns=other),
        join_scope,
        backwards=lookup.take == "last",
        table=THERE,
    )
    partition = [column(ID, HERE)]
    rank = exp.Window(
        this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=order)
    )

    def over(aggregate: exp.Expr) -> exp.Expr:
        return exp.Window(this=aggregate, partition_by=[column(ID, HERE)])

    only = lookup.take == "only"
    trees = {
        f"{alias}.{name}{place}": tree
        for name in columns
        for place, tree in (agreed(other[name], over) if only else ends_of(other[name])).items()
    }
    probe = other[next(iter(matched))].first
    missing = exp.Is(this=probe.copy(), expression=exp.Null())
    source = steps.last
    table = source.copy() if own else there.table
    steps.add(
        exp.select(
            exp.Column(this=exp.Star(), table=exp.to_identifier(HERE, quoted=True)),
            *(exp.alias_(tree.copy(), name, quoted=True) for name, tree in trees.items()),
            exp.alias_(exp.Not(this=missing), f"{alias}.{FOUND}", quoted=True),
            exp.alias_(rank, RANK, quoted=True),
        )
        .from_(exp.alias_(source, HERE, table=True, quoted=True))
        .join(exp.alias_(table, THERE, table=True, quoted=True), on=exp.and_(*on), join_type="left")
    )
    dropped = [exp.to_identifier(name, quoted=True) for name in (RANK, ID)]
    steps.add(
        exp.select(exp.Star(except_=dropped))
        .from_(steps.last)
        .where(column(RANK).eq(exp.Literal.number(1)))
    )
    return found_columns(alias, columns)
