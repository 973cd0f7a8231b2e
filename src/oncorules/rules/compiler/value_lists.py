"""Small tables written into a query: constants that the rows of an export are joined to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import column

Constant = str | int | Decimal | None
NAME = "#list "


@dataclass(frozen=True)
class ValueList:
    """Constants as a table of a query.

    Attributes:
        columns: the type of each column in the engine's words, such as DECIMAL(18, 6).
        rows: a constant for each column; without rows there is one in which all are missing.
    """

    columns: Mapping[str, str]
    rows: Sequence[Sequence[Constant]]

    @cached_property
    def name(self) -> str:
        """A name that equal lists share, and no others."""
        text = repr((tuple(self.columns.items()), [tuple(row) for row in self.rows]))
        return NAME + sha256(text.encode()).hexdigest()[:16]

    def query(self) -> exp.Select:
        """Return the query that yields the rows."""
        bare = [f"c{number}" for number in range(len(self.columns))]
        rows = self.rows or [(None,) * len(bare)]
        listed = exp.Values(
            expressions=[exp.Tuple(expressions=[_literal(cell) for cell in row]) for row in rows],
            alias=exp.TableAlias(
                this=exp.to_identifier("listed", quoted=True),
                columns=[exp.to_identifier(name, quoted=True) for name in bare],
            ),
        )
        typed = [
            exp.alias_(trees.cast(column(name), kind), label, quoted=True)
            for name, (label, kind) in zip(bare, self.columns.items(), strict=True)
        ]
        return exp.select(*typed).from_(listed, copy=False)


def without_lists(query: exp.Select) -> tuple[exp.Select, dict[str, exp.Select]]:
    """Take the lists out of a query, in place; return it, and the queries of the lists by name.

    The query then reads tables of these names. Stored once, lists need not be read again by the
    engine with each query that is made of this one.
    """
    steps = query.args.get("with_")
    if steps is None:
        return query, {}
    lists = {one.alias: one.this for one in steps.expressions if one.alias.startswith(NAME)}
    steps.set("expressions", [one for one in steps.expressions if one.alias not in lists])
    if not steps.expressions:
        query.set("with_", None)
    return query, lists


def decimal_type(digits: tuple[int, int]) -> str:
    """Return the engine's word for a number with these digits, in all and after the point."""
    return f"DECIMAL({digits[0]}, {digits[1]})"


def digits_of(numbers: Sequence[Decimal]) -> tuple[int, int]:
    """Return how many digits hold every number exactly: before the point, and after it.

    >>> digits_of([Decimal("16.114"), Decimal(1000)])
    (4, 3)
    """
    whole, scale = 1, 0
    for number in numbers:
        _, figures, exponent = number.as_tuple()
        assert isinstance(exponent, int)
        whole = max(whole, len(figures) + exponent)
        scale = max(scale, -exponent)
    return whole, scale


def _literal(cell: Constant) -> exp.Expr:
    if cell is None:
        return exp.Null()
    if isinstance(cell, str):
        return exp.Literal.string(cell)
    number = exp.Literal.number(format(abs(cell), "f"))
    return exp.Neg(this=number) if cell < 0 else number
