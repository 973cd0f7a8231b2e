"""Plants defects into the tables of an export, and writes down what was planted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oncorules.data.answer_key import COLUMNS
from oncorules.generators.coded import Rows
from oncorules.generators.defects.catalogue import KINDS
from oncorules.generators.defects.kinds import Kind
from oncorules.generators.defects.plan import Plan
from oncorules.generators.defects.sheets import Change, Sheets

if TYPE_CHECKING:
    import pyarrow as pa

PURPOSE = 200
"""Keeps these random numbers apart from all others that a seed gives."""


@dataclass(frozen=True)
class KindPlanted:
    """How many defects of a kind were asked for, and planted."""

    kind: str
    table: str
    asked: int
    planted: int


@dataclass(frozen=True)
class Planted:
    """What was planted.

    Attributes:
        tables: of the export, with the defects.
        key: the answer key, one row per defect.
        kinds: what was asked for and planted.
    """

    tables: dict[str, pa.Table]
    key: pa.Table
    kinds: tuple[KindPlanted, ...]


def plant_defects(tables: Mapping[str, pa.Table], plan: Plan, seed: int) -> Planted:
    """Return the tables of an export with known errors, and the answer key.

    No two defects of a subject touch one table or are spoken of by one rule, so that none hides
    another and each finding has one cause.

    Args:
        tables: Arrow tables by name, with the columns of SDTM.
        plan: which defects.
        seed: of where they go; the same seed gives the same defects.

    Raises:
        RuleError: the plan asks for more defects than there are rows.
    """
    sheets = Sheets(tables)
    numbers = plan.numbers({name: sheets.count(name) for name in sheets.names})
    places = {name: place for place, name in enumerate(KINDS)}
    fitting = {name: np.flatnonzero(KINDS[name].where(sheets)) for name in numbers}
    taken: dict[str, list[Kind]] = {}
    ways = {}
    for name in numbers:
        random = np.random.Generator(np.random.Philox(key=[seed, (places[name] << 8) + PURPOSE]))
        ways[name] = _ways(sheets, KINDS[name], random.permutation(fitting[name]), taken)
    planted: dict[str, list[Change]] = {name: [] for name in numbers}
    # One of each kind in turn, those first that few rows can have: none takes all the subjects.
    waiting = sorted(numbers, key=lambda name: (fitting[name].size, places[name]))
    while waiting:
        for name in tuple(waiting):
            change = next(ways[name], None)
            if change is not None:
                planted[name].append(change)
            if change is None or len(planted[name]) == numbers[name]:
                waiting.remove(name)
    kinds = tuple(
        KindPlanted(name, KINDS[name].table, numbers[name], len(planted[name])) for name in numbers
    )
    return Planted(sheets.tables(), _answer_key(planted, numbers), kinds)


def _ways(sheets: Sheets, kind: Kind, rows: Rows, taken: dict[str, list[Kind]]) -> Iterator[Change]:
    """Plant a defect each time one is asked for, as long as a row can have it."""
    for row in rows.tolist():
        subject = sheets.cell(kind.table, row, "USUBJID")
        before = taken.setdefault(subject, [])
        if not all(kind.goes_with(other) for other in before):
            continue
        change = kind.plant(sheets, row)
        if change is not None:
            before.append(kind)
            yield change


def _answer_key(planted: Mapping[str, list[Change]], names: Mapping[str, int]) -> pa.Table:
    """Return the answer key, by kind as the plan has them and in the order of planting."""
    import pyarrow as pa

    rows: list[tuple[int | str, ...]] = []
    for name in names:
        kind = KINDS[name]
        for change in planted[name]:
            rules = change.rules or kind.rules
            also = [rule for rule in (*kind.rules, *kind.also) if rule not in rules]
            where = (kind.table, change.subject, change.key)
            what = (change.variable, change.before, change.after)
            said = (" ".join(rules), " ".join(also))
            rows.append((len(rows) + 1, name, *where, *what, *said))
    schema = pa.schema(
        [(column, pa.int64() if column == "defect" else pa.string()) for column in COLUMNS]
    )
    listed = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(listed, schema)
