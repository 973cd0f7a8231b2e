"""Findings in the words of a site: what its file calls a column that a study renames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from oncorules.validation.findings import FindingRows

if TYPE_CHECKING:
    from oncorules.engine.tables import Tables


def with_own_names(parts: Iterable[FindingRows], tables: Tables) -> list[FindingRows]:
    """Return findings whose messages end with the file's own names of the columns they tell.

    Args:
        parts: the findings by rule.
        tables: what was loaded; where no column was renamed the findings stay as they are.
    """
    own = {
        name: {column.name: column.own for column in table.columns.values() if column.own}
        for name, table in tables.items()
    }
    if not any(own.values()):
        return list(parts)
    return [_of_rule(part, own) for part in parts]


def _of_rule(part: FindingRows, own: Mapping[str, Mapping[str, str]]) -> FindingRows:
    told = {}
    for name in part.values:
        column = name.rpartition(".")[2]
        here = own.get(part.status.table, {}) if "." not in name else {}
        found = here.get(column) or _only(column, own)
        if found and found != column:
            told[column] = found
    if not told:
        return part
    words = ", ".join(f"{column} is {name}" for column, name in told.items())
    return replace(part, message=(*part.message, f" (in the file {words})"))


def _only(column: str, own: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the file's name of a column of another table, where only one table has it."""
    found = {names[column] for names in own.values() if column in names}
    return found.pop() if len(found) == 1 else None
