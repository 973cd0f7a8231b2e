"""Examples beside those in the long form: one subject's rows, with one cell changed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from oncorules.rules.examples.given import EXPECT
from oncorules.rules.loading.model import Example, Grid
from oncorules.rules.mutating.near import SEED, values_beside

SUBJECT = "USUBJID"
MOST = 384


def examples_beside(examples: Sequence[Example], texts: Iterable[str]) -> list[Example]:
    """Return long examples near some others, at most `MOST`; what they expect is not theirs.

    Args:
        examples: the examples of a rule or table.
        texts: its formulas, whose constants are tried.
    """
    constants = list(texts)
    found: list[Example] = []
    for example in examples:
        if example.given:
            for part in _of_each_subject(example):
                found.append(part)
                found += _changed(part, example, constants)
    draw = random.Random(SEED)  # noqa: S311 (no secret)
    return found if len(found) <= MOST else draw.sample(found, MOST)


def _of_each_subject(example: Example) -> Iterator[Example]:
    """Go through the subjects of an example as examples of their own."""
    grids = example.given
    if not all(SUBJECT in grid.columns for grid in grids.values()):
        yield example
        return
    subjects = {row[g.columns.index(SUBJECT)]: None for g in grids.values() for row in g.rows}
    for subject in subjects:
        own = {
            name: Grid(
                columns=grid.columns,
                rows=tuple(r for r in grid.rows if r[grid.columns.index(SUBJECT)] == subject),
            )
            for name, grid in grids.items()
        }
        yield example.model_copy(update={"given": own})


def _changed(part: Example, whole: Example, texts: Sequence[str]) -> Iterator[Example]:
    for name, grid in part.given.items():
        all_rows = whole.given[name].rows
        for place, label in enumerate(grid.columns):
            if label in (EXPECT, SUBJECT):
                continue
            pool = values_beside([row[place] for row in all_rows], texts)
            for number, row in enumerate(grid.rows):
                for value in pool:
                    if str(value) != str(row[place]):
                        yield _with_cell(part, name, number, place, value)
        for number in range(len(grid.rows)):
            if len(grid.rows) > 1:
                rows = (*grid.rows[:number], *grid.rows[number + 1 :])
                yield _with_rows(part, name, rows)


def _with_cell(example: Example, name: str, number: int, place: int, value: Any) -> Example:
    rows = list(example.given[name].rows)
    rows[number] = (*rows[number][:place], value, *rows[number][place + 1 :])
    return _with_rows(example, name, tuple(rows))


def _with_rows(example: Example, name: str, rows: tuple[tuple[Any, ...], ...]) -> Example:
    grid = example.given[name].model_copy(update={"rows": rows})
    return example.model_copy(update={"given": {**example.given, name: grid}})
