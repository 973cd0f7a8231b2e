"""Cases of which the first that fits decides: two neighbours swapped, or one dropped.

Looked at are the lines of `first_true` and `decide`, the rows of a decision table with the codes in
their cells, and the branches and grades of a term. `otherwise` stays the last line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from oncorules.rules.examples.formulas import Path
from oncorules.rules.loading.model import (
    OTHERWISE,
    Branch,
    Column,
    DecideLine,
    FirstTrueLine,
    Rule,
    Table,
    Term,
)
from oncorules.rules.loading.model_rules import downwards
from oncorules.rules.mutating.edit import CASE, CODE, ORDER


@dataclass(frozen=True)
class PartEdit:
    """Another value for a part that is no formula.

    Attributes:
        kind: what sort of edit it is.
        path: the part that gets another value.
        value: that value, as the models hold it.
        shown: the path to show, of the line or cell itself.
        was: the lines or the word as they stand in the file.
        now: what would stand there.
    """

    kind: str
    path: Path
    value: Any
    shown: Path
    was: Any
    now: Any


def line_edits(item: Rule | Table) -> Iterator[PartEdit]:
    """Go through the edits of the lines of a rule or table."""
    for name, column in item.columns.items():
        yield from _of_column(("columns", name), column)
    if isinstance(item, Table):
        for name, column in (item.walk.each_row if item.walk else {}).items():
            yield from _of_column(("walk", "each_row", name), column)
        if item.decide is not None:
            yield from _reordered(("decide", "lines"), item.decide.lines)


def term_line_edits(term: Term) -> Iterator[PartEdit]:
    """Go through the edits of the branches and grades of a term."""
    if term.grades is not None:
        yield from _grades(("grades",), term.grades)
    if term.branches is not None:
        yield from _reordered(("branches",), term.branches)
        for number, branch in enumerate(term.branches):
            yield from _grades(("branches", number, "grades"), branch.grades)


def _of_column(path: Path, column: Column) -> Iterator[PartEdit]:
    if column.first_true is not None:
        yield from _reordered((*path, "first_true"), column.first_true)
    if column.rows is not None:
        yield from _reordered((*path, "rows"), column.rows)
        for number, row in enumerate(column.rows):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple) and len(cell) > 1:
                    yield from dropped_codes((*path, "rows", number, place), cell)


def dropped_codes(path: Path, codes: Sequence[str]) -> Iterator[PartEdit]:
    """Go through a list of codes with one of them dropped."""
    for number in range(len(codes)):
        left = (*codes[:number], *codes[number + 1 :])
        yield PartEdit(CODE, path, left, path, list(codes), list(left))


def _reordered(path: Path, lines: Sequence[Any]) -> Iterator[PartEdit]:
    free = [number for number, line in enumerate(lines) if not _is_last_resort(line)]
    for one, other in pairwise(free):
        new = (*lines[:one], lines[other], lines[one], *lines[other + 1 :])
        was, now = ([written(lines[n]) for n in pair] for pair in ((one, other), (other, one)))
        yield PartEdit(ORDER, path, new, (*path, one), was, now)
    for number in free if len(lines) > 1 else ():
        new = (*lines[:number], *lines[number + 1 :])
        yield PartEdit(CASE, path, new, (*path, number), [written(lines[number])], [])


def _is_last_resort(line: Any) -> bool:
    return getattr(line, "when", None) == OTHERWISE


def _grades(path: Path, grades: Mapping[int | str, str]) -> Iterator[PartEdit]:
    for key, text in downwards(grades):
        if text == OTHERWISE or len(grades) == 1:
            continue
        left = {label: one for label, one in grades.items() if label != key}
        yield PartEdit(CASE, path, left, (*path, key), {key: text}, {})


def written(line: Any) -> Any:
    """Return a line as it stands in the file."""
    if isinstance(line, FirstTrueLine):
        return {line.result: line.when, **({"id": line.id} if line.id else {})}
    if isinstance(line, DecideLine):
        return {**({"id": line.id} if line.id else {}), "when": line.when, **line.values}
    if isinstance(line, Branch):
        return {"when": line.when, "grades": dict(line.grades)}
    return [list(cell) if isinstance(cell, tuple) else cell for cell in line]
