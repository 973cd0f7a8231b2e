"""A table with fewer rows than its source: one row for each group of rows.

Formulas of such a table are worked out on every row of a group, as aggregates over a window, and
one row of the group is kept. Where the window is the group itself, that is the same as an aggregate
of the group, which costs a tenth: the steps that only add such columns are folded into the last
select.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.steps import Steps


def one_row_each(
    selected: Sequence[exp.Expr], keys: Sequence[exp.Expr], steps: Steps
) -> exp.Select:
    """Return the select that keeps one row of each group of the last step.

    Args:
        selected: the columns of the table, each with its name; all rows of a group agree on them.
        keys: the columns that make the groups.
        steps: the query so far; loses the steps that are folded into the result.
    """
    values = {tree.alias_or_name: tree.unalias() for tree in selected}
    by = list(keys)
    while (added := steps.added) is not None:
        inner = {label: _replaced(tree, added) for label, tree in values.items()}
        inner_by = [_replaced(key, added) for key in by]
        if not all(_is_of_group(tree, inner_by) for tree in inner.values()):
            break
        values, by = inner, inner_by
        steps.undo()
    columns = [trees.named(_of_group(tree, by), label) for label, tree in values.items()]
    query = exp.Select(expressions=columns).from_(steps.last, copy=False)
    return query.group_by(*(key.copy() for key in by), copy=False)


def _replaced(tree: exp.Expr, added: Mapping[str, exp.Expr]) -> exp.Expr:
    def fix(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name in added:
            return exp.paren(added[node.name])  # a copy
        return node

    if isinstance(tree, exp.Column):
        return added.get(tree.name, tree)
    return tree.transform(fix)


def _is_of_group(tree: exp.Expr, keys: Sequence[exp.Expr]) -> bool:
    """Tell whether all windows of a tree are the group, and hold no other window."""
    if not all(isinstance(key, exp.Column) for key in keys):
        return False  # an engine takes a number to group by for the place of a column
    if tree.find(exp.Lambda, exp.Subquery):
        return False
    parts = set(keys)
    return all(
        not window.args.get("order")
        and isinstance(_aggregate(window), exp.AggFunc)
        and set(window.args.get("partition_by") or ()) == parts
        and window.find_ancestor(exp.Window) is None
        for window in tree.find_all(exp.Window)
    )


def _aggregate(window: exp.Window) -> exp.Expr:
    tree: exp.Expr = window.this
    return tree.this if isinstance(tree, exp.Filter) else tree


def _of_group(tree: exp.Expr, keys: Sequence[exp.Expr]) -> exp.Expr:
    """Return a tree with aggregates for its windows, and for a column what all rows share."""

    def fix(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Window):
            aggregate: exp.Expr = node.this
            return aggregate
        if isinstance(node, exp.Column) and node not in keys:
            return exp.AnyValue(this=node)
        return node

    return tree.transform(fix)
