"""A table as rules see it: its name in the engine, its columns as typed values, its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from oncorules.data.model import TableModel
from oncorules.engine import trees
from oncorules.rules.language.values import COUNT, MEASURE, Kind, Value

ROW, FILE, LAST, SHOWN, UNREAD = "#row", "#file", "#last", "#text", "#unread"
PLACE = "#place"  # where a row stands among the files of several tables
EXAMPLE = "#example"  # parts the examples of a rule, which are run together
SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DECIMAL(18, 6)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}


MOST_ROWS = 10**12
"""More rows than a file has, so that file and row are one number."""


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a reference to a physical column; quoted, so that any name is harmless."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table, quoted=True)


@dataclass(frozen=True)
class Relation:
    """What one table of the engine offers.

    Attributes:
        name: the engine's name of the table, or of the step that yields it.
        columns: typed values, each a reference to a physical column of the table.
        key: the columns that name a row to people.
        has_rows: whether file and row of each record are known (`#file`, `#row`).
        absent: columns of the model that the export does not have; they read as missing.
        empty: the export has no such table.
        files: how many files its rows come from.
        rows: how many rows it has, where that is known.
        left_out: columns that nobody reads and that were not stored.
        in_order: each row is made of one row of the export, and they come in its order.
        numbered: the place of each row stands in a column of its own.
    """

    name: str
    columns: Mapping[str, Value]
    key: tuple[str, ...]
    has_rows: bool = False
    absent: frozenset[str] = field(default_factory=frozenset)
    empty: bool = False
    files: int = 1
    rows: int = 0
    in_order: bool = False
    left_out: frozenset[str] = field(default_factory=frozenset)
    numbered: bool = False

    @property
    def place(self) -> exp.Expr | None:
        """A whole number that grows from row to row, for tables in the order of the export."""
        if not self.in_order:
            return None
        if self.numbered or not self.has_rows:
            return column(PLACE)
        file = trees.cast(column(FILE), "BIGINT")
        before = exp.Mul(this=file, expression=exp.Literal.number(MOST_ROWS))
        return exp.Paren(this=exp.Add(this=before, expression=column(ROW)))

    @property
    def row_columns(self) -> list[exp.Expr]:
        """The columns that say where a row comes from; a table made of its rows has them too."""
        if self.has_rows:
            return [column(FILE), column(ROW)]
        return [column(PLACE)] if self.in_order else []

    @property
    def table(self) -> exp.Table:
        """The engine's table."""
        return trees.table(self.name)


def source_relation(
    name: str, model: TableModel, present: Mapping[str, Kind] | None, files: int = 1, rows: int = 0
) -> Relation:
    """Return the relation of a table of the export.

    Args:
        name: the table, such as LB.
        model: its columns by the standard or the study.
        present: the columns that the export has, with their kinds; None when it has no such table.
        files: how many files the table was read from.
        rows: how many rows it has.

    Columns that only the model knows read as missing, so that a rule can be checked and run
    without them.
    """
    there = present or {}
    columns = {column_name: stored(column_name, kind) for column_name, kind in there.items()}
    for column_name, declared in model.columns.items():
        codes = frozenset(declared.codes) if isinstance(declared.codes, tuple) else None
        if column_name in columns:
            value = columns[column_name]
            columns[column_name] = replace(
                value, unit=declared.unit, codes=codes if value.kind == "text" else None
            )
        else:
            columns[column_name] = absent(declared.type, declared.unit)
    gone = frozenset(model.columns) - frozenset(there)
    return Relation(name, columns, model.key, True, gone, present is None, files, rows, True)


def without_texts(relation: Relation, readable: Collection[str]) -> Relation:
    """Return a relation without the texts of numbers that were all read.

    The text only says what could not be read, and an engine makes it anew for each number. Of a
    date it is more: what people wrote of a day with a time.
    """
    columns = {
        name: replace(value, show=None) if name in readable and value.kind != "date" else value
        for name, value in relation.columns.items()
    }
    return replace(relation, columns=columns)


def stored(name: str, kind: Kind) -> Value:
    """Return the value of a column of a loaded table."""
    shown = column(name + SHOWN) if kind in ("integer", "number", "date", "boolean") else None
    return Value(
        kind,
        column(name),
        column(name + LAST) if kind == "date" else None,
        digits=MEASURE if kind == "number" else COUNT,
        show=shown,
    )


def absent(kind: Kind, unit: str | None = None) -> Value:
    """Return the value of a column that the export does not have: always missing."""
    nothing = trees.cast(exp.Null(), SQL_TYPES[kind])
    return Value(
        kind,
        nothing,
        nothing.copy() if kind == "date" else None,
        digits=MEASURE if kind == "number" else COUNT,
        unit=unit,
    )


def physical(value: Value) -> tuple[str, ...]:
    """Return the names of the physical columns behind a value."""
    trees = [tree for tree in (value.first, value.last, value.show) if tree is not None]
    found = (node.name for tree in trees for node in tree.find_all(exp.Column))
    return tuple(dict.fromkeys(found))


def qualified(value: Value, table: str) -> Value:
    """Return a value whose columns are read from one table of a join."""

    def fix(tree: exp.Expr | None) -> exp.Expr | None:
        if tree is None:
            return None
        return tree.copy().transform(
            lambda node: (
                column(node.name, table)
                if isinstance(node, exp.Column) and not node.table
                else node
            )
        )

    first = fix(value.first)
    assert first is not None
    return replace(value, first=first, last=fix(value.last), show=fix(value.show))


def renamed(kept: Mapping[str, Value]) -> tuple[dict[str, Value], list[exp.Expr]]:
    """Return values as the columns of a new table, and the trees that select them.

    Args:
        kept: the values by the names that the columns get.
    """
    columns: dict[str, Value] = {}
    selected: list[exp.Expr] = []
    for label, value in kept.items():
        selected.append(trees.named(value.first.copy(), label))
        last = show = None
        if value.last is not None:
            selected.append(trees.named(value.last.copy(), label + LAST))
            last = column(label + LAST)
        if value.show is not None and isinstance(value.show, exp.Column):
            selected.append(trees.named(value.show.copy(), label + SHOWN))
            show = column(label + SHOWN)
        columns[label] = replace(value, first=column(label), last=last, show=show, literal=None)
    return columns, selected


def to_be_stored(
    query: exp.Select, relation: Relation, read: Collection[str] | None
) -> tuple[exp.Select, Relation]:
    """Return a table in the order of the export as it is stored.

    The place of each row becomes a column of its own, so that a range of places can be read alone.
    Columns that nobody reads are left out; the key stays.

    Args:
        query: yields the rows of the table.
        relation: the table that is made of them.
        read: the names that are read, perhaps with names that it does not have; None for all.
    """
    columns = {
        name: value
        for name, value in relation.columns.items()
        if read is None or name in read or name in relation.key
    }
    places = dict.fromkeys(place for value in columns.values() for place in physical(value))
    selected = [*(column(place) for place in places), *relation.row_columns]
    if relation.has_rows and relation.place is not None:
        selected.append(exp.alias_(relation.place, PLACE, quoted=True))
    kept = exp.select(*selected).from_(query.subquery("whole", copy=False))
    left_out = relation.left_out | (frozenset(relation.columns) - frozenset(columns))
    return kept, replace(relation, columns=columns, left_out=left_out, numbered=True)
