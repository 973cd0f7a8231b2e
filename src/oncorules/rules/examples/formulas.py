"""The formulas of a rule or derived table: where each stands, and how to put another there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from oncorules.rules.language.formula import FormulaError, parse
from oncorules.rules.loading.model import OTHERWISE, Column, Rule, Table

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Formula:
    """A formula of a rule or table: where it stands, and the column that it gives its value to."""

    path: Path
    text: str
    column: str | None = None


def put(node: Any, path: Path, text: Any) -> Any:
    """Return a rule or table, or a part of one, with another text or number at a path."""
    if not path:
        return text
    step, rest = path[0], path[1:]
    if isinstance(node, BaseModel):
        name = str(step)
        return node.model_copy(update={name: put(getattr(node, name), rest, text)})
    if isinstance(node, Mapping):
        return {**node, step: put(node[step], rest, text)}
    place = int(step)
    return (*node[:place], put(node[place], rest, text), *node[place + 1 :])


def formulas(item: Rule | Table) -> Iterator[Formula]:
    """Go through the formulas of a rule or table; a result that is a code is none."""
    yield from (formula for formula in _texts(item) if _is_formula(formula.text))


def _texts(item: Rule | Table) -> Iterator[Formula]:
    if isinstance(item, Rule):
        if item.applies_to.where is not None:
            yield Formula(("applies_to", "where"), item.applies_to.where)
    else:
        for name, text in (("where", item.where), ("until", item.until)):
            if text is not None:
                yield Formula((name,), text)
        yield from _of_table(item)
    for name, lookup in item.lookups.items():
        path: Path = ("lookups", name)
        for part in ("where", "accept"):
            text = getattr(lookup, part)
            if text is not None:
                yield Formula((*path, part), text)
        for part in ("in_between", "columns", "if_none"):
            held = getattr(lookup, part)
            for label, text in held.items() if isinstance(held, dict) else ():
                yield Formula((*path, part, label), text)
    for name, run in item.runs.items():
        yield Formula(("runs", name, "of"), run.of)
    for name, column in item.columns.items():
        yield from _of_column(("columns", name), name, column)
    if isinstance(item, Rule):
        yield Formula(("condition",), item.condition)
        return
    for number, line in enumerate(item.decide.lines if item.decide else ()):
        path = ("decide", "lines", number)
        if line.when != OTHERWISE:
            yield Formula((*path, "when"), line.when)
        for name, text in line.values.items():
            yield Formula((*path, "values", name), text, name)
    if item.keep is not None:
        yield Formula(("keep",), item.keep)


def _of_table(table: Table) -> Iterator[Formula]:
    for name, held in table.if_no_row.items():
        for label, text in held.items():
            yield Formula(("if_no_row", name, label), text, label)
    for number, part in enumerate(table.stack or ()):
        if part.where is not None:
            yield Formula(("stack", number, "where"), part.where)
        for label, text in part.columns.items():
            yield Formula(("stack", number, "columns", label), text, label)
    if table.walk is not None:
        for name, column in table.walk.each_row.items():
            yield from _of_column(("walk", "each_row", name), name, column)


def _of_column(path: Path, name: str, column: Column) -> Iterator[Formula]:
    if column.value is not None:
        yield Formula((*path, "value"), column.value, name)
    for number, line in enumerate(column.first_true or ()):
        if line.when != OTHERWISE:
            yield Formula((*path, "first_true", number, "when"), line.when)
        yield Formula((*path, "first_true", number, "result"), line.result, name)
    if column.if_unknown is not None:
        yield Formula((*path, "if_unknown"), column.if_unknown, name)


def _is_formula(text: str) -> bool:
    try:
        parse(text)
    except FormulaError:
        return False
    return True
