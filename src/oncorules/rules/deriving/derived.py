"""What a derivation yields: tables that stay in the engine until they are read or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlglot import exp

from oncorules.errors import CallError, did_you_mean
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.deriving.ordered_rows import OrderedRows
from oncorules.rules.deriving.table_files import TableFiles

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.data.export import Note
    from oncorules.data.write import WriteAs
    from oncorules.rules.session import Session


@dataclass(frozen=True)
class DerivedTable:
    """One derived table.

    Attributes:
        name: its name; the file it is written to has the same, in lower case.
        title: what it holds.
        columns: the names of its columns.
        published: whether `publish` names it; inner tables come with `everything` only.
        labels: what the columns hold, where their rules say so.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    published: bool
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    relation: Relation | None = field(default=None, repr=False, compare=False)
    session: Session | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rows(self) -> int:
        """The number of rows; counted when it is asked for, unless the table was written."""
        assert self.session is not None and self.relation is not None
        counted = exp.select(exp.Count(this=exp.Star())).from_(self.relation.table)
        row = self.session.engine.run(counted).fetchone()
        assert row is not None
        return int(row[0])

    def in_order(self) -> OrderedRows:
        """Return its rows in the order in which people get them; see `OrderedRows`."""
        assert self.session is not None and self.relation is not None
        return OrderedRows(self.session.engine, self.relation, self.columns)


@dataclass(frozen=True)
class DeriveResult:
    """The tables that packs derive; prints well, and shows itself as a table in a notebook.

    Attributes:
        tables: the published tables, then the inner ones that were asked for.
        notes: what was noticed on the way.
    """

    tables: tuple[DerivedTable, ...]
    notes: tuple[Note, ...]
    session: Session = field(repr=False)

    def table(self, name: str) -> pa.Table:
        """Return the rows of a table, ordered by its key; dates are ISO 8601 texts.

        A table that is made row by row keeps the order of the export.

        Raises:
            CallError: `there is no derived table "ADLC"; did you mean "ADLB"?`
        """
        return self._find(name).in_order().arrow()

    def write(self, folder: str | Path, kind: WriteAs = "parquet") -> list[Path]:
        """Write each table to a file named after it, in lower case, and return the paths.

        Args:
            folder: made when it is not there.
            kind: parquet, csv, xpt or dataset-json.

        Raises:
            OutputError: a file cannot be written; none is left half written.
        """
        files = TableFiles(folder, kind)
        try:
            for table in self.tables:
                files.add(table)
        except BaseException:
            files.stop()
            raise
        return files.finish()

    def close(self) -> None:
        """Free the engine and its temporary files."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __str__(self) -> str:
        """Return one line per table."""
        return "\n".join(
            f"{table.name}: {table.rows:,} rows, {len(table.columns)} columns; {table.title}"
            for table in self.tables
        )

    def _repr_html_(self) -> str:
        """Return the tables for a notebook; every text is escaped."""
        rows = "".join(
            f"<tr><td>{escape(table.name)}</td><td>{table.rows:,}</td>"
            f"<td>{escape(', '.join(table.columns))}</td><td>{escape(table.title)}</td></tr>"
            for table in self.tables
        )
        head = "<tr><th>table</th><th>rows</th><th>columns</th><th>title</th></tr>"
        return f"<table>{head}{rows}</table>"

    def _find(self, name: str) -> DerivedTable:
        for table in self.tables:
            if table.name == name:
                return table
        near = did_you_mean(name, (table.name for table in self.tables))
        raise CallError(f'there is no derived table "{name}"{near}')
