"""Survivors as YAML: edits in the words of `changes`, examples to put under `examples`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_edits import written
from oncorules.rules.mutating.mutate import Survivor

_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")


def yaml_lines(one: Survivor) -> Iterator[str]:
    """Go through the lines of a survivor; what is no edit stands behind `#`."""
    head = f"# {one.edit.place(one.subject)}: {one.edit.kind}"
    if one.equivalent:
        yield f"{head}: {one.edit.at(one.subject)}: equivalent ({one.known})"
        return
    yield head if one.catch is not None else f"{head} ({one.known})"
    if one.changed is not None:
        yield f"# changes {one.changed.rows:,} of {one.changed.of:,} rows of the export"
    yield f"- at: {written(one.edit.at(one.subject))}"
    for key in ("was", "now"):
        value = getattr(one.edit, key)
        if isinstance(value, str) and "'" in value:
            yield f"  {key}: >"
            yield f"    {own_words(value)}"
        else:
            yield f"  {key}: {flow(value)}"
    if one.catch is not None:
        yield f"# noticed by this example, for which the edited rule says {one.catch.otherwise}:"
        yield from _example(one.catch.example)


def _example(example: Any, indent: str = "#   ") -> Iterator[str]:
    first = "- "
    for key, value in example.items():
        if key == "rows" and value:
            yield f"{indent}{first}rows:"
            yield from (f"{indent}    - {flow(row)}" for row in value)
        elif isinstance(value, dict) and key in ("given", "expect"):
            yield f"{indent}{first}{key}:"
            yield from _grids(value if key == "given" else {"": value}, f"{indent}    ")
        else:
            yield f"{indent}{first}{key}: {flow(value)}"
        first = "  "


def _grids(grids: Any, indent: str) -> Iterator[str]:
    for name, grid in grids.items():
        inner = indent
        if name:
            yield f"{indent}{name}:"
            inner += "  "
        yield f"{inner}columns: {flow(grid['columns'])}"
        yield f"{inner}rows:{'' if grid['rows'] else ' []'}"
        yield from (f"{inner}  - {flow(row)}" for row in grid["rows"])


def flow(value: Any) -> str:
    """Return a value as YAML on one line.

    >>> flow([{"CR": "a = 'x'"}, None, 5])
    "[{CR: 'a = ''x'''}, null, 5]"
    """
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if isinstance(value, str):
        return written(own_words(value)) if scalar_text(value) else "''"
    return str(scalar_text(value))
