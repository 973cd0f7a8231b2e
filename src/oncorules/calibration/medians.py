"""Printed medians of survival as rows of a search, and which of them it missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan

import numpy as np

from oncorules.calibration.kernel import median_of, median_penalty
from oncorules.calibration.targets import MedianTarget, Targets

Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Missed:
    """A median that is not as printed.

    Attributes:
        target: as printed.
        found: median, lower and upper limit in months; a limit that does not exist is NaN.
    """

    target: MedianTarget
    found: tuple[float, float, float]

    @property
    def distance(self) -> float:
        """How far the worst of its numbers lies from the printed one, in months."""
        printed = (self.target.median, self.target.low, self.target.high)
        pairs = [pair for pair in zip(printed, self.found, strict=True) if not isnan(pair[0])]
        return max(abs(found - one) for one, found in pairs)


@dataclass(frozen=True)
class MedianRows:
    """Medians over the same subjects; arrays have one row per median.

    Attributes:
        targets: as printed.
        variables: which time is looked at.
        masks: of whom (medians by subjects).
        reverse: whether the end of the observation is the event.
        printed: median, lower and upper limit in months; NaN where none is printed.
    """

    targets: list[MedianTarget]
    variables: np.ndarray
    masks: np.ndarray
    reverse: np.ndarray
    printed: np.ndarray

    def missed(self, times: np.ndarray, events: np.ndarray) -> list[Missed]:
        """Return the medians that are not as printed.

        Args:
            times: days by variable and subject.
            events: whether they end in an event, in the same shape.
        """
        found = []
        rows = zip(
            self.targets, self.variables, self.masks, self.reverse, self.printed, strict=True
        )
        for target, v, mask, reverse, printed in rows:
            order = np.argsort(times[v], kind="stable")
            now = median_of(times[v], events[v], order, mask, reverse)
            if median_penalty(*now, printed) > 0:
                found.append(Missed(target, now))
        return found


def median_rows(
    targets: Targets, columns: Mapping[str, np.ndarray], variable_of: Callable[[Where], int | None]
) -> MedianRows:
    """Return the printed medians that a search is about.

    Args:
        targets: the printed figures.
        columns: cells of its subjects, by the names with which analyses select their rows.
        variable_of: the time that an analysis looks at, by what it selects; None where it is not
            about these subjects.
    """
    kept, variables, masks = [], [], []
    for target in targets.medians():
        where = {name: tuple(map(str, cells)) for name, cells in target.part.where.items()}
        variable = variable_of(where)
        if variable is None:
            continue
        every = [np.isin(cells, where[name]) for name, cells in columns.items() if name in where]
        size = len(next(iter(columns.values())))
        kept.append(target)
        variables.append(variable)
        masks.append(np.logical_and.reduce([np.ones(size, bool), *every]))
    return MedianRows(
        kept,
        np.array(variables),
        np.array(masks),
        np.array([target.part.reverse for target in kept]),
        np.array([(target.median, target.low, target.high) for target in kept]),
    )
