"""An export: what a data manager sends, as tables that consist of parts, read by one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..errors import CallError, DataError
from .sources import (
    ArrowRows,
    CsvFile,
    Kind,
    Note,
    ParquetFile,
    Part,
    RawColumn,
    Reading,
    Source,
)

__all__ = [
    "ArrowRows",
    "CsvFile",
    "Export",
    "Kind",
    "Note",
    "ParquetFile",
    "Part",
    "RawColumn",
    "RawTable",
    "Reading",
    "Source",
    "read_export",
]


@dataclass(frozen=True)
class RawTable:
    """One table of the export: its name in upper case and the files it is joined from."""

    name: str
    parts: tuple[Part, ...]

    @property
    def columns(self) -> tuple[RawColumn, ...]:
        """The columns as the first part has them; the other parts have the same names."""
        return self.parts[0].columns

    @property
    def rows(self) -> int | None:
        """Number of rows over all parts, None where only reading would tell."""
        counts = [part.rows for part in self.parts]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def __str__(self) -> str:
        """Return one line: name, size and files."""
        rows = "" if self.rows is None else f", {self.rows:,} row{'s' * (self.rows != 1)}"
        columns = f"{len(self.columns)} column{'s' * (len(self.columns) != 1)}"
        return f"{self.name}: {columns}{rows}, from {', '.join(p.file for p in self.parts)}"


@dataclass(frozen=True)
class Export:
    """The tables of an export by name, what was noted on reading, and where it came from."""

    tables: Mapping[str, RawTable]
    notes: tuple[Note, ...]
    origin: tuple[str, ...]

    def __str__(self) -> str:
        """Return the export as lines: origin, one line per table, one per note."""
        count = len(self.tables)
        lines = [f"{', '.join(self.origin)}: {count} table{'s' * (count != 1)}"]
        lines += [f"  {table}" for table in self.tables.values()]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return the same lines, so that the object shows itself at a prompt."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the tables and notes for a notebook; every text of the export is escaped."""
        head = "".join(f"<th>{word}</th>" for word in ("table", "columns", "rows", "files"))
        body = "".join(
            "<tr>"
            f"<td>{escape(table.name)}</td><td>{len(table.columns)}</td>"
            f"<td>{'' if table.rows is None else f'{table.rows:,}'}</td>"
            f"<td>{escape(', '.join(part.file for part in table.parts))}</td></tr>"
            for table in self.tables.values()
        )
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        return f"<p>{escape(', '.join(self.origin))}</p><table><tr>{head}</tr>{body}</table>" + (
            f"<ul>{notes}</ul>" if notes else ""
        )


def read_export(*paths: str | Path, password: str | None = None) -> Export:
    """Return the export that lies at the given places; rows are read later, by the engine.

    A place is a folder (the files in it, not those in its sub-folders), a zip archive, one file,
    or the URL of a database (`duckdb:///trial.duckdb`, `sqlite:///trial.sqlite`,
    `postgresql://reader@host/trial?schema=sdtm`). Several places form one export. Tables of one
    name are joined end to end: their column names must agree, in any order and spelling of
    upper and lower case.

    Args:
        paths: one or more places.
        password: opens zip archives that ask for one.

    Raises:
        CallError: no place is given.
        DataError: a place is missing, empty or holds no table, a file cannot be read or is not
            what its ending says, or two files of one table name different columns.
    """
    from .places import open_places

    if not paths:
        raise CallError("no export is given; name a folder, a zip archive, files or a database")
    readings, notes, origin = open_places(paths, password)
    by_name: dict[str, list[Part]] = {}
    for reading in readings:
        notes.extend(reading.notes)
        for name, part in reading.tables:
            by_name.setdefault(name.upper(), []).append(part)
    for name, parts in by_name.items():
        for other in parts[1:]:
            _check_agreement(name, parts[0], other)
    tables = {name: RawTable(name, tuple(by_name[name])) for name in sorted(by_name)}
    return Export(tables, tuple(notes), origin)


def _check_agreement(table: str, first: Part, other: Part) -> None:
    here = {column.name.casefold(): column.name for column in first.columns}
    there = {column.name.casefold(): column.name for column in other.columns}
    only = [
        f"only {part.file} has {', '.join(left[key] for key in left if key not in right)}"
        for part, left, right in ((first, here, there), (other, there, here))
        if left.keys() - right.keys()
    ]
    if only:
        raise DataError(
            f"{first.file} and {other.file} are both table {table} but name different columns"
            f" ({'; '.join(only)}); rename one file or give both the same columns"
        )
