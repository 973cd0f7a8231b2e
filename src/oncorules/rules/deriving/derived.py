"""What a derivation yields: tables that stay in the engine until they are read or written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from sqlglot import exp

from oncorules.errors import CallError, OutputError, did_you_mean
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value, in_months, settled

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.data.export import Note
    from oncorules.data.write import WriteAs
    from oncorules.engine.result import Result
    from oncorules.rules.session import Session


@dataclass(frozen=True)
class DerivedTable:
    """One derived table.

    Attributes:
        name: its name; the file it is written to has the same, in lower case.
        title: what it holds.
        rows: the number of rows.
        columns: the names of its columns.
        published: whether `publish` names it; inner tables come with `everything` only.
        labels: what the columns hold, where their rules say so.
    """

    name: str
    title: str
    rows: int
    columns: tuple[str, ...]
    published: bool
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: exp.Select = field(default_factory=exp.Select, repr=False, compare=False)


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

        Raises:
            CallError: `there is no derived table "ADLC"; did you mean "ADLB"?`
        """
        return self._rows(self._find(name)).arrow()

    def write(self, folder: str | Path, kind: WriteAs = "parquet") -> list[Path]:
        """Write each table to a file named after it, in lower case, and return the paths.

        Args:
            folder: made when it is not there.
            kind: parquet, csv, xpt or dataset-json.

        Raises:
            OutputError: a file cannot be written; none is left half written.
        """
        from oncorules.data.write import SUFFIXES, write_table

        if kind not in SUFFIXES:
            raise CallError(f'"{kind}" is not parquet, csv, xpt or dataset-json')
        root = Path(folder)
        with _drafts(root) as drafts:
            names = []
            for table in self.tables:
                names.append(f"{table.name.lower()}{SUFFIXES[kind]}")
                write_table(
                    self._rows(table),
                    drafts / names[-1],
                    kind,
                    name=table.name.upper(),
                    label=table.title,
                    labels=table.labels,
                )
            for name in names:
                (drafts / name).replace(root / name)
        return [root / name for name in names]

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

    def _rows(self, table: DerivedTable) -> Result:
        return self.session.engine.run(table.query)


@contextmanager
def _drafts(root: Path) -> Iterator[Path]:
    """Yield a folder for files that are moved at the end: all of them appear or none does."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".writing-", dir=root) as drafts:
            yield Path(drafts)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(f"{root} is no folder; choose another one with --out") from None
    except OutputError as error:
        # A file that has no room names its draft, which is gone and nobody asked for.
        if isinstance(error.__cause__, OSError):
            raise _no_room(root, error.__cause__) from None
        raise
    except OSError as error:
        raise _no_room(root, error) from None


def _no_room(root: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the tables cannot be written to {root} ({error.strerror or error}); nothing was left "
        "half written: free some space or choose another folder with --out"
    )


def published_query(relation: Relation, columns: Sequence[str]) -> exp.Select:
    """Return the query of a table as people get it, ordered by its key.

    Args:
        relation: the stored table.
        columns: the columns to show.
    """
    shown = [exp.alias_(_written(relation.columns[c]), c, quoted=True) for c in columns]
    ends = [end for key in relation.key for end in _ends(relation.columns[key])]
    order = [exp.Ordered(this=end, desc=False, nulls_first=True) for end in ends]
    return exp.select(*shown).from_(relation.table).order_by(*order)


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
