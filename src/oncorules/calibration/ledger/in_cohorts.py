"""Values of a group laid out with one line per cohort, so that all cohorts are worked at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncorules.generators.coded import Rows


@dataclass(frozen=True)
class InCohorts:
    """Where the rows of a group stand in a matrix of cohorts by members.

    Attributes:
        n: members of each cohort.
        there: cohorts by members; which places are taken, from the left.
    """

    n: Rows
    there: Rows
    _line: Rows
    _place: Rows

    @classmethod
    def of(cls, cohort: Rows, cohorts: int) -> InCohorts:
        """Return the places of rows whose cohorts ascend."""
        n = np.bincount(cohort, minlength=cohorts)
        place = np.arange(cohort.size) - (np.cumsum(n) - n)[cohort]
        there = np.arange(max(1, int(n.max(initial=0)))) < n[:, None]
        return cls(n, there, cohort, place)

    def lay(self, values: Rows, empty: float) -> Rows:
        """Return values in their places, and something else where nobody is."""
        found = np.full(self.there.shape, empty, np.result_type(values.dtype, type(empty)))
        found[self._line, self._place] = values
        return found


def first_of_ties(ordered: Rows) -> Rows:
    """Return for each place of ascending lines where its equal values begin."""
    places = np.arange(ordered.shape[1])
    new = np.ones(ordered.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    found: Rows = np.maximum.accumulate(np.where(new, places, 0), axis=1)
    return found


def last_of_ties(ordered: Rows) -> Rows:
    """Return for each place of ascending lines where its equal values end."""
    size = ordered.shape[1]
    found: Rows = size - 1 - first_of_ties(ordered[:, ::-1])[:, ::-1]
    return found


def ranks(values: Rows) -> Rows:
    """Return the rank of each value in its line from 0 on; equal ones share their mean."""
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    mean = (first_of_ties(ordered) + last_of_ties(ordered)) / 2
    found = np.empty(values.shape)
    np.put_along_axis(found, order, mean, axis=1)
    return found
