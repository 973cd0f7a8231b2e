"""Rows beside the examples of a rule or term: one or two cells of an example changed.

Nothing is made up from nothing, so that what is found reads like the examples there are: a cell
gets a value that stands in another example, a constant of the rule or its neighbour, the day before
or after, or nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from oncorules.data.dates import first_and_last_day
from oncorules.rules.examples.given import EXPECT
from oncorules.rules.language.formula import parsed
from oncorules.rules.loading.model import Grid

MOST = 1024
SEED = 20_240_601
Row = tuple[Any, ...]


def rows_beside(grid: Grid, texts: Iterable[str]) -> list[Row]:
    """Return rows near those of a grid of examples, at most `MOST`, with what they expect left out.

    Args:
        grid: the examples; the column `expect` is not changed.
        texts: the formulas, whose constants are tried.
    """
    free = [number for number, name in enumerate(grid.columns) if name != EXPECT]
    constants = _constants(texts)
    pools = {number: _pool([row[number] for row in grid.rows], constants) for number in free}
    seen = {tuple(map(str, (row[n] for n in free))) for row in grid.rows}
    found: list[Row] = []

    def add(row: Row) -> None:
        shown = tuple(map(str, (row[number] for number in free)))
        if shown not in seen:
            seen.add(shown)
            found.append(row)

    draw = random.Random(SEED)  # noqa: S311 (no secret)
    singles = [
        (*row[:n], value, *row[n + 1 :]) for row in grid.rows for n in free for value in pools[n]
    ]
    for row in singles if len(singles) <= MOST else draw.sample(singles, MOST):
        add(row)
    for _ in range(MOST if len(free) > 1 and grid.rows else 0):
        if len(found) >= MOST:
            break
        new = list(draw.choice(grid.rows))
        for number in draw.sample(free, 2):
            new[number] = draw.choice(pools[number])
        add(tuple(new))
    return found[:MOST]


def values_beside(cells: Sequence[Any], texts: Iterable[str]) -> list[Any]:
    """Return the values to try in a column that holds some cells."""
    return _pool(cells, _constants(texts))


def _constants(texts: Iterable[str]) -> tuple[set[str], set[Decimal]]:
    words: set[str] = set()
    numbers: set[Decimal] = set()
    for text in texts:
        for node in parsed(text).find_all(exp.Literal):
            if node.is_string:
                words.add(node.name)
            else:
                numbers.add(Decimal(node.name))
    return words, numbers


def _pool(cells: Sequence[Any], constants: tuple[set[str], set[Decimal]]) -> list[Any]:
    """Return what a cell may become, of the kind of those that are there."""
    words, numbers = constants
    filled = [cell for cell in cells if cell is not None]
    found: dict[str, Any] = {str(cell): cell for cell in filled}
    if filled and all(isinstance(cell, bool) for cell in filled):
        found = {"True": True, "False": False}
    elif filled and all(_number(cell) is not None for cell in filled):
        around = {_number(cell) or Decimal(0) for cell in filled} | numbers
        as_text = all(isinstance(cell, str) for cell in filled)
        for one in sorted(around | {one + step for one in around for step in (1, -1)}):
            found[str(one)] = str(one) if as_text else one
    elif filled and all(first_and_last_day(str(cell)) for cell in filled):
        for cell in filled:
            ends = first_and_last_day(str(cell))
            if ends is not None:
                for day in (ends[0] - timedelta(days=1), ends[1] + timedelta(days=1)):
                    found[day.isoformat()] = day.isoformat()
    else:
        found |= {word: word for word in sorted(words)}
    return [None, *found.values()]


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    try:
        number = Decimal(str(cell))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
