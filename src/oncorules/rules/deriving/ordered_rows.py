"""The rows of a derived table in the order in which people get them.

Most tables are ordered by their key. One that is made row by row comes in the order of the export:
by the place of each row, since engines mix the rows of a join (DuckDB by some 100,000 of them, with
`preserve_insertion_order` too). A stored table is read in parts, and a part is sorted only when it
turns out to be mixed: ten million rows of 25 columns took 6 GB to sort as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.rules.compiler.relation import PLACE, Relation
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value, in_months, settled

SORTED_TOGETHER = 500_000  # rows

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine


class OrderedRows:
    """The rows of a stored or named table, to be read once or several times.

    Attributes:
        count: how many rows were read by the last reading that came to its end.
    """

    def __init__(self, engine: Engine, relation: Relation, columns: Sequence[str]) -> None:
        """Take the table and the columns to show."""
        self._engine, self._relation = engine, relation
        self._rows = exp.select(*_shown(relation, columns)).from_(relation.table)
        self.count = 0

    def schema(self) -> pa.Schema:
        """Return names and types of the columns as Arrow will have them."""
        return self._engine.run(self._rows).schema()

    def batches(self, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield the rows, at most so many at once."""
        count = 0
        for batch in self._read(rows):
            count += batch.num_rows
            yield batch
        self.count = count

    def arrow(self) -> pa.Table:
        """Return all rows as an Arrow table."""
        return self._engine.run(self._in_order(self._rows)).arrow()

    def _in_order(self, rows: exp.Select) -> exp.Select:
        key = [self._relation.columns[name] for name in self._relation.key]
        ends = [end for value in key for end in (value.first, value.last) if end is not None]
        order = ends if self._relation.place is None else [self._relation.place]
        return rows.order_by(
            *(exp.Ordered(this=end, desc=False, nulls_first=True) for end in order)
        )

    def _read(self, rows: int) -> Iterator[pa.RecordBatch]:
        place = self._relation.place
        if place is None:
            for part in self._parts_of_key():
                yield from self._engine.run(self._in_order(part)).batches(rows)
            return
        if not self._engine.is_stored(self._relation.name):
            yield from self._engine.run(self._in_order(self._rows)).batches(rows)
            return
        for part in self._parts(place, rows):
            found = list(self._engine.run(part).batches(rows))
            if not _ascending([batch[PLACE] for batch in found]):
                found = list(self._engine.run(self._in_order(part)).batches(rows))
            for batch in found:
                yield batch.drop_columns(PLACE)

    def _parts_of_key(self) -> list[exp.Select]:
        """Return queries that yield the rows in parts, which are small enough to sort each."""
        first = self._relation.columns[self._relation.key[0]] if self._relation.key else None
        if first is None or first.kind != "text":
            return [self._rows]
        found = self._engine.run(_bounds(first.first, self._relation.table, SORTED_TOGETHER))
        starts = [None, *(text for (text,) in found.fetchall()[1:])]
        parts = []
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            part = self._rows
            if start is not None:
                text = exp.Literal.string(start)
                part = part.where(exp.GTE(this=first.first.copy(), expression=text))
            if end is not None:
                text = exp.Literal.string(end)
                below = exp.LT(this=first.first.copy(), expression=text)
                # A missing key comes first.
                missing = exp.Is(this=first.first.copy(), expression=exp.Null())
                part = part.where(below if start is not None else exp.or_(below, missing))
            parts.append(part)
        return parts

    def _parts(self, place: exp.Expr, rows: int) -> list[exp.Select]:
        """Return queries that yield the rows with their places, one part after the other.

        Args:
            place: where each row stands.
            rows: about how many rows a part has.
        """
        piece = exp.alias_(exp.IntDiv(this=place, expression=_number(rows)), "piece")
        counted = exp.select(piece, exp.Count(this=exp.Star())).from_(self._relation.table)
        starts = _starts(self._engine.run(counted.group_by("piece")).fetchall(), rows)
        parts = []
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            part = self._rows.select(exp.alias_(place, PLACE, quoted=True))
            if start is not None:
                part = part.where(exp.GTE(this=place.copy(), expression=_number(start * rows)))
            if end is not None:
                part = part.where(exp.LT(this=place.copy(), expression=_number(end * rows)))
            parts.append(part)
        return parts


def _ascending(places: Sequence[pa.Array]) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc  # numpy would do, but pyarrow imports pandas to get there

    if not places:
        return True
    whole = pa.concat_arrays(places)
    return bool(pc.all(pc.less(whole[:-1], whole[1:])).as_py())


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _starts(counts: Iterable[tuple[int, int]], most: int) -> list[int | None]:
    """Return the first piece of each part; the parts have about as many rows as wanted.

    Args:
        counts: pieces in any order, with how many rows each has.
        most: a part ends before it has more rows, unless a single piece has them.
    """
    starts: list[int | None] = [None]
    filled = 0
    for piece, count in sorted(counts):
        if filled and filled + count > most:
            starts.append(piece)
            filled = 0
        filled += count
    return starts


def _bounds(key: exp.Expr, table: exp.Table, most: int) -> exp.Select:
    """Return a query for the first key of each part that has about as many rows as wanted."""
    rows = exp.select(exp.alias_(key.copy(), "key"), exp.alias_(exp.Count(this=exp.Star()), "n"))
    rows = rows.from_(table).group_by(key.copy())
    window = exp.Window(
        this=exp.Sum(this=exp.column("n")),
        order=exp.Order(expressions=[exp.Ordered(this=exp.column("key"), nulls_first=True)]),
    )
    before = exp.Paren(this=exp.Sub(this=window, expression=exp.column("n")))
    piece = exp.IntDiv(this=exp.cast(before, "BIGINT"), expression=_number(most))
    pieces = exp.select("key", exp.alias_(piece, "piece")).from_(rows.subquery("counted"))
    first = exp.alias_(exp.Min(this=exp.column("key")), "first")
    return exp.select(first).from_(pieces.subquery("pieces")).group_by("piece").order_by("piece")


def _shown(relation: Relation, columns: Sequence[str]) -> list[exp.Expr]:
    return [exp.alias_(_written(relation.columns[name]), name, quoted=True) for name in columns]


def _written(value: Value) -> exp.Expr:
    """Return a value as it is written: dates as ISO 8601 text, months as numbers."""
    if value.kind in ("date", "missing"):
        return display(value)
    if value.kind in ("text", "boolean"):
        return value.first.copy()
    plain = settled(in_months(value)).first.copy()
    return plain if value.kind == "integer" and value.months is None else exp.cast(plain, "DOUBLE")
