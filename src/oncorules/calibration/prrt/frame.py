"""The rows that are solved: subjects, and their courses; text cells, empty where unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from oncorules.calibration.contradictions import NoSuchCohort

Column = np.ndarray
EPOCHS = ("I-PRRT", "R-PRRT", "RR-PRRT")


@dataclass
class Rows:
    """Columns of equal length by name; a new column begins empty."""

    size: int
    columns: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        if name not in self.columns:
            self.columns[name] = np.full(self.size, "", object)
        return self.columns[name]

    def __setitem__(self, name: str, values: Column) -> None:
        self.columns[name] = np.array(values, object)

    def deal(
        self, name: str, counts: dict[str, int], among: Column, random: np.random.Generator
    ) -> None:
        """Give values to some rows that have none yet, at random; the rest stay as they are.

        Raises:
            NoSuchCohort: more values than rows.
        """
        column = self[name]
        if min(counts.values(), default=0) < 0:
            less = ", ".join(value for value, count in counts.items() if count < 0)
            raise NoSuchCohort(f"more rows than are asked for are {less} in {name} already")
        empty = [int(row) for row in among if column[row] == ""]
        wanted = [value for value, count in counts.items() for _ in range(count)]
        if len(wanted) > len(empty):
            raise NoSuchCohort(f"{len(wanted)} values of {name} are asked for {len(empty)} rows")
        for row, value in zip(random.permutation(empty), wanted, strict=False):
            column[row] = value


@dataclass
class Cohort:
    """Subjects, and per epoch their courses in the same places; who has none is not in `has`."""

    subjects: Rows
    courses: dict[str, Rows]
    has: dict[str, Column]


def pick_row(rows: Sequence[int] | Column, random: np.random.Generator, what: str) -> int:
    """Return one of some rows at random.

    Args:
        rows: to pick from.
        random: picks.
        what: is wanted, for the message.

    Raises:
        NoSuchCohort: there is none.
    """
    if len(rows) == 0:
        raise NoSuchCohort(f"nobody is left who could be {what}")
    return int(random.choice(rows))
