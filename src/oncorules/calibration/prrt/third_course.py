"""The times of a third course: fifteen medians over thirteen subjects, solved before all others.

What came before the third course does not bear on its own times, and its small groups leave few
solutions; in a search over everybody they were lost. The best that there is: with all other medians
of the third course as printed, the limits of its overall survival lie 0.2 months or more from the
printed ones. For this, every order of the thirteen ends was enumerated, with ties, and the times of
each found by linear programming (`tests/calibration/prrt/test_third_course.py`).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from oncorules.calibration.lone_course import search_course
from oncorules.calibration.medians import Missed, Where, median_rows
from oncorules.calibration.prrt.counts import RETREATED
from oncorules.calibration.prrt.frame import EPOCHS, Cohort
from oncorules.calibration.stages import Anneal, Stages
from oncorules.calibration.targets import Targets

PFS, OS = range(2)
NAMES = ("PFS", "OS")
BEFORE_3_MONTHS, AFTER_3_MONTHS = 170, 190
"""Days after the first of two cycles up to which a scan counts as that at three months, and from
which on it counts as one after it."""
LONGEST = 3000
NO_TESTS = np.zeros(0)


class ThirdTimes:
    """The search for the times of the third course.

    Args:
        cohort: with its counts dealt out.
        targets: the printed figures.
        seed: of the search.

    Attributes:
        rows: the places of its subjects in the cohort.
        times: days from its start, of progression-free and of overall survival.
        events: whether they end in an event.
    """

    def __init__(self, cohort: Cohort, targets: Targets, seed: int) -> None:
        self.seed = seed
        retreated = np.flatnonzero(cohort.subjects["SET"] == RETREATED)
        self.rows = retreated[np.isin(retreated, cohort.has[EPOCHS[2]])]
        origin = cohort.subjects["PRIMARY"][self.rows].astype(str)
        best = cohort.courses[EPOCHS[2]]["BESTRESP"][self.rows].astype(str)
        self.medians = median_rows(targets, {"PRIMARY": origin}, _variable_of)
        shape = (2, len(self.rows))
        self.low, self.high = np.full(shape, 1, np.int64), np.full(shape, LONGEST, np.int64)
        self.free = np.ones(shape, bool)
        self.low[PFS] = AFTER_3_MONTHS
        # Of midgut tumours the paper prints a median of 4.7 months: they progressed early.
        early = origin == "MIDGUT"
        self.low[PFS, early], self.high[PFS, early] = 95, BEFORE_3_MONTHS
        self.low[PFS, early & (best == "SD")] = 125
        self.free[PFS, early] = False
        random = np.random.default_rng(seed)
        self.times, self.events = np.zeros(shape, np.int64), np.ones(shape, np.int64)
        drawn = random.integers(200, 600, shape[1])
        self.times[PFS] = np.clip(drawn, self.low[PFS], self.high[PFS])
        self.times[OS] = self.times[PFS] + random.integers(0, 900, shape[1])

    def missed(self) -> list[Missed]:
        """Return the medians that are not as printed."""
        return self.medians.missed(self.times, self.events)

    def solve(self, stages: Stages, plan: tuple[Anneal, ...]) -> None:
        """Search in stages."""
        count = len(self.medians.targets)
        for number, anneal in enumerate(plan):
            stages.run(
                f"third course {number + 1}",
                {"times": self.times, "events": self.events},
                partial(self._search, anneal, self.seed * 100 + 50 + number),
                lambda: f"{count - len(self.missed())} of {count} medians of the third course",
            )

    def _search(self, anneal: Anneal, seed: int) -> None:
        nobody = np.zeros((0, len(self.rows)), bool)
        search_course(
            self.times, self.events, self.low, self.high, self.free, self.medians.variables,
            self.medians.masks, self.medians.reverse, self.medians.printed,
            NO_TESTS.astype(np.int64), nobody, self.times.copy(), self.events.copy(), nobody,
            NO_TESTS, NO_TESTS, *anneal, seed,
        )  # fmt: skip


def _variable_of(where: Where) -> int | None:
    if where.get("EPOCH") != (EPOCHS[2],):
        return None
    return NAMES.index(where["PARAMCD"][0])
