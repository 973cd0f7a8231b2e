"""Look-ups: for each row, one row of another table or of this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.lookup_each import join_each
from oncorules.rules.compiler.lookup_rows import (
    FOUND,
    HERE,
    RANK,
    THERE,
    Found,
    agreed,
    ends_of,
    found_columns,
    from_table,
    match_columns,
    pairs_of,
)
from oncorules.rules.compiler.order import one_value, order_of
from oncorules.rules.compiler.relation import Relation, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.formula import names, parsed
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_condition
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Lookup

__all__ = ["Found", "join", "match_columns", "reads_this"]


def reads_this(lookup: Lookup) -> bool:
    """Tell whether the rows that qualify depend on the current row beyond the matched columns."""
    if lookup.accept is not None:
        return True
    return lookup.where is not None and any(
        alias == "this" for alias, _, _ in names(parsed(lookup.where))
    )


def join(
    steps: Steps,
    lookup: Lookup,
    alias: str,
    here: Relation,
    there: Relation,
    wanted: Sequence[str],
    scope: Scope,
) -> Found:
    """Add the steps of a look-up and return its columns.

    Args:
        steps: the query so far; gets one more step or two.
        lookup: the look-up as written.
        alias: the prefix of its physical columns, unique in the query.
        here: the current rows.
        there: the table that is searched; `here` itself for "this table".
        wanted: the columns that formulas and messages read.
        scope: parameters and code lists.
    """
    matched = match_columns(lookup, here, there)
    for name in (*wanted, *matched):
        if name not in there.columns:
            scope_there = Scope(columns=there.columns)
            scope_there.value(exp.column(name))  # raises with the nearest name
    columns = {name: there.columns[name] for name in dict.fromkeys((*wanted, *matched))}
    if reads_this(lookup):
        return join_each(steps, lookup, alias, here, there, columns, matched, scope)
    return _join_reduced(steps, lookup, alias, here, there, columns, matched, scope)


def _join_reduced(
    steps: Steps,
    lookup: Lookup,
    alias: str,
    here: Relation,
    there: Relation,
    columns: dict[str, Value],
    matched: dict[str, str],
    scope: Scope,
) -> Found:
    """Reduce the other table to one row per key first, then join: linear in both tables."""
    inner_scope = replace(scope, columns=there.columns, aliases={}, frames={}, group=None)
    pairs = pairs_of(lookup, matched, here.columns, there.columns)
    keys = [key for key, _ in pairs]
    source = exp.Select().from_(
        steps.last if lookup.from_ == THIS_TABLE else there.table, copy=False
    )
    if lookup.where is not None:
        condition = translate_condition(lookup.where, inner_scope).first
        source = source.where(condition.copy(), copy=False)
    only = lookup.take == "only"
    found = {
        f"{alias}.{name}{place}": tree
        for name, value in columns.items()
        for place, tree in (agreed(value, lambda tree: tree) if only else ends_of(value)).items()
    }
    if only:
        chosen = source.select(
            *(trees.named(key.copy(), f"#k{i}") for i, key in enumerate(keys)),
            *(trees.named(tree, name) for name, tree in found.items()),
            copy=False,
        ).group_by(*(key.copy() for key in keys), copy=False)
        right: exp.Query = chosen
    else:
        back = lookup.take == "last"
        order = order_of(lookup.orders, there, inner_scope, backwards=back, equal=matched)
        rank = exp.Window(
            this=exp.RowNumber(),
            partition_by=[key.copy() for key in keys],
            order=one_value(order),
        )
        inner = source.select(
            *(trees.named(key.copy(), f"#k{i}") for i, key in enumerate(keys)),
            *(trees.named(tree, name) for name, tree in found.items()),
            trees.named(rank, RANK),
            copy=False,
        )
        right = (
            exp.select(*(column(f"#k{i}") for i in range(len(keys))), *(column(n) for n in found))
            .from_(inner.subquery("ranked", copy=False), copy=False)
            .where(column(RANK).eq(exp.Literal.number(1)), copy=False)
        )
    on = [
        exp.EQ(this=from_table(mine, HERE), expression=column(f"#k{i}", THERE))
        for i, (_, mine) in enumerate(pairs)
    ]
    missing = exp.Is(this=column("#k0", THERE), expression=exp.Null())
    steps.add(
        exp.select(
            exp.Column(this=exp.Star(), table=exp.to_identifier(HERE, quoted=True)),
            *(column(name, THERE) for name in found),
            trees.named(exp.Not(this=missing), f"{alias}.{FOUND}"),
            copy=False,
        )
        .from_(exp.alias_(steps.last, HERE, table=True, quoted=True), copy=False)
        .join(
            right.subquery(exp.to_identifier(THERE, quoted=True), copy=False),
            on=exp.and_(*on, copy=False),
            join_type="left",
            copy=False,
        )
    )
    return found_columns(alias, columns)
