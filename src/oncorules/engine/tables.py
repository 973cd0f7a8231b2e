"""What was loaded: the tables, their columns with types, their files, what is extra or missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from oncorules.errors import CallError, did_you_mean

if TYPE_CHECKING:
    from sqlglot import exp

    from oncorules.data.export import Note
    from oncorules.data.model import ColumnType, TableModel


@dataclass(frozen=True)
class LoadedColumn:
    """One column of a loaded table.

    Attributes:
        name: The name in the engine: the model's spelling, or upper case for an extra column.
        type: text, integer, number, date or boolean.
        label: The file's label, or the model's.
        extra: The column is not in the table model.
        own: The name in the file, where a study gives the column another one.
    """

    name: str
    type: ColumnType
    label: str = ""
    extra: bool = False
    own: str | None = None


@dataclass(frozen=True)
class LoadedTable:
    """One table of the export as the engine knows it.

    Attributes:
        name: The name of its view, in upper case.
        columns: The columns by name, in the order of the file.
        files: What the user calls each part; `#file` is the index into them.
        rows: The number of rows of all parts.
        model: What the table model says of it, None for a table that it does not know.
        typed: For each file, the query that types its raw rows.
    """

    name: str
    columns: Mapping[str, LoadedColumn]
    files: tuple[str, ...]
    rows: int
    model: TableModel | None
    typed: tuple[exp.Select, ...] = field(default=(), repr=False, compare=False)

    def rows_in(self, chosen: str) -> exp.Query:
        """Return the typed rows that a stored table lists by `#file` and `#row`.

        The raw rows are picked before they are typed: of a million rows, a thousand are typed.
        """
        from sqlglot import exp

        from oncorules.engine import trees

        picked = [
            _picked(query, trees.table(chosen), number) for number, query in enumerate(self.typed)
        ]
        whole: exp.Query = picked[0]
        for other in picked[1:]:
            whole = exp.Union(this=whole, expression=other, distinct=False)
        return whole

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the declared key, those missing from the file included."""
        return self.model.key if self.model else ()

    @property
    def extra(self) -> tuple[str, ...]:
        """The columns that the table model does not know."""
        return tuple(column.name for column in self.columns.values() if column.extra)

    @property
    def missing_required(self) -> tuple[str, ...]:
        """The columns that must be there and are not."""
        return self._missing("required")

    @property
    def missing_expected(self) -> tuple[str, ...]:
        """The columns that should be there and are not."""
        return self._missing("expected")

    def _missing(self, core: str) -> tuple[str, ...]:
        wanted = self.model.columns.items() if self.model else ()
        return tuple(
            name for name, column in wanted if column.core == core and name not in self.columns
        )

    def __str__(self) -> str:
        """Return the table on one line."""
        parts = [f"{self.name}: {_count(self.rows, 'row')}", _count(len(self.columns), "column")]
        if self.model is None:
            parts.append("not in the table model")
        elif self.extra:
            parts.append(f"extra {', '.join(self.extra)}")
        if self.missing_required:
            parts.append(f"missing {', '.join(self.missing_required)}")
        return f"{', '.join(parts)} ({', '.join(self.files)})"


def _picked(query: exp.Select, chosen: exp.Table, number: int) -> exp.Select:
    from sqlglot import exp

    raw = query.args["from_"].this
    row = next(column for column in query.expressions if column.alias == "#row").this
    own = row.copy().transform(
        lambda node: _named(node.name, "raw") if isinstance(node, exp.Column) else node
    )
    same = exp.and_(
        _named("#row", "chosen").eq(own),
        _named("#file", "chosen").eq(exp.Literal.number(number)),
    )
    hidden = [_named(node.name, "raw") for node in row.find_all(exp.Column)]
    star = exp.Column(this=exp.Star(), table=exp.to_identifier("raw", quoted=True))
    extra = [] if hidden and hidden[0].name == "#row" else hidden
    rows = (
        exp.select(*extra, star)
        .from_(exp.alias_(chosen, "chosen", table=True, quoted=True))
        .join(exp.alias_(raw.copy(), "raw", table=True, quoted=True), on=same)
    )
    found = query.copy()
    found.set("from_", exp.From(this=rows.subquery("picked")))
    return found


def _named(name: str, table: str) -> exp.Column:
    from sqlglot import exp

    return exp.column(exp.to_identifier(name, quoted=True), table=table, quoted=True)


class Tables(Mapping[str, LoadedTable]):
    """The loaded tables by upper-case name; prints as one line per table and note.

    Attributes:
        notes: Oddities found while loading, those of reading included.
    """

    def __init__(self, tables: Mapping[str, LoadedTable], notes: tuple[Note, ...] = ()) -> None:
        self._tables = dict(tables)
        self.notes = notes

    def __getitem__(self, name: str) -> LoadedTable:
        """Return a table.

        Raises:
            CallError: `the export has no table "LBB"; did you mean "LB"?`
        """
        if name not in self._tables:
            near = did_you_mean(name, self._tables) or f"; it has {', '.join(self._tables)}"
            raise CallError(f'the export has no table "{name}"{near}')
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def get(self, name: str, default: LoadedTable | None = None) -> LoadedTable | None:  # type: ignore[override]
        """Return a table, or the default where the export has none of that name."""
        return self._tables.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __str__(self) -> str:
        """Return one line per table and per note."""
        lines = [str(table) for table in self._tables.values()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return the tables for a notebook; every text of the export is escaped."""
        words = ("table", "rows", "columns", "extra", "missing", "files")
        rows = (
            (t.name, f"{t.rows:,}", len(t.columns), _listed(t.extra),
             _listed(t.missing_required), _listed(t.files))
            for t in self._tables.values()
        )  # fmt: skip
        head = "".join(f"<th>{word}</th>" for word in words)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        return f"<table><tr>{head}</tr>{body}</table>" + (f"<ul>{notes}</ul>" if notes else "")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
