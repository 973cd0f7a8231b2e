"""The structure contract inside the engine: one scan that counts, one more where something fails.

The first query reads each checked column once and yields a handful of counts. Only when a check
fails are its rows looked for, in a second scan that evaluates the failing checks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import FILE, ROW, UNREAD, Relation, column
from oncorules.rules.language.display import display
from oncorules.validation.structure_contract import Check, Contract, Tally

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine

RULE, VALUE, KEY = "#rule", "#value", "#key."
_WIDE = "structure rows:"


def run_sql(engine: Engine, contract: Contract, relation: Relation, first: int, into: str) -> Tally:
    """Return the counts of a table's checks, and store the rows that fail one.

    Args:
        engine: holds the table.
        contract: the checks.
        relation: the table's columns as values.
        first: the number of the contract's first check among all statuses.
        into: the engine's table for the failing cells; not made when there are none.
    """
    tally = Tally()
    for number, check in enumerate(contract.checks):
        if check.part == "column":
            tally.failing[number] = int(not check.present)
    _count(engine, contract, relation, tally)
    failing = [(number, check) for number, check in contract.live() if tally.failing[number]]
    if failing:
        _keep(engine, relation, failing, first, into)
    return tally


def _count(engine: Engine, contract: Contract, relation: Relation, tally: Tally) -> None:
    """Count the rows that read, that are filled, and that break codes or lengths."""
    columns = contract.columns()
    wanted: dict[tuple[str, object], exp.Expr] = {}
    for name, checks in columns.items():
        wanted[name, "read"] = exp.Count(this=column(name))
        if checks[0][1].type != "text":
            wanted[name, "unread"] = exp.Count(this=column(name + UNREAD))
        for number, check in checks:
            if check.part in ("codes", "length"):
                wanted[name, number] = exp.CountIf(this=exp.Paren(this=fails(check, relation)))
    if not wanted:
        return
    counted = engine.run(exp.select(*wanted.values()).from_(relation.table)).fetchone()
    # A count over no value at all is null.
    found = {place: rows or 0 for place, rows in zip(wanted, counted or (), strict=True)}
    rows = contract.table.rows
    for name, checks in columns.items():
        read = tally.read[name] = found[name, "read"]
        unread = found.get((name, "unread"), 0)
        for number, check in checks:
            if check.part in ("codes", "length"):
                tally.failing[number] = found[name, number]
            else:
                missing = rows - read - unread
                tally.failing[number] = missing if check.part == "required" else unread


def fails(check: Check, relation: Relation) -> exp.Expr:
    """Return a tree that is true for the rows that break a check."""
    value = column(check.column)
    missing = exp.Is(this=value.copy(), expression=exp.Null())
    if check.part == "required" and check.type == "text":
        return missing
    if check.part in ("required", "type"):
        readable = exp.Is(this=column(check.column + UNREAD), expression=exp.Null())
        return exp.and_(missing, readable) if check.part == "required" else readable.not_()
    if check.part == "length":
        long = exp.Anonymous(this="length", expressions=[value])
        return exp.GT(this=long, expression=exp.Literal.number(check.length))
    text = value if check.type == "text" else display(relation.columns[check.column])
    codes = [exp.Literal.string(code) for code in check.codes]
    outside = exp.Not(this=exp.In(this=text, expressions=codes))
    return outside if check.type == "text" else exp.and_(missing.not_(), outside)


def _keep(
    engine: Engine,
    relation: Relation,
    failing: Sequence[tuple[int, Check]],
    first: int,
    into: str,
) -> None:
    """Store one row per failing cell, in the order of checks, files and rows."""
    shown = {check.column: f"#v{place}" for place, (_, check) in enumerate(failing)}
    flags = {number: fails(check, relation) for number, check in failing}
    keys = [exp.alias_(display(relation.columns[k]), KEY + k, quoted=True) for k in relation.key]
    wide = exp.select(
        column(FILE),
        column(ROW),
        *keys,
        *(exp.alias_(display(relation.columns[c]), v, quoted=True) for c, v in shown.items()),
        *(exp.alias_(tree.copy(), f"#f{number}", quoted=True) for number, tree in flags.items()),
    ).from_(relation.table)
    name = f"{_WIDE}{relation.name}"
    engine.drop(name)
    engine.store(name, wide.where(exp.or_(*flags.values())))
    parts = [
        exp.select(
            column(FILE),
            column(ROW),
            *(column(KEY + key) for key in relation.key),
            exp.alias_(exp.cast(exp.Literal.number(first + number), "INTEGER"), RULE, quoted=True),
            exp.alias_(column(shown[check.column]), VALUE, quoted=True),
        )
        .from_(trees.table(name))
        .where(column(f"#f{number}"))
        for number, check in failing
    ]
    query: exp.Query = parts[0]
    for part in parts[1:]:
        query = exp.Union(this=query, expression=part, distinct=False)
    engine.store(into, query)
    engine.drop(name)
