"""The rows of a derived table in the order in which people get them.

Most tables are ordered by their key. One that is made row by row comes in the order of the export,
and is not sorted for it: an engine hands rows on as it reads them. That is a habit of the engine
and no promise, so the places of the rows are looked at on their way; if they ever step back, the
reading is given up and the rows are sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.rules.compiler.relation import PLACE, Relation
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value, in_months, settled

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine


class OutOfOrder(Exception):
    """The engine handed on a row before one that stands in front of it."""


class OrderedRows:
    """The rows of a stored or named table, to be read once or several times.

    Attributes:
        count: how many rows were read by the last reading that came to its end.
    """

    def __init__(
        self, engine: Engine, relation: Relation, columns: Sequence[str], *, sort: bool = False
    ) -> None:
        """Take the table and the columns to show; `sort` does not trust the engine's order."""
        self._engine, self._relation, self._columns = engine, relation, tuple(columns)
        self._place = None if sort else relation.place
        self._query = self._select(sort)
        self.count = 0

    def sorted(self) -> OrderedRows:
        """Return the same rows, sorted by their places."""
        return OrderedRows(self._engine, self._relation, self._columns, sort=True)

    def schema(self) -> pa.Schema:
        """Return names and types of the columns as Arrow will have them."""
        schema = self._engine.run(self._query).schema()
        return schema if self._place is None else schema.remove(len(schema) - 1)

    def batches(self, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield the rows, at most so many at once.

        Raises:
            OutOfOrder: a row came too late; `sorted` has them in order.
        """
        count, last = 0, -1
        for batch in self._engine.run(self._query).batches(rows):
            if self._place is not None and batch.num_rows:
                last = _checked(batch.column(batch.num_columns - 1), last)
                batch = batch.select(range(batch.num_columns - 1))
            count += batch.num_rows
            yield batch
        self.count = count

    def arrow(self) -> pa.Table:
        """Return all rows as an Arrow table."""
        import pyarrow as pa

        try:
            return pa.Table.from_batches(list(self.batches()), self.schema())
        except OutOfOrder:
            return self.sorted().arrow()

    def _select(self, sort: bool) -> exp.Select:
        columns = self._relation.columns
        shown = [exp.alias_(_written(columns[c]), c, quoted=True) for c in self._columns]
        query = exp.select(*shown).from_(self._relation.table)
        if self._place is not None:
            return query.select(exp.alias_(self._place.copy(), PLACE, quoted=True))
        place = self._relation.place if sort else None
        keys = [columns[key] for key in self._relation.key]
        ends = [place] if place is not None else [end for key in keys for end in _ends(key)]
        return query.order_by(
            *(exp.Ordered(this=end, desc=False, nulls_first=True) for end in ends)
        )


def _checked(places: pa.Array, last: int) -> int:
    """Return the last of some places, all of which must be beyond the one before."""
    import numpy as np

    numbers = places.to_numpy(zero_copy_only=False)
    if numbers[0] <= last or not bool(np.all(numbers[1:] > numbers[:-1])):
        raise OutOfOrder
    return int(numbers[-1])


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
