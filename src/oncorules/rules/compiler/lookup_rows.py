"""What every look-up shares: the columns that match, and the row that was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.compiler.relation import EXAMPLE, Relation, column, qualified
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Lookup

HERE, THERE, ID, RANK, FOUND = "here", "there", "#id", "#rank", "#found"


@dataclass(frozen=True)
class Found:
    """A look-up that was joined: its columns, and a tree that is true when a row was found."""

    columns: Mapping[str, Value]
    found: exp.Expr


def match_columns(lookup: Lookup, here: Relation, there: Relation) -> dict[str, str]:
    """Return {column there: column here} that a look-up joins on.

    Without `on`, these are the key columns that both tables share, less those named in `order`.
    """
    apart = {name: name for name in (EXAMPLE,) if name in here.columns and name in there.columns}
    if lookup.on is not None:
        return {**lookup.on, **apart}
    ordered = {order.name for order in lookup.orders}
    shared = [name for name in there.key if name in here.columns and name not in ordered]
    if lookup.from_ != THIS_TABLE:
        shared = [name for name in shared if name in here.key] or shared
    if not shared:
        raise FormulaError(
            f"no key column is shared with {lookup.from_}: say which columns match, such as "
            "`on: {TULNKID: TRLNKID}`"
        )
    return {**{name: name for name in shared}, **apart}


def pairs_of(
    lookup: Lookup,
    matched: Mapping[str, str],
    here: Mapping[str, Value],
    there: Mapping[str, Value],
) -> list[tuple[exp.Expr, exp.Expr]]:
    """Return the trees (there, here) that must be equal; partial dates match in both ends."""
    pairs: list[tuple[exp.Expr, exp.Expr]] = []
    for name, mine in matched.items():
        key, own = there[name], Scope(columns=here).value(exp.column(mine))
        if key.kind != own.kind and not (key.numeric and own.numeric):
            raise FormulaError(
                f"{name} of {lookup.from_} is a {key.kind} and {mine} here is a {own.kind}: "
                "they never match"
            )
        pairs.append((key.first, own.first))
        if key.last is not None and own.last is not None:
            pairs.append((key.last, own.last))
    return pairs


def from_table(tree: exp.Expr, table: str) -> exp.Expr:
    """Return a tree whose columns are read from one table of a join."""
    return qualified(Value("missing", tree), table).first


def ends_of(value: Value) -> dict[str, exp.Expr]:
    """Return the trees behind a value by the ending of their physical names."""
    ends = {"": value.first, "#last": value.last, "#text": value.show}
    return {place: tree.copy() for place, tree in ends.items() if tree is not None}


def agreed(value: Value, over: Callable[[exp.Expr], exp.Expr]) -> dict[str, exp.Expr]:
    """Return the value on which all rows agree; rows that differ leave it unknown."""

    def same(tree: exp.Expr) -> exp.Expr:
        low, high = over(exp.Min(this=tree.copy())), over(exp.Max(this=tree.copy()))
        filled, rows = over(exp.Count(this=tree.copy())), over(exp.Count(this=exp.Star()))
        one = exp.EQ(this=low, expression=high)
        return exp.and_(one, exp.EQ(this=filled, expression=rows), copy=False)

    ends = ends_of(value)
    known = exp.and_(*(same(tree) for place, tree in ends.items() if place != "#text"), copy=False)
    return {
        place: exp.Case(
            ifs=[
                exp.If(
                    this=same(tree) if place == "#text" else known.copy(),
                    true=over(exp.Min(this=tree.copy())),
                )
            ]
        )
        for place, tree in ends.items()
    }


def found_columns(alias: str, columns: Mapping[str, Value]) -> Found:
    """Return the columns of the row that was found, as they stand after the join."""
    stored = {
        name: replace(
            value,
            first=column(f"{alias}.{name}"),
            last=None if value.last is None else column(f"{alias}.{name}#last"),
            show=None if value.show is None else column(f"{alias}.{name}#text"),
            literal=None,
        )
        for name, value in columns.items()
    }
    return Found(stored, column(f"{alias}.{FOUND}"))
