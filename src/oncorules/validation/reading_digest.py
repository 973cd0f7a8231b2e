"""A digest of how a rule's tables are read from a site's own files: it changes when `read` does.

Only that part of `read` belongs to it which can change what the rule sees: of each table that it
reads, the files, which of their rows are taken, and the columns that it names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from oncorules.rules.loading.model_read import ReadColumn, ReadTable

LENGTH = 16
ReadBy = Mapping[str, Iterable[ReadTable]]


def reading_of(read: ReadBy, tables: Iterable[str], names: Collection[str]) -> str:
    """Return 16 hexadecimal digits; nothing when each of the tables is read as it is.

    Args:
        read: how tables are read from other files, by the name of the table in upper case.
        tables: the tables that a rule reads.
        names: every word of the rule; those that are no columns do no harm.
    """
    ways = {
        table: [_way(one, names) for one in read[table.upper()]]
        for table in tables
        if table.upper() in read
    }
    if not ways:
        return ""
    text = json.dumps(ways, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _way(way: ReadTable, names: Collection[str]) -> list[Any]:
    """Return one file of a table as plain data; files and columns are named in any case."""
    columns = {
        name: _column(way.columns[name]) if way.columns else _column_as_it_is(name)
        for name in sorted(names)
        if not way.columns or name in way.columns
    }
    where = {name.casefold(): sorted(values) for name, values in way.where.items()}
    filled = sorted(name.casefold() for name in way.when_filled)
    return [way.from_.casefold(), where, filled, columns]


def _column(one: ReadColumn) -> list[Any]:
    source = one.from_.casefold() if one.from_ is not None else None
    return [source, one.value, one.codes, one.date]


def _column_as_it_is(name: str) -> list[Any]:
    return _column(ReadColumn.model_validate({"from": name}))
