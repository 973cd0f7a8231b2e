"""Parameters, look-ups, windows, runs and columns that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from oncorules.rules.grading.limits import LIMIT_UNIT
from oncorules.rules.grading.lines import SYMPTOMS
from oncorules.rules.health.conditions import Found
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Rule, Table

READ_BY_GRADINGS = frozenset({LIMIT_UNIT, SYMPTOMS, "missing_specimen", "missing_category"})
"""Parameters that gradings themselves look at; no formula names them."""

UNUSED = "unused: nothing reads this {part}"
_PARTS = {"parameters": "parameter", "lookups": "look-up", "windows": "window", "runs": "run",
          "columns": "column"}  # fmt: skip
_WORD = re.compile(r"[A-Za-z_]\w*")
_TOLD = {"examples", "source", "title", "label", "note"}
"""Keys whose texts are for people."""


def unused_parts(item: Rule | Table | Grading) -> Iterator[Found]:
    """Go through the parts of a rule, table or grading that it does not read itself."""
    # The columns of a table are what it gives.
    sections = [part for part in _PARTS if part != "columns" or isinstance(item, Rule)]
    for section in sections:
        parts = getattr(item, section)
        others = words_in(item.model_dump(by_alias=True, exclude={section}))
        for name in parts:
            rest = {label: one.model_dump() for label, one in parts.items() if label != name}
            if name not in others | words_in(rest) and name not in READ_BY_GRADINGS:
                yield Found((section, name), None, UNUSED.format(part=_PARTS[section]), name)


def unused_parameters(pack: LoadedPack) -> Iterator[str]:
    """Go through the parameters of a pack that nothing in it reads."""
    parts: list[BaseModel] = [*pack.rules.values(), *pack.tables.values(), *pack.gradings.values()]
    parts += pack.schedules.values()
    read = READ_BY_GRADINGS.union(*(words_in(part.model_dump(by_alias=True)) for part in parts))
    yield from (name for name in pack.parameters if name not in read)


def words_in(data: Any) -> frozenset[str]:
    """Return every word of the formulas of a part, and of its keys, that may be a name."""
    if isinstance(data, str):
        return frozenset(_WORD.findall(data))
    if isinstance(data, Mapping):
        kept = {key: value for key, value in data.items() if key not in _TOLD}
        return frozenset().union(*(words_in(value) for value in kept.values()), map(str, kept))
    if isinstance(data, list | tuple):
        return frozenset().union(*map(words_in, data))
    return frozenset()
