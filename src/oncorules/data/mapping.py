"""Tables made of a site's own files: rows selected, columns renamed, codes and dates written out.

A mapped table keeps what findings need: the file, its data row, and for each column the name that
the file has. What a code list or a form of dates does not know stays as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from ..errors import DataError, did_you_mean
from .export import Export, Note, RawTable
from .mapped_rows import mapped_rows
from .peek import column_of
from .sources import ArrowRows, CsvFile, Part, RawColumn

ROW = "#row"
"""Names the number of the data row where a column of the file is expected."""


@dataclass(frozen=True)
class ColumnFrom:
    """Where the values of one column come from.

    Attributes:
        source: the column of the file, or `#row`; empty for a fixed value.
        value: the value of every row; not used with a source.
        codes: what each code of the file stands for.
        date: how the file writes dates, such as `DD-MM-YYYY`; empty for ISO 8601.
    """

    source: str = ""
    value: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    date: str = ""


@dataclass(frozen=True)
class TableFrom:
    """One file that rows of a table come from.

    Attributes:
        source: the file, by its name or that of the table it would be.
        where: columns with the values that a row may have; an empty text stands for no value.
        filled: columns of which a row must have at least one filled.
        columns: the columns of the table; all of the file under their own names when empty.
    """

    source: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    columns: Mapping[str, ColumnFrom] = field(default_factory=dict)


TablesFrom = Mapping[str, Sequence[TableFrom]]


def map_export(export: Export, tables: TablesFrom) -> Export:
    """Return an export in which tables are made of other ones, and those are gone.

    Args:
        export: what was read.
        tables: for each table, the files its rows come from.

    Raises:
        DataError: `DM.SEX: people.csv has no column "sekse"; did you mean "sexe"?`, or a table
            that the export has already.
    """
    made: dict[str, RawTable] = {}
    notes = list(export.notes)
    used: set[str] = set()
    for name, ways in tables.items():
        parts: list[Part] = []
        for number, way in enumerate(ways):
            source = _find(export, way.source)
            if source is None:
                text = f"there is no {way.source}, which {name.upper()} is read from"
                notes.append(Note(", ".join(export.origin), text))
                continue
            used.add(source.name)
            steps = (len(ways), number)
            parts += [_mapped(name.upper(), part, way, steps) for part in source.parts]
        if parts:
            made[name.upper()] = RawTable(name.upper(), tuple(parts))
    left = {name: table for name, table in export.tables.items() if name not in used}
    for name in made:
        if name in left:
            file = left[name].parts[0].file
            raise DataError(
                f"{name} is read from {made[name].parts[0].file}, and {file} is {name} too"
            )
    return Export(dict(sorted({**left, **made}.items())), tuple(notes), export.origin)


def _find(export: Export, source: str) -> RawTable | None:
    """Return the table of a name, or of a file that is called so."""
    wanted = source.casefold()
    for name, table in export.tables.items():
        files = {part.file.casefold() for part in table.parts}
        if wanted == name.casefold() or wanted in files | {PurePath(one).name for one in files}:
            return table
    return None


def _mapped(table: str, part: Part, way: TableFrom, steps: tuple[int, int]) -> Part:
    columns = way.columns or {one.name.upper(): ColumnFrom(one.name) for one in part.columns}
    kinds = {one.name: one for one in part.columns}
    raw: list[RawColumn] = []
    found: dict[str, ColumnFrom] = {}
    for name, one in columns.items():
        if one.source in ("", ROW):
            raw.append(RawColumn(name, "integer" if one.source else "text"))
            found[name] = one
            continue
        spelled = _column(part, one.source, f"{table}.{name}")
        plain = not one.codes and not one.date
        kind = kinds[spelled].kind if plain else "text"
        raw.append(RawColumn(name, kind, kinds[spelled].label, spelled))
        found[name] = replace(one, source=spelled)
    where = {_column(part, name, table): values for name, values in way.where.items()}
    filled = tuple(_column(part, name, table) for name in way.filled)
    known = replace(way, columns=found, where=where, filled=filled)
    decimal = part.source.decimal if isinstance(part.source, CsvFile | ArrowRows) else "."
    failures: list[DataError] = []
    rows = ArrowRows(
        lambda: mapped_rows(part, known, steps, failures),
        part.source.unpacked,
        numbered=True,
        decimal=decimal,
        failures=failures,
    )
    return Part(part.file, tuple(raw), rows, None)


def _column(part: Part, name: str, what: str) -> str:
    found = column_of(part, name)
    if found is None:
        names = [column.name for column in part.columns]
        near = did_you_mean(name, names) or f"; it has {', '.join(names[:20])}"
        raise DataError(f'{what}: {part.file} has no column "{name}"{near}')
    return found
