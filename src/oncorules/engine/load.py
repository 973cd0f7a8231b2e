"""The tables of an export as typed views in the engine.

For each table there is a view named as the table, with `#row` (data row of the file, from 1),
`#file` (index into the files of the table) and the typed columns (see `engine.typed`). Columns of
the table model carry the model's spelling; columns that it does not know are kept in upper case
with the type that the file gives them. A column that no file has does not exist.

Rows of CSV files and of formats that Python reads are copied into the engine once, with typed
columns. Parquet files are scanned in place, and their types worked out when a column is asked for:
one that nobody asks for costs nothing, and of a million rows nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import ArrowRows, Export, Part, RawTable
from oncorules.data.relation import ROW_NUMBER
from oncorules.engine import trees
from oncorules.engine.joined import check_keys
from oncorules.engine.stored import StoredPart, store_part
from oncorules.engine.tables import LoadedColumn, LoadedTable, Tables
from oncorules.engine.typed import missing_columns
from oncorules.errors import DataError

if TYPE_CHECKING:
    from oncorules.data.model import ColumnType, Model, TableModel
    from oncorules.engine.duckdb import Engine

FILE_NUMBER = "#file"


def load_tables(
    engine: Engine, export: Export, model: Model, only: Sequence[str] | None = None
) -> Tables:
    """Return what was loaded, after making a typed view for each table of an export.

    A second export loaded into the same engine takes the place of the first.

    Args:
        engine: Where the views are made.
        export: What was read.
        model: The table model, with a study's own tables.
        only: The names of the tables to load, in upper case; by default all.

    Raises:
        DataError: a file cannot be read; two columns of a file have one name in upper case; two
            files of one table share a key (see `engine.joined`).
    """
    names = [name for name in export.tables if only is None or name in only]
    sources = [part.source for name in names for part in export.tables[name].parts]
    engine.seal([s.path.absolute() for s in sources if not isinstance(s, ArrowRows)])
    _forget(engine)
    loaded = {}
    notes = list(export.notes)
    for number, name in enumerate(names):
        if name.startswith("#"):
            raise DataError(
                f'the export has a table "{name}", but names that start with "#" are kept for'
                " oncorules itself; rename the table"
            )
        raw = export.tables[name]
        table = model.table(name)
        columns = _columns(raw, table)
        parts = [
            store_part(engine, part, number, i, _types(part, columns))
            for i, part in enumerate(raw.parts)
        ]
        selects = [_select(engine, part, i, columns) for i, part in enumerate(parts)]
        query: exp.Query = selects[0]
        for other in selects[1:]:
            query = exp.Union(this=query, expression=other, distinct=False)
        engine.view(name, query)
        engine.made.append(("VIEW", name))
        files = tuple(part.file for part in raw.parts)
        loaded[name] = LoadedTable(
            name, columns, files, sum(p.rows for p in parts), table, tuple(selects)
        )
        if len(parts) > 1 and (note := check_keys(engine, loaded[name])):
            notes.append(note)
    return Tables(loaded, tuple(notes))


def _forget(engine: Engine) -> None:
    """Drop what an export that was loaded before has left."""
    while engine.made:
        kind, name = engine.made.pop()
        engine.run(exp.Drop(tables=[trees.table(name)], kind=kind, exists=True))


def _columns(raw: RawTable, table: TableModel | None) -> dict[str, LoadedColumn]:
    """Return the columns of all parts: names and types from the model, else from the files."""
    columns: dict[str, LoadedColumn] = {}
    for part in raw.parts:
        here: dict[str, str] = {}
        for column in part.columns:
            known = table.column(column.name) if table else None
            name = (table and table.column_name(column.name)) or column.name.upper()
            if name in here or _is_taken(name):
                other = f'"{here[name]}"' if name in here else "a name of oncorules itself"
                raise DataError(
                    f'{part.file}: column "{column.name}" cannot be told from {other} in upper'
                    " case; rename one of them"
                )
            here[name] = column.name
            kind = known.type if known else _extra_type(column.name, raw)
            label = column.label or (known.label if known else "")
            found = LoadedColumn(name, kind, label, known is None, column.own)
            columns.setdefault(name, found)
    return columns


def _types(part: Part, columns: Mapping[str, LoadedColumn]) -> dict[str, tuple[str, ColumnType]]:
    """Return the engine's name and type of each column of a file."""
    upper = {name.upper(): (name, column.type) for name, column in columns.items()}
    return {column.name: upper[column.name.upper()] for column in part.columns}


def _is_taken(name: str) -> bool:
    """Return whether a column name looks like one of the engine's own (`LBDTC#TEXT`)."""
    return name.startswith("#") or name.upper().endswith(("#TEXT", "#LAST", "#UNREAD", "#RAW"))


def _extra_type(name: str, raw: RawTable) -> ColumnType:
    """Return the type of a column that the model does not know, from the kinds in all files."""
    kinds = {
        column.kind
        for part in raw.parts
        for column in part.columns
        if column.name.upper() == name.upper()
    }
    if kinds <= {"integer"}:
        return "integer"
    if kinds <= {"integer", "number"}:
        return "number"
    if kinds <= {"date", "datetime"}:
        return "date"
    return "boolean" if kinds <= {"boolean"} else "text"


def _select(
    engine: Engine, stored: StoredPart, number: int, columns: Mapping[str, LoadedColumn]
) -> exp.Select:
    """Return the typed rows of one part, in the table's columns."""
    if stored.numbered:
        row: exp.Expr = trees.column(ROW_NUMBER)
    else:
        row = exp.Add(this=exp.column("rowid"), expression=exp.convert(1))
    file = exp.Cast(this=exp.convert(number), to=exp.DataType(this=exp.DataType.Type.SMALLINT))
    wanted = [trees.named(row, ROW_NUMBER), trees.named(file, FILE_NUMBER)]
    in_part = {column.name.upper(): column.name for column in stored.part.columns}
    for name, column in columns.items():
        raw = in_part.get(name.upper())
        if raw is None:
            physical = missing_columns(column.type)
        else:
            physical = stored.typed(engine, raw, name, column.type)
        wanted += [trees.named(value, name + suffix) for suffix, value in physical.items()]
    return exp.Select(expressions=wanted, from_=exp.From(this=trees.table(stored.name)))
