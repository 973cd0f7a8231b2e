"""The times of the retreated: bounds from what was dealt out, then the search in stages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from oncorules.calibration.medians import Missed, Where, median_rows
from oncorules.calibration.prrt.counts import RETREATED
from oncorules.calibration.prrt.frame import EPOCHS, Cohort
from oncorules.calibration.prrt.plan import Plan
from oncorules.calibration.prrt.third_course import AFTER_3_MONTHS, ThirdTimes
from oncorules.calibration.prrt.third_course import OS as OS3
from oncorules.calibration.retreated_moves import OS1, OS2, PFS1, PFS2, VARIABLES, search
from oncorules.calibration.stages import Anneal, Stages
from oncorules.calibration.targets import Targets

MONTH = 30.4375
FIRST_MINIMUM, SECOND_MINIMUM = 18.0, 14.0
"""Months without progression that retreatment asks for."""
LONGEST = 5700
VARIABLE = {("PFS", EPOCHS[0]): PFS1, ("OS", EPOCHS[0]): OS1, ("PFS", EPOCHS[1]): PFS2,
            ("OS", EPOCHS[1]): OS2}  # fmt: skip


@dataclass
class Solved:
    """Times in days by variable and subject, and whether they end in an event.

    Attributes:
        times: days.
        events: 1 or 0, in the same shape.
        missed: the medians that are not as printed.
        medians: how many there are.
    """

    times: np.ndarray
    events: np.ndarray
    missed: list[Missed]
    medians: int


class RetreatedTimes:
    """The search for the times of the retreated.

    Args:
        cohort: with its counts dealt out.
        targets: the printed figures.
        seed: of the search.

    Attributes:
        rows: the places of its subjects in the cohort.
        third: who of them had a third course.
        again: the search for the times of that course, which comes first.
        times: days from the start of their course, of PFS1, OS1, PFS2 and OS2.
        events: whether they end in an event.
        gaps: days from the first to the second, and from the second to the third course.
        rest: days from the third course to the end.
    """

    def __init__(self, cohort: Cohort, targets: Targets, seed: int) -> None:
        self.seed, self.random = seed, np.random.default_rng(seed)
        self.rows = np.flatnonzero(cohort.subjects["SET"] == RETREATED)
        self.size = len(self.rows)
        first, second, third = (cohort.courses[epoch] for epoch in EPOCHS)
        self.origin = cohort.subjects["PRIMARY"][self.rows].astype(str)
        self.grade = first["WHOGRADE"][self.rows].astype(str)
        self.best = second["BESTRESP"][self.rows].astype(str)
        self.third = np.isin(self.rows, cohort.has["RR-PRRT"])
        self.by1 = second["PROGBY"][self.rows].astype(str)
        self.by2 = third["PROGBY"][self.rows].astype(str)
        self.rho = targets.value("pfs_correlation", "statistic")
        columns = {"PRIMARY": self.origin, "WHOGRADE": self.grade, "BESTRESP": self.best}
        self.medians = median_rows(targets, columns, _variable_of)
        self.again = ThirdTimes(cohort, targets, seed)
        self.rest = np.zeros(self.size, np.int64)
        self._bounds()
        self._start()

    def _bounds(self) -> None:
        size = self.size
        self.low, self.high = (
            np.zeros((VARIABLES, size), np.int64),
            np.full((VARIABLES, size), 10**6),
        )
        self.low[PFS1] = int(np.ceil(FIRST_MINIMUM * MONTH))
        self.high[OS1], self.low[OS2], self.high[OS2] = 6180, 10, 4840
        self.free = np.zeros((VARIABLES, size), bool)
        is_in = {name: self.best == name for name in ("PD", "CLINICAL PD", "DIED", "NE")}
        responders = ~np.logical_or.reduce(list(is_in.values()))
        self.low[PFS2] = AFTER_3_MONTHS
        self.low[PFS2, is_in["PD"]], self.high[PFS2, is_in["PD"]] = 95, 170
        self.low[PFS2, is_in["CLINICAL PD"]], self.high[PFS2, is_in["CLINICAL PD"]] = 20, 110
        self.tied = is_in["DIED"] | is_in["NE"]
        self.low[PFS2, self.tied] = 5
        self.high[OS2, is_in["DIED"]] = 100
        self.low[PFS2, self.third] = int(np.ceil(SECOND_MINIMUM * MONTH))
        self.free[OS2] = ~self.tied & ~self.third
        self.free[PFS2] = responders & ~self.third
        # At three months one more had progressed than never had anything better.
        early = np.flatnonzero((self.best == "SD") & ~self.third & (self.origin == "PANCREATIC")
                               & (self.grade != "3"))[-1]  # fmt: skip
        self.low[PFS2, early], self.high[PFS2, early] = 125, 170
        self.free[PFS2, early] = False

    def _start(self) -> None:
        random, size = self.random, self.size
        times, events = np.zeros((VARIABLES, size), np.int64), np.ones((VARIABLES, size), np.int64)
        times[PFS1] = np.maximum(self.low[PFS1], (random.weibull(1.6, size) * 30 + 12) * MONTH)
        gaps = np.zeros((2, size), np.int64)
        gaps[0] = np.minimum(times[PFS1] + random.exponential(14, size) * MONTH, 3600)
        times[PFS1] = np.minimum(times[PFS1], gaps[0])
        events[PFS1, self.by1 == "NONE"] = 0
        times[PFS2] = np.clip((random.exponential(14, size) + 6.5) * MONTH, self.low[PFS2],
                              np.minimum(self.high[PFS2], 2000))  # fmt: skip
        times[OS2] = np.clip(times[PFS2] + random.exponential(20, size) * MONTH, 200, 2500)
        times[OS2] = np.maximum(times[OS2], times[PFS2])
        times[OS2, self.tied] = times[PFS2, self.tied] = random.integers(20, 90, self.tied.sum())
        events[OS2] = random.random(size) < 0.6
        events[OS2, self.tied] = 1
        events[PFS2, self.free[PFS2]] = random.random(self.free[PFS2].sum()) < 0.8
        events[PFS2, self.by2 == "NONE"] = 0
        times[OS1] = gaps[0] + times[OS2]
        events[PFS2, ~self.third & (events[OS2] == 1)] = 1
        self.times, self.events, self.gaps = times, events, gaps

    def _join(self) -> None:
        """Let the second course of those with a third one end with it."""
        times, gaps, random = self.times, self.gaps, self.random
        third = np.flatnonzero(self.third)
        self.events[OS2, third] = self.again.events[OS3]
        times[PFS2, third] = random.integers(430, 700, len(third))
        gaps[1, third] = times[PFS2, third] + random.integers(0, 200, len(third))
        times[OS2, third] = gaps[1, third] + self.again.times[OS3]
        times[OS1] = gaps[0] + times[OS2]
        over = np.maximum(times[OS1] - self.high[OS1], 0)
        gaps[0] -= over
        times[OS1] -= over
        times[PFS1] = np.minimum(times[PFS1], gaps[0])
        self.events[OS1] = self.events[OS2]

    def missed(self) -> list[Missed]:
        """Return the medians that are not as printed, those of the third course too."""
        return self.medians.missed(self.times, self.events) + self.again.missed()

    def solve(self, stages: Stages, plan: Plan) -> Solved:
        """Search in stages and return the times."""
        self.again.solve(stages, plan.third)
        self._join()
        self.rest[self.third] = self.again.times[OS3]
        count = len(self.medians.targets) + len(self.again.medians.targets)
        for number, anneal in enumerate(plan.retreated):
            stages.run(
                f"retreated {number + 1}",
                {"times": self.times, "events": self.events, "gaps": self.gaps},
                partial(self._search, anneal, self.seed * 100 + number),
                lambda: f"{count - len(self.missed())} of {count} medians of the retreated",
            )
        return Solved(self.times, self.events, self.missed(), count)

    def _search(self, anneal: Anneal, seed: int) -> None:
        groups = np.unique(self.origin, return_inverse=True)[1]
        few = np.flatnonzero(self.third | (self.origin == "FOREGUT"))
        search(
            self.times, self.events, self.gaps, self.low, self.high, self.tied, self.third,
            self.rest, self.free, groups, few, self.medians.variables, self.medians.masks,
            self.medians.reverse, self.medians.printed, self.rho, LONGEST, *anneal, seed,
        )  # fmt: skip


def _variable_of(where: Where) -> int | None:
    if "CTRLFL" in where or where["PARAMCD"] == ("AMLMDS",):
        return None
    return VARIABLE.get((where["PARAMCD"][0], where["EPOCH"][0]))
