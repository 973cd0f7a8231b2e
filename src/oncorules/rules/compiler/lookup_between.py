"""How many rows of a kind lie between two rows: a difference of two running counts."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.lookup_rows import HERE, THERE
from oncorules.rules.compiler.order import order_of
from oncorules.rules.compiler.relation import Relation, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_condition
from oncorules.rules.loading.model import THIS_TABLE, Lookup

BETWEEN = "in_between"


def rows_between(label: str) -> exp.Expr:
    """Return how many counted rows lie between two rows, whichever of them comes first."""

    def less(upper: str, lower: str) -> exp.Expr:
        before = exp.Sub(this=column(label, upper), expression=column(f"{label}#own", upper))
        return exp.Sub(this=before, expression=column(label, lower))

    return exp.Greatest(
        this=less(THERE, HERE),
        expressions=[less(HERE, THERE), exp.Literal.number(0)],
        ignore_nulls=True,
    )


def count_between(
    steps: Steps,
    lookup: Lookup,
    alias: str,
    there: Relation,
    matched: dict[str, str],
    scope: Scope,
) -> dict[str, str]:
    """Add running counts, so that a difference of two tells how many rows lie between."""
    if not lookup.in_between:
        return {}
    if lookup.from_ != THIS_TABLE:
        raise FormulaError("in_between counts rows of `this table` only")
    inner = replace(scope, columns=there.columns, aliases={}, frames={}, group=None)
    order = order_of(lookup.orders, there, inner, backwards=False, equal=matched)
    partition = [there.columns[name].first for name in matched]
    counted: dict[str, str] = {}
    fresh: list[exp.Expr] = []
    for name, formula in lookup.in_between.items():
        own = exp.Coalesce(
            this=exp.Paren(this=translate_condition(formula, inner).first),
            expressions=[exp.false()],
        )
        flag = trees.cast(own, "BIGINT")
        total = exp.Window(
            this=exp.Sum(this=flag),
            partition_by=[tree.copy() for tree in partition],
            order=exp.Order(expressions=[tree.copy() for tree in order]),
            spec=exp.WindowSpec(
                kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"
            ),
        )
        label = f"#{BETWEEN}.{alias}.{name}"
        fresh.append(trees.named(trees.cast(total, "BIGINT"), label))
        fresh.append(trees.named(flag.copy(), f"{label}#own"))
        counted[name] = label
    steps.add(exp.Select(expressions=[exp.Star(), *fresh]).from_(steps.last, copy=False))
    return counted
