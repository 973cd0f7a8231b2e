"""A study's own tables: plain data of `export_tables` checked and turned into table models.

Every fault comes with its path inside the data, so that a loader that knows lines and columns
can point at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from oncorules.data.model import CodeList, Column, ColumnType, Core, Model, TableModel
from oncorules.errors import RuleError, did_you_mean

_TABLE_KEYS = ("label", "source", "key", "columns")
_CODE_KEYS = ("source", "extensible", "values")
_TYPES: tuple[str, ...] = get_args(ColumnType)
_CORES: tuple[str, ...] = get_args(Core)


@dataclass(frozen=True)
class Fault:
    """One fault: the keys that lead to it (`("PET", "columns", "SUV", "typ")`) and a sentence."""

    path: tuple[str, ...]
    message: str


@dataclass
class OwnTables:
    """What a study brings: its tables, its code lists, and every fault found in them."""

    tables: dict[str, TableModel] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    faulty: set[tuple[str, str]] = field(default_factory=set)  # table and column: reported once

    def fault(self, path: Iterable[str], message: str) -> None:
        """Keep one more fault."""
        self.faults.append(Fault(tuple(path), message))


def read_own_tables(model: Model, tables: Mapping[str, Any], codes: Mapping[str, Any]) -> OwnTables:
    """Return the tables and code lists of plain data, with the faults instead of an error.

    Args:
        model: the model that the tables extend; a known name changes the known table.
        tables: table name to `{label, source, key, columns}`.
        codes: code list name to a list of values, or to `{source, extensible, values}`.
    """
    own = OwnTables()
    for name, content in codes.items():
        _read_codes(own, str(name), content)
    for name, content in tables.items():
        _read_table(own, model, str(name), content)
    for table in own.tables.values():
        _check_links(own, model, table)
    return own


def _read_codes(own: OwnTables, name: str, content: Any) -> None:
    path = ("codes", name)
    content = {"values": content} if isinstance(content, list) else content
    if not _is_mapping(own, path, content, _CODE_KEYS):
        return
    values = _texts(own, (*path, "values"), content.get("values"))
    if values is not None:
        own.codes[name] = CodeList(
            source=str(content.get("source", "")),
            extensible=content.get("extensible") is True,
            values=values,
        )


def _read_table(own: OwnTables, model: Model, name: str, content: Any) -> None:
    path = (name,)
    if not _is_mapping(own, path, content, _TABLE_KEYS) or not _is_name(own, path, name):
        return
    known = model.table(name)
    columns = dict(known.columns) if known else {}
    given = content.get("columns", {} if known else None)
    if not isinstance(given, Mapping):
        own.fault((*path, "columns"), "columns are needed, as name: {type: ...}")
        return
    for spelled, what in given.items():
        column_path = (*path, "columns", str(spelled))
        if not _is_name(own, column_path, str(spelled)):
            continue
        same = (known.column_name(str(spelled)) if known else None) or str(spelled)
        if same not in columns and same.upper() in (other.upper() for other in columns):
            own.fault(column_path, f'column "{same}" is there twice, in another case')
            continue
        column = _read_column(own, column_path, what, columns.get(same))
        if column is None:
            own.faulty.add((name.upper(), same))
        else:
            columns[same] = column
    key = _texts(own, (*path, "key"), content.get("key", list(known.key) if known else None))
    if key is not None:
        own.tables[name.upper()] = TableModel(
            name=name.upper(),
            label=str(content.get("label", known.label if known else "")),
            source=str(content.get("source", known.source if known else "")),
            key=key,
            columns=columns,
        )


def _read_column(
    own: OwnTables, path: tuple[str, ...], content: Any, known: Column | None
) -> Column | None:
    """Return a column; what is not given stays as in the known column, a bare text is its type."""
    content = {"type": content} if isinstance(content, str) else content
    if not _is_mapping(own, path, content, tuple(Column.model_fields)):
        return None
    values: dict[str, Any] = known.model_dump() if known else {}
    if "unit" in content or "unit_from" in content:
        values |= {"unit": None, "unit_from": None}
    values |= content
    before = len(own.faults)
    _is_one_of(own, (*path, "type"), values.get("type"), _TYPES, "column type")
    _is_one_of(own, (*path, "core"), values.get("core", "permissible"), _CORES, "core")
    if values.get("unit") is not None and values.get("unit_from") is not None:
        own.fault((*path, "unit"), "a column has either unit or unit_from, not both")
    if isinstance(values.get("codes"), list):
        values["codes"] = _texts(own, (*path, "codes"), values["codes"])
    length = values.get("length")
    if length is not None and (not isinstance(length, int) or length < 1):
        own.fault((*path, "length"), f"length is {length}, expected a whole number from 1 on")
    for word in ("label", "unit", "unit_from", "references"):
        if values.get(word) is not None and not isinstance(values[word], str):
            own.fault((*path, word), f"{word} is {values[word]}, expected a text")
    return Column(**values) if len(own.faults) == before else None


def _check_links(own: OwnTables, model: Model, table: TableModel) -> None:
    """Find what points at nothing: key, unit_from, unit, code lists and references."""
    for name in table.key:
        if name not in table.columns and (table.name, name) not in own.faulty:
            near = did_you_mean(name, table.columns)
            own.fault(
                (table.name, "key"), f'key column "{name}" is not a column of {table.name}{near}'
            )
    codes = {**model.codes, **own.codes}
    for name, column in table.columns.items():
        path = (table.name, "columns", name)
        known = (
            column.unit_from is None
            or table.column(column.unit_from) is not None
            or (table.name, column.unit_from) in own.faulty
        )
        if not known and column.unit_from:
            near = did_you_mean(column.unit_from, table.columns)
            message = f'"{column.unit_from}" is not a column of {table.name}{near}'
            own.fault((*path, "unit_from"), message)
        if column.unit is not None:
            _check_unit(own, (*path, "unit"), column.unit)
        if isinstance(column.codes, str) and column.codes not in codes:
            near = did_you_mean(column.codes, codes)
            own.fault((*path, "codes"), f'there is no code list "{column.codes}"{near}')
        if column.references is not None:
            _check_reference(own, model, (*path, "references"), column.references)


def _check_unit(own: OwnTables, path: tuple[str, ...], unit: str) -> None:
    from oncorules.data.units import rule_unit

    try:
        rule_unit(unit)
    except RuleError as error:
        own.fault(path, str(error))


def _check_reference(own: OwnTables, model: Model, path: tuple[str, ...], reference: str) -> None:
    table_name, dot, column_name = reference.partition(".")
    if not dot:
        own.fault(path, f'"{reference}" is not a reference, expected TABLE.COLUMN')
        return
    table = own.tables.get(table_name.upper()) or model.table(table_name)
    if table is None:
        near = did_you_mean(table_name, [*own.tables, *model.tables])
        own.fault(path, f'reference "{reference}": there is no table "{table_name}"{near}')
    elif table.column(column_name) is None:
        near = did_you_mean(column_name, table.columns)
        own.fault(path, f'reference "{reference}": {table_name} has no "{column_name}"{near}')


def _is_mapping(own: OwnTables, path: tuple[str, ...], content: Any, keys: tuple[str, ...]) -> bool:
    """Tell whether content is a mapping of known keys; unknown ones become faults."""
    if not isinstance(content, Mapping):
        own.fault(path, f"expected the keys {', '.join(keys)}, found {content!r}")
        return False
    unknown = [str(key) for key in content if key not in keys]
    for key in unknown:
        near = did_you_mean(key, keys) or f"; the keys are {', '.join(keys)}"
        own.fault((*path, key), f'unknown key "{key}"{near}')
    return not unknown


def _is_name(own: OwnTables, path: tuple[str, ...], name: str) -> bool:
    """Tell whether a name may be used; `#` marks the engine's own columns."""
    if name and not name.startswith("#"):
        return True
    own.fault(path, f'the name "{name}" is empty or starts with "#", which is not allowed')
    return False


def _is_one_of(
    own: OwnTables, path: tuple[str, ...], value: Any, allowed: tuple[str, ...], what: str
) -> None:
    if value is None:
        own.fault(path, f"{what} is missing, expected one of {', '.join(allowed)}")
    elif value not in allowed:
        near = did_you_mean(str(value), allowed) or f"; there are {', '.join(allowed)}"
        own.fault(path, f'"{value}" is not a {what}{near}')


def _texts(own: OwnTables, path: tuple[str, ...], values: Any) -> tuple[str, ...] | None:
    """Return a list of texts; whole numbers are taken as their text, anything else is a fault."""
    listed = values if isinstance(values, list | tuple) else None
    plain = listed and all(type(value) in (str, int) for value in listed)
    if not listed or not plain:
        own.fault(path, f"expected a list of names or values, found {values!r}")
        return None
    texts = tuple(str(value) for value in listed)
    for text in {text for text in texts if texts.count(text) > 1}:
        own.fault(path, f'"{text}" is listed twice')
    return texts
