"""An analysis table of many cohorts at once: columns, and the cohort of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oncorules.analysis.plan.rows import Rows as Wanted
from oncorules.errors import CallError
from oncorules.generators.coded import Coded, Rows

Column = Coded | Rows


@dataclass(frozen=True)
class ManyRows:
    """Rows of many cohorts, those of a cohort beside one another.

    Attributes:
        name: of the table.
        cohorts: how many.
        cohort: of each row, ascending from 0.
        columns: by name; text in codes, or numbers where NaN is missing.
    """

    name: str
    cohorts: int
    cohort: Rows
    columns: Mapping[str, Column]
    _known: dict[tuple[str, tuple[Any, ...]], Rows] = field(default_factory=dict, repr=False)

    def column(self, name: str) -> Column:
        """Return a column.

        Raises:
            CallError: the table has no such column.
        """
        if name not in self.columns:
            raise CallError(f"sampled cohorts have no column {name} of {self.name}")
        return self.columns[name]

    def numbers(self, name: str) -> Rows:
        """Return a column of numbers.

        Raises:
            CallError: the table has no such column, or it is text.
        """
        column = self.column(name)
        if isinstance(column, Coded):
            raise CallError(f"the column {name} of {self.name} is text")
        return column

    def among(self, name: str, values: Sequence[Any]) -> Rows:
        """Return in which rows a column has one of some values; None is a missing one."""
        key = name, tuple(values)
        if key not in self._known:
            self._known[key] = _among(self.column(name), values)
        return self._known[key]

    def known(self, name: str) -> Rows:
        """Return in which rows a column is known."""
        return ~self.among(name, (None,))

    def select(self, wanted: Wanted) -> Rows:
        """Return which rows have the values that an analysis reads."""
        mask = np.ones(self.cohort.size, bool)
        for name, values in wanted.where.items():
            mask &= self.among(name, values)
        return mask

    def count(self, mask: Rows) -> Rows:
        """Return how many rows of each cohort are in a mask."""
        return np.bincount(self.cohort[mask], minlength=self.cohorts)


def _among(column: Column, values: Sequence[Any]) -> Rows:
    found: Rows
    if isinstance(column, Coded):
        found = column.among(*(str(value) for value in values if value is not None))
        return found | ~column.known if None in values else found
    numbers = [float(value) for value in values if value is not None]
    found = np.isin(column, numbers)
    return found | np.isnan(column) if None in values else found
