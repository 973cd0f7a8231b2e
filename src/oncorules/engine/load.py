"""The tables of an export as typed views in the engine.

For each table there is a view named as the table, with `#row` (data row of the file, from 1),
`#file` (index into the files of the table) and the typed columns (see `engine.typed`). Columns of
the table model carry the model's spelling; columns that it does not know are kept in upper case
with the type that the file gives them. A column that no file has does not exist.

Rows of CSV files and of formats that Python reads are copied into the engine once; Parquet files
are scanned in place. Types are worked out when a column is asked for: one that nobody asks for
costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import ArrowRows, CsvFile, Export, Note, RawTable
from oncorules.data.relation import ROW_NUMBER, explained, rows_relation
from oncorules.engine.tables import LoadedColumn, LoadedTable, Tables
from oncorules.engine.typed import missing_columns, rounded, typing_macros
from oncorules.errors import DataError

if TYPE_CHECKING:
    from oncorules.data.export import Part
    from oncorules.data.model import ColumnType, Model, TableModel
    from oncorules.engine.duckdb import Engine

FILE_NUMBER = "#file"
_RAW = "#rows"


@dataclass(frozen=True)
class _Stored:
    """The rows of one part in the engine: name of table or view, and the columns with types."""

    name: str
    part: Part
    types: Mapping[str, str]
    rows: int


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
            files of one table share a key: `lb1.csv and lb2.csv are both table LB and both hold
            USUBJID=01-701-1015, LBSEQ=3; an export is joined only from files with different
            rows: remove one of them`.
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
        parts = [_store(engine, f"{_RAW} {number} {i}", p) for i, p in enumerate(raw.parts)]
        columns = _columns(raw, table)
        selects = [_select(engine, part, i, columns) for i, part in enumerate(parts)]
        query: exp.Query = selects[0]
        for other in selects[1:]:
            query = exp.Union(this=query, expression=other, distinct=False)
        engine.view(name, query)
        files = tuple(part.file for part in raw.parts)
        loaded[name] = LoadedTable(name, columns, files, sum(p.rows for p in parts), table)
        if len(parts) > 1 and (note := _check_keys(engine, loaded[name])):
            notes.append(note)
    return Tables(loaded, tuple(notes))


def _forget(engine: Engine) -> None:
    """Drop the views and rows of an export that was loaded before."""
    if engine.tables is None:
        return
    for name in engine.tables:
        engine.run(exp.Drop(tables=[_quoted_table(name)], kind="VIEW", exists=True))
    raw = engine.run(
        exp.select("table_name", "table_type")
        .from_("information_schema.tables")
        .where(exp.func("starts_with", exp.column("table_name"), exp.convert(_RAW)))
    ).fetchall()
    for name, kind in raw:
        kind = "VIEW" if kind == "VIEW" else "TABLE"
        engine.run(exp.Drop(tables=[_quoted_table(name)], kind=kind, exists=True))


def _store(engine: Engine, name: str, part: Part) -> _Stored:
    """Copy the rows of a part into the engine, or name the scan of a file that is read in place."""
    with engine.guard(), explained(part):
        rows = rows_relation(engine.connection, part)
        if part.source.has_row_numbers:
            rows.create_view(name)
        else:
            rows.create(f'"{name}"')
    return _describe(engine, name, part)


def _describe(engine: Engine, name: str, part: Part) -> _Stored:
    with engine.guard(), explained(part):
        found = engine.connection.table(f'"{name}"')
        types = {c: str(t) for c, t in zip(found.columns, found.types, strict=True)}
        rows = part.rows
        if rows is None or not part.source.has_row_numbers:
            count = exp.select(exp.Count(this=exp.Star())).from_(_quoted_table(name))
            rows = (engine.run(count).fetchone() or (0,))[0]
    return _Stored(name, part, types, rows)


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
            columns.setdefault(name, LoadedColumn(name, kind, label, extra=known is None))
    return columns


def _is_taken(name: str) -> bool:
    """Return whether a column name looks like one of the engine's own (`LBDTC#TEXT`)."""
    return name.startswith("#") or name.upper().endswith(("#TEXT", "#LAST"))


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
    engine: Engine, stored: _Stored, number: int, columns: Mapping[str, LoadedColumn]
) -> exp.Select:
    """Return the typed rows of one part, in the table's columns."""
    if stored.part.source.has_row_numbers:
        row: exp.Expression = _quoted(ROW_NUMBER)
    else:
        row = exp.Add(this=exp.column("rowid"), expression=exp.convert(1))
    file = exp.Cast(this=exp.convert(number), to=exp.DataType(this=exp.DataType.Type.SMALLINT))
    wanted = [_named(row, ROW_NUMBER), _named(file, FILE_NUMBER)]
    in_part = {column.name.upper(): column.name for column in stored.part.columns}
    for name, column in columns.items():
        raw = in_part.get(name.upper())
        if raw is None:
            physical = missing_columns(column.type)
        else:
            macros = typing_macros(stored.types[raw], column.type, _mark(stored.part))
            for macro in macros.values():
                engine.define(macro.name, macro.create)
            physical = {suffix: macro.of(_quoted(raw)) for suffix, macro in macros.items()}
        wanted += [_named(value, name + suffix) for suffix, value in physical.items()]
    return exp.Select(expressions=wanted, from_=exp.From(this=_quoted_table(stored.name)))


def _mark(part: Part) -> str:
    return part.source.decimal if isinstance(part.source, CsvFile) else "."


def _named(value: exp.Expression, name: str) -> exp.Alias:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def _quoted(name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def _quoted_table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))
