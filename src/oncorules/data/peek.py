"""A first look at values: what a column holds, before the engine has the rows."""

from __future__ import annotations

from collections.abc import Sequence

from .relation import explained, rows_relation
from .sources import Part


def column_of(part: Part, name: str) -> str | None:
    """Return the file's spelling of a column that is named in any case, or nothing."""
    wanted = name.casefold()
    return next((one.name for one in part.columns if one.name.casefold() == wanted), None)


def peek(part: Part, columns: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """Return the different values of some columns together, as text and in order.

    Args:
        part: a file of the export.
        columns: the columns as the file spells them.
        most: how many to return at most.

    Returns:
        One tuple per combination; rows in which the first column is empty are left out, and
        an empty value of another column is an empty text.

    Raises:
        DataError: the file cannot be read.
    """
    import duckdb

    texts = [duckdb.ColumnExpression(name).cast("VARCHAR") for name in columns]
    empty = duckdb.ConstantExpression("")
    filled = [duckdb.CoalesceOperator(text, empty) for text in texts]
    with duckdb.connect() as con, explained(part):
        rows = rows_relation(con, part).filter(filled[0] != empty)
        named = [text.alias(f"c{number}") for number, text in enumerate(filled)]
        order = ", ".join(f"c{number}" for number in range(len(columns)))
        found: list[tuple[str, ...]] = (
            rows.select(*named).distinct().order(order).limit(most).fetchall()
        )
    return found
