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
) -> list[exp.Ordered]:
    """Return a total order: the columns asked for, then the key and the place in the file.

    Args:
        orders: what was asked for.
        there: the rows.
        scope: the names that an order may read.
        backwards: turn the order around.
        table: the table of a join that has the rows.
        equal: columns on which the rows that are compared agree; to sort by them is dear.
    """
    trees: list[exp.Ordered] = []
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


def one_value(order: Sequence[exp.Ordered]) -> exp.Order:
    """Return an order by one value that holds all others, to take the first row of each group.

    Engines find the first row by one value while they group; by several they sort all rows first,
    which took ten million rows four times as long. Only what goes the same way fits into one value.
    """
    ways = {one.args["desc"] for one in order}
    if len(order) == 1 or len(ways) > 1:
        return exp.Order(expressions=list(order))
    down = ways.pop()
    parts: list[exp.Expr] = []
    for one in order:  # engines differ in where nulls inside a value come; here they come last
        missing = exp.Is(this=one.this.copy(), expression=exp.Null())
        parts += [exp.Not(this=exp.Paren(this=missing)) if down else missing, one.this]
    return exp.Order(expressions=[_ordered(exp.Tuple(expressions=parts), down)])


def _ordered(tree: exp.Expr, down: bool) -> exp.Ordered:
    return exp.Ordered(this=tree, desc=down, nulls_first=False)
