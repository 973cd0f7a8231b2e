"""The rows of the tables behind an answer, drawn as grids.

A pack says under `explain` of a table which ones. What is drawn follows from the keys: a table with
one more key has a line for each value of it, and the last key of the answer runs along the top when
it is a number or a date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.rules.language.display import display
from oncorules.rules.loading.model import Table
from oncorules.validation.answer_explanation import Grid
from oncorules.validation.questions import shown

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.rules.session import Session

ORDERED = ("number", "integer", "date")  # keys that run along the top, such as the visit


def grids_of(
    session: Session, pack: LoadedPack, table: Table, at: Mapping[str, str | None]
) -> Iterator[Grid]:
    """Go through the grids behind one row.

    Args:
        session: the run.
        pack: the pack of the table.
        table: the table of the row.
        at: the key of the row.
    """
    for name, columns in table.explain.items():
        relation = session.workspace.relation(name, pack.id)
        last = table.one_row_per[-1]
        more = [key for key in relation.key if key not in table.one_row_per]
        across = last if last in relation.key and relation.columns[last].kind in ORDERED else None
        fixed = [key for key in table.one_row_per if key in relation.key and key != across]
        asked = [*([across] if across else []), *more]
        trees = [display(relation.columns[key]) for key in asked]
        trees += [shown(relation.columns[column]) for column in columns]
        query = exp.select(*(exp.alias_(t, f"#{n}", quoted=True) for n, t in enumerate(trees)))
        query = query.from_(relation.table)
        for key in fixed:
            same = display(relation.columns[key])
            text = at[key]
            other = exp.Null() if text is None else exp.Literal.string(text)
            query = query.where(exp.NullSafeEQ(this=same, expression=other))
        order = [relation.columns[key].first.copy() for key in asked]
        rows = session.engine.run(query.order_by(*order)).fetchall()
        if not rows:
            continue
        found = pack.tables[name].title if name in pack.tables else None
        title = f"{name}: {found or ', '.join(columns)}"
        if across is None:
            lines = [(_named(row[: len(more)]), list(row[len(more) :])) for row in rows]
            yield Grid(title, columns, lines)
            continue
        top = list(dict.fromkeys(row[0] for row in rows))
        cells: dict[str, dict[str, str]] = {}
        for row in rows:
            values = row[1 + len(more) :]
            if more:
                told = " ".join(value for value in values if value is not None)
                cells.setdefault(_named(row[1 : 1 + len(more)]), {})[row[0]] = told
            else:
                for column, value in zip(columns, values, strict=True):
                    cells.setdefault(column, {})[row[0]] = value or ""
        labels = [f"{last} {value}" for value in top]
        yield Grid(title, labels, [(n, [of.get(one) for one in top]) for n, of in cells.items()])


def _named(values: tuple[str | None, ...]) -> str:
    return ", ".join(value or "" for value in values)
