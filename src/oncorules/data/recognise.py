"""What an export is, told by itself: which of its files are which tables of a standard.

A table goes by the name of its file, sheet or data set. Where no standard has that name, its
DOMAIN column may tell, or its columns. Nothing is renamed where two answers are possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .export import Export, Note, RawTable
from .model import GENERIC_SUPP, Model, TableModel, load_model
from .peek import column_of, peek


@dataclass(frozen=True)
class Recognised:
    """An export with its tables under the names that were recognised.

    Attributes:
        export: the same rows; a file that is called otherwise stands under the table it holds.
        sdtm: the names of its SDTM tables.
        adam: the names of its ADaM tables.
        unknown: the names of tables that no standard was recognised in.
        notes: what was guessed of single files, and why.
        renamed: for tables that stand in files of another name, what these would be called as
            tables, each with the reason.
    """

    export: Export
    sdtm: tuple[str, ...]
    adam: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[Note, ...]
    renamed: Mapping[str, tuple[tuple[str, str], ...]]


def recognise(export: Export) -> Recognised:
    """Return which tables of an export are tables of SDTM or ADaM.

    Args:
        export: what was read.

    Raises:
        DataError: a file cannot be read.
    """
    notes: list[Note] = []
    tables: dict[str, RawTable] = {}
    guessed: dict[str, list[tuple[RawTable, str]]] = {}
    renamed: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, table in export.tables.items():
        if _is_known(name, table):
            tables[name] = table
            continue
        guess = _by_domain(table) or _by_columns(table)
        if guess is None:
            tables[name] = table
        else:
            guessed.setdefault(guess[0], []).append((table, guess[1]))
    for name, found in guessed.items():
        if name in tables or not _can_be_joined([table for table, _ in found]):
            for table, because in found:
                tables[table.name] = table
                text = f"looks like table {name} ({because}), as another file does; left as it is"
                notes.append(Note(_files(table), text))
            continue
        parts = tuple(part for table, _ in found for part in table.parts)
        tables[name] = RawTable(name, parts)
        others = [(table, because) for table, because in found if table.name != name]
        for table, because in others:
            notes.append(Note(_files(table), f"taken for table {name}: {because}"))
        if others:
            renamed[name] = tuple((table.name, because) for table, because in found)
    sdtm = tuple(name for name, table in sorted(tables.items()) if _is_sdtm(name, table))
    adam = tuple(
        name
        for name, table in sorted(tables.items())
        if name not in sdtm and _has_columns_of(table, load_model("adam").table(name))
    )
    unknown = tuple(name for name in sorted(tables) if name not in (*sdtm, *adam))
    named = Export(dict(sorted(tables.items())), export.notes, export.origin)
    return Recognised(named, sdtm, adam, unknown, tuple(notes), renamed)


def _is_known(name: str, table: RawTable) -> bool:
    return any(
        _has_columns_of(table, load_model(standard).table(name)) for standard in ("sdtm", "adam")
    )


def _is_sdtm(name: str, table: RawTable) -> bool:
    """Return whether a table is one of SDTM, of those too that the table model does not have."""
    known = _has_columns_of(table, load_model("sdtm").table(name))
    return known or all(column_of(table.parts[0], one) for one in ("STUDYID", "DOMAIN"))


def _has_columns_of(table: RawTable, model: TableModel | None) -> bool:
    """Return whether a table shares any column with a table model: a name alone is no evidence."""
    return model is not None and any(model.column(column.name) for column in table.columns)


def _by_domain(table: RawTable) -> tuple[str, str] | None:
    """Return the table that the column DOMAIN names, and the reason in words."""
    part = table.parts[0]
    column = column_of(part, "DOMAIN")
    if column is None:
        return None
    values = peek(part, [column], 2)
    if len(values) != 1:
        return None
    name = values[0][0].strip().upper()
    is_domain = len(name) == 2 and name.isascii() and name.isalnum()
    return (name, f"its column {column} says so") if is_domain else None


def _by_columns(table: RawTable) -> tuple[str, str] | None:
    """Return the one table of which all required columns are there, and the reason in words."""
    part = table.parts[0]
    names = {column.name.upper() for column in table.columns}
    if {"RDOMAIN", "IDVAR", "QNAM", "QVAL"} <= names:
        spelled = column_of(part, "RDOMAIN")
        parents = peek(part, [spelled], 2) if spelled else []
        if len(parents) == 1 and len(parents[0][0]) == 2:
            return f"SUPP{parents[0][0].upper()}", f"its columns are those of {GENERIC_SUPP}"
        return None
    found = [
        (name, columns)
        for model in (load_model("sdtm"), load_model("adam"))
        for name, columns in _telling(model).items()
        if columns and columns <= names
    ]
    if len(found) != 1:
        return None
    name, columns = found[0]
    return name, f"it has {', '.join(sorted(columns)[:4])}"


def _telling(model: Model) -> Mapping[str, set[str]]:
    """Return for each table the required columns that no other table of the model has."""
    having = Counter(name for table in model.tables.values() for name in table.columns)
    return {
        name: {column for column in table.columns_of_core("required") if having[column] == 1}
        for name, table in model.tables.items()
        if name != GENERIC_SUPP
    }


def _can_be_joined(tables: list[RawTable]) -> bool:
    """Return whether tables name the same columns, as parts of one table must."""
    names = {frozenset(column.name.upper() for column in table.columns) for table in tables}
    return len(names) == 1


def _files(table: RawTable) -> str:
    return ", ".join(part.file for part in table.parts)
