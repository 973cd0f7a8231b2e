"""Small tables written into a query: constants that the rows of an export are joined to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlglot import exp

from oncorules.rules.compiler.relation import column

Constant = str | int | Decimal | None


def value_list(
    alias: str, columns: Mapping[str, str], rows: Sequence[Sequence[Constant]]
) -> exp.Subquery:
    """Return constants as a table of a query, every column of one declared type.

    Args:
        alias: the name of the table in its query.
        columns: the type of each column in the engine's words, such as DECIMAL(18, 6).
        rows: at least one row, a constant for each column.
    """
    bare = [f"c{number}" for number in range(len(columns))]
    listed = exp.Values(
        expressions=[exp.Tuple(expressions=[_literal(cell) for cell in row]) for row in rows],
        alias=exp.TableAlias(
            this=exp.to_identifier("listed", quoted=True),
            columns=[exp.to_identifier(name, quoted=True) for name in bare],
        ),
    )
    typed = [
        exp.alias_(exp.cast(column(name), kind), label, quoted=True)
        for name, (label, kind) in zip(bare, columns.items(), strict=True)
    ]
    query = exp.select(*typed).from_(listed, copy=False)
    return query.subquery(exp.to_identifier(alias, quoted=True), copy=False)


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
