"""A total order of rows: the columns asked for, then what tells the rows apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlglot import exp

from oncorules.rules.compiler.relation import FILE, ROW, Relation, column
from oncorules.rules.language.ranks import rank_of
from oncorules.rules.language.scope import Scope
from oncorules.rules.loading.model import Order


def order_of(
    orders: Sequence[Order],
    there: Relation,
    scope: Scope,
    *,
    backwards: bool,
    table: str | None = None,
    equal: Collection[str] = (),
) -> list[exp.Expr]:
    """Return a total order: the columns asked for, then the key and the place in the file.

    Args:
        orders: what was asked for.
        there: the rows.
        scope: the names that an order may read.
        backwards: turn the order around.
        table: the table of a join that has the rows.
        equal: columns on which the rows that are compared agree; to sort by them is dear.
    """
    trees: list[exp.Expr] = []
    for order in orders:
        value = scope.value(exp.column(order.name))
        tree, down = value.first.copy(), order.way == "desc"
        if order.way in ("best", "worst"):
            tree = rank_of(tree, scope.codes_of(value, exp.column(order.name)))
            down = order.way == "worst"
        trees.append(_ordered(tree, down != backwards))
    named = {order.name for order in orders}
    for name in there.key:
        if name in there.columns and name not in named and name not in equal:
            trees.append(_ordered(there.columns[name].first.copy(), backwards))
    if there.has_rows:
        places = (FILE, ROW) if there.files > 1 else (ROW,)
        trees += [_ordered(column(place, table), backwards) for place in places]
    return trees


def _ordered(tree: exp.Expr, down: bool) -> exp.Expr:
    return exp.Ordered(this=tree, desc=down, nulls_first=False)
