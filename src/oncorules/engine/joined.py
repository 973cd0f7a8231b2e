"""Tables joined from several files: no row may come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import Note
from oncorules.engine import trees
from oncorules.engine.typed import TEXT
from oncorules.errors import DataError

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine
    from oncorules.engine.tables import LoadedTable


def check_keys(engine: Engine, table: LoadedTable) -> Note | None:
    """Return None if no two files of a table hold the same key, a note if that cannot be told.

    Rows with a part of the key missing are not compared. Keys that come twice within one file are
    a matter for rules.

    Raises:
        DataError: `lb1.csv and lb2.csv are both table LB and both hold USUBJID=01-701-1015,
            LBSEQ=3; files of one table are joined end to end and must not share rows: remove one
            of them`.
    """
    missing = [name for name in table.key if name not in table.columns]
    if missing or not table.key:
        why = f"{', '.join(missing)} is missing" if missing else "the table has no known key"
        return Note(
            ", ".join(table.files),
            f"joined to one table {table.name}; whether they share rows was not checked: {why}",
        )
    # Of a partial date the text, or 2014 would be the same as 2014-01-01.
    key = [
        trees.column(name + TEXT if table.columns[name].type == "date" else name)
        for name in table.key
    ]
    file = trees.column("#file")
    first, last = exp.Min(this=file.copy()), exp.Max(this=file.copy())
    filled = [exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())) for value in key]
    query = (
        exp.select(first, last, *key)
        .from_(trees.table(table.name))
        .where(*filled)
        .group_by(*(value.copy() for value in key))
        .having(exp.NEQ(this=first.copy(), expression=last.copy()))
        .order_by(*(value.copy() for value in key))
        .limit(1)
    )
    found = engine.run(query).fetchone()
    if found is None:
        return None
    values = ", ".join(f"{n}={_shown(v)}" for n, v in zip(table.key, found[2:], strict=True))
    one, other = table.files[found[0]], table.files[found[1]]
    raise DataError(
        f"{one} and {other} are both table {table.name} and both hold {values}; files of one table"
        " are joined end to end and must not share rows: remove one of them"
    )


def _shown(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(value, str) else text
