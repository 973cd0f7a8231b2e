"""The rows of a derived table in the order in which people get them.

Most tables are ordered by their key. One that is made row by row comes in the order of the export:
by the place of each row, since engines mix the rows of a join (DuckDB by some 100,000 of them, with
`preserve_insertion_order` too).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.rules.compiler.relation import Relation
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value, in_months, settled

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine
    from oncorules.engine.result import Result


class OrderedRows:
    """The rows of a stored or named table, to be read once or several times.

    Attributes:
        count: how many rows were read by the last reading that came to its end.
    """

    def __init__(self, engine: Engine, relation: Relation, columns: Sequence[str]) -> None:
        """Take the table and the columns to show."""
        self._engine, self._query = engine, _select(relation, columns)
        self.count = 0

    def schema(self) -> pa.Schema:
        """Return names and types of the columns as Arrow will have them."""
        return self._rows().schema()

    def batches(self, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield the rows, at most so many at once."""
        count = 0
        for batch in self._rows().batches(rows):
            count += batch.num_rows
            yield batch
        self.count = count

    def arrow(self) -> pa.Table:
        """Return all rows as an Arrow table."""
        return self._rows().arrow()

    def _rows(self) -> Result:
        return self._engine.run(self._query)


def _select(relation: Relation, columns: Sequence[str]) -> exp.Select:
    shown = [exp.alias_(_written(relation.columns[name]), name, quoted=True) for name in columns]
    ends = [end for key in relation.key for end in _ends(relation.columns[key])]
    order = ends if relation.place is None else [relation.place]
    return (
        exp.select(*shown)
        .from_(relation.table)
        .order_by(*(exp.Ordered(this=end, desc=False, nulls_first=True) for end in order))
    )


def _written(value: Value) -> exp.Expr:
    """Return a value as it is written: dates as ISO 8601 text, months as numbers."""
    if value.kind in ("date", "missing"):
        return display(value)
    if value.kind in ("text", "boolean"):
        return value.first.copy()
    plain = settled(in_months(value)).first.copy()
    return plain if value.kind == "integer" and value.months is None else exp.cast(plain, "DOUBLE")


def _ends(value: Value) -> list[exp.Expr]:
    return [end.copy() for end in (value.first, value.last) if end is not None]
