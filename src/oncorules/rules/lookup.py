"""Look-ups: for each row, one row of another table or of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.formula import FormulaError, names, parse
from oncorules.rules.functions import rank_of
from oncorules.rules.model import Lookup, Order
from oncorules.rules.relation import EXAMPLE, FILE, ROW, Relation, column, qualified
from oncorules.rules.scope import Scope
from oncorules.rules.steps import Steps
from oncorules.rules.translate import translate_condition
from oncorules.rules.values import Value

HERE, THERE, ID, RANK, FOUND = "here", "there", "#id", "#rank", "#found"
BETWEEN = "in_between"


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
    if lookup.from_ != "this table":
        shared = [name for name in shared if name in here.key] or shared
    if not shared:
        raise FormulaError(
            f"no key column is shared with {lookup.from_}: say which columns match, such as "
            "`on: {TULNKID: TRLNKID}`"
        )
    return {**{name: name for name in shared}, **apart}


def reads_this(lookup: Lookup) -> bool:
    """Tell whether the rows that qualify depend on the current row beyond the matched columns."""
    if lookup.accept is not None:
        return True
    return lookup.where is not None and any(
        alias == "this" for alias, _, _ in names(parse(lookup.where))
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
        return _join_each(steps, lookup, alias, here, there, columns, matched, scope)
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
    keys = [there.columns[name].first for name in matched]
    source = exp.select().from_(steps.last if lookup.from_ == "this table" else there.table)
    if lookup.where is not None:
        source = source.where(translate_condition(lookup.where, inner_scope).first)
    found: dict[str, exp.Expr] = {}
    for name, value in columns.items():
        for place, tree in _ends(value).items():
            found[f"{alias}.{name}{place}"] = tree
    if lookup.take == "only":
        chosen = source.select(
            *(exp.alias_(key.copy(), f"#k{i}", quoted=True) for i, key in enumerate(keys)),
            *(exp.alias_(_agreed(tree), name, quoted=True) for name, tree in found.items()),
        ).group_by(*(key.copy() for key in keys))
        right: exp.Query = chosen
    else:
        order = order_of(lookup.orders, there, inner_scope, backwards=lookup.take == "last")
        rank = exp.Window(
            this=exp.RowNumber(),
            partition_by=[key.copy() for key in keys],
            order=exp.Order(expressions=order),
        )
        inner = source.select(
            *(exp.alias_(key.copy(), f"#k{i}", quoted=True) for i, key in enumerate(keys)),
            *(exp.alias_(tree.copy(), name, quoted=True) for name, tree in found.items()),
            exp.alias_(rank, RANK, quoted=True),
        )
        right = (
            exp.select(*(column(f"#k{i}") for i in range(len(keys))), *(column(n) for n in found))
            .from_(inner.subquery("ranked"))
            .where(column(RANK).eq(exp.Literal.number(1)))
        )
    on = [
        exp.EQ(this=qualified(here.columns[name], HERE).first, expression=column(f"#k{i}", THERE))
        for i, name in enumerate(matched.values())
    ]
    missing = exp.Is(this=column("#k0", THERE), expression=exp.Null())
    steps.add(
        exp.select(
            exp.Column(this=exp.Star(), table=exp.to_identifier(HERE, quoted=True)),
            *(column(name, THERE) for name in found),
            exp.alias_(exp.Not(this=missing), f"{alias}.{FOUND}", quoted=True),
        )
        .from_(exp.alias_(steps.last, HERE, table=True, quoted=True))
        .join(
            right.subquery(exp.to_identifier(THERE, quoted=True)),
            on=exp.and_(*on),
            join_type="left",
        )
    )
    return _found(alias, columns)


def _join_each(
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
    own = lookup.from_ == "this table"
    counted = _count_between(steps, lookup, there, matched, scope) if lookup.in_between else {}
    number = exp.Window(this=exp.RowNumber())
    steps.add(exp.select(exp.Star(), exp.alias_(number, ID, quoted=True)).from_(steps.last))
    this = {name: qualified(value, HERE) for name, value in here.columns.items()}
    other = {name: qualified(value, THERE) for name, value in there.columns.items()}
    between = {
        name: replace(
            value,
            first=exp.Paren(
                this=exp.Sub(
                    this=exp.Sub(
                        this=qualified(value, THERE).first,
                        expression=exp.cast(column(f"{value.first.name}#own", THERE), "BIGINT"),
                    ),
                    expression=qualified(value, HERE).first,
                )
            ),
        )
        for name, value in counted.items()
    }
    join_scope = replace(
        scope,
        columns=other,
        aliases={"this": this, BETWEEN: between},
        frames={},
        group=None,
    )
    on: list[exp.Expr] = [
        exp.EQ(this=other[name].first.copy(), expression=this[mine].first.copy())
        for name, mine in matched.items()
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
    trees = {
        f"{alias}.{name}{place}": tree
        for name in columns
        for place, tree in _ends(other[name]).items()
    }
    if lookup.take == "only":
        several = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[column(ID, HERE)])
        alone = exp.EQ(this=several, expression=exp.Literal.number(1))
        trees = {
            name: exp.Case(ifs=[exp.If(this=alone.copy(), true=tree)])
            for name, tree in trees.items()
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
    return _found(alias, columns)


def _count_between(
    steps: Steps, lookup: Lookup, there: Relation, matched: dict[str, str], scope: Scope
) -> dict[str, Value]:
    """Add running counts, so that a difference of two tells how many rows lie between."""
    if lookup.from_ != "this table":
        raise FormulaError("in_between counts rows of `this table` only")
    inner = replace(scope, columns=there.columns, aliases={}, frames={}, group=None)
    order = order_of(lookup.orders, there, inner, backwards=False)
    partition = [there.columns[name].first for name in matched]
    counted: dict[str, Value] = {}
    fresh: list[exp.Expr] = []
    for name, formula in lookup.in_between.items():
        own = exp.Coalesce(
            this=exp.Paren(this=translate_condition(formula, inner).first),
            expressions=[exp.false()],
        )
        flag = exp.cast(own, "BIGINT")
        total = exp.Window(
            this=exp.Sum(this=flag),
            partition_by=[tree.copy() for tree in partition],
            order=exp.Order(expressions=[tree.copy() for tree in order]),
            spec=exp.WindowSpec(
                kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"
            ),
        )
        label = f"#{BETWEEN}.{name}"
        fresh.append(exp.alias_(exp.cast(total, "BIGINT"), label, quoted=True))
        fresh.append(exp.alias_(flag.copy(), f"{label}#own", quoted=True))
        counted[name] = Value("integer", column(label))
    steps.add(exp.select(exp.Star(), *fresh).from_(steps.last))
    return counted


def order_of(
    orders: Sequence[Order],
    there: Relation,
    scope: Scope,
    *,
    backwards: bool,
    table: str | None = None,
) -> list[exp.Expr]:
    """Return a total order: the columns asked for, then the key and the place in the file."""
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
        if name in there.columns and name not in named:
            trees.append(_ordered(there.columns[name].first.copy(), backwards))
    if there.has_rows:
        trees += [_ordered(column(place, table), backwards) for place in (FILE, ROW)]
    return trees


def _ordered(tree: exp.Expr, down: bool) -> exp.Expr:
    return exp.Ordered(this=tree, desc=down, nulls_first=False)


def _ends(value: Value) -> dict[str, exp.Expr]:
    ends = {"": value.first, "#last": value.last, "#text": value.show}
    return {place: tree.copy() for place, tree in ends.items() if tree is not None}


def _agreed(tree: exp.Expr) -> exp.Expr:
    """Return the value on which all rows agree; rows that differ leave it unknown."""
    low, high = exp.Min(this=tree.copy()), exp.Max(this=tree.copy())
    filled, rows = exp.Count(this=tree.copy()), exp.Count(this=exp.Star())
    same = exp.and_(low.eq(high), filled.eq(rows))
    return exp.Case(ifs=[exp.If(this=same, true=low.copy())])


def _found(alias: str, columns: Mapping[str, Value]) -> Found:
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
