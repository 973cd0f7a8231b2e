"""The parts of a rule in an explanation: its own columns, and the rows that it looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oncorules.rules.display import display
from oncorules.rules.lines import LINE
from oncorules.rules.loaded import LoadedPack
from oncorules.rules.model import OTHERWISE, THIS_TABLE, Column, Rule
from oncorules.rules.parts import Parts
from oncorules.rules.relation import FILE, ROW
from oncorules.rules.workspace import Workspace
from oncorules.validation.explanation import FoundRow, ShownColumn
from oncorules.validation.questions import Questions, Row, shown
from oncorules.validation.roots import files_of


def built_columns(
    rule: Rule, parts: Parts, ask: Questions
) -> Callable[[Row], tuple[ShownColumn, ...]]:
    """Return what reads the columns of a rule: their values, and the lines that decided."""
    readers: list[Callable[[Row], ShownColumn]] = []
    for name, spec in rule.columns.items():
        if name in parts.ready:
            readers.append(_built_column(name, spec, parts, ask))
    return lambda row: tuple(reader(row) for reader in readers)


def _built_column(
    name: str, spec: Column, parts: Parts, ask: Questions
) -> Callable[[Row], ShownColumn]:
    value = parts.ready[name]
    text, number = ask(shown(value)), parts.ready.get(name + LINE)
    line = None if number is None else ask(number.first)

    def read(row: Row) -> ShownColumn:
        decided = None if line is None else line_text(spec, line(row))
        return ShownColumn(name, text(row), decided, value.unit)

    return read


def line_text(spec: Column, number: int) -> str:
    """Return in words which line of a column decided.

    Args:
        spec: the column.
        number: the line from 1; below 0 for a line that could not be decided, 0 for none.
    """
    if number == 0:
        return "no line is true"
    place = abs(number)
    if spec.first_true is not None:
        line = spec.first_true[place - 1]
        label = f"line {place}" + (f" ({line.id})" if line.id else "")
        words = f"{line.result}: {line.when}"
        if number < 0:
            unknown = spec.if_unknown
            then = f", and if_unknown gives {unknown}" if unknown is not None else ""
            return f"{label} could not be decided{then}: {words}"
        return f"{label}, {words}" if line.when != OTHERWISE else f"{label}, otherwise"
    row = (spec.rows or ())[place - 1]
    cells = ", ".join(cell if isinstance(cell, str) else " or ".join(cell) for cell in row)
    return f"row {place} of its table: {cells}"


def found_rows(
    workspace: Workspace,
    owner: LoadedPack,
    rule: Rule,
    table: str,
    parts: Parts,
    ask: Questions,
) -> Callable[[Row], tuple[FoundRow, ...]]:
    """Return what reads the rows that the look-ups of a rule found."""
    readers = []
    for alias, hit in parts.hits.items():
        lookup = rule.lookups[alias]
        there = table if lookup.from_ == THIS_TABLE else lookup.from_
        columns = parts.found[alias]
        relation = parts.here if lookup.from_ == THIS_TABLE else parts.find(there)
        key = {name: ask(display(columns[name])) for name in relation.key if name in columns}
        places = [ask(columns[name].first) for name in (FILE, ROW) if name in columns]
        files = files_of(workspace, there, owner.id)
        found = ask(hit)
        readers.append((alias, there, found, key, places, files))

    def read(row: Row) -> tuple[FoundRow, ...]:
        return tuple(
            FoundRow(
                alias,
                there,
                bool(found(row)),
                _place([place(row) for place in places], files),
                {name: value(row) for name, value in key.items()} if found(row) else None,
            )
            for alias, there, found, key, places, files in readers
        )

    return read


def _place(numbers: Sequence[int | None], files: Sequence[str]) -> str | None:
    if len(numbers) != 2 or not files:
        return None
    file, row = numbers
    if file is None or row is None or file >= len(files):
        return None
    return f"{files[file]}:{row}"
