"""The times of the retreated: bounds from what was dealt out, then the search in stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from oncorules.calibration.kernel import median_of, median_penalty
from oncorules.calibration.prrt.counts import RETREATED
from oncorules.calibration.prrt.frame import EPOCHS, Cohort
from oncorules.calibration.retreated_moves import (
    OS1,
    OS2,
    OS3,
    PFS1,
    PFS2,
    PFS3,
    VARIABLES,
    search,
)  # fmt: skip
from oncorules.calibration.targets import Targets

MONTH = 30.4375
FIRST_MINIMUM, SECOND_MINIMUM = 18.0, 14.0
"""Months without progression that retreatment asks for."""
BEFORE_3_MONTHS, AFTER_3_MONTHS = 170, 190
"""Days after the first of two cycles up to which a scan counts as that at three months."""
LONGEST = 5700
STAGES = (
    (3_000_000, 0.5, 0.02), (8_000_000, 0.3, 0.005), *[(6_000_000, 0.15, 0.002)] * 4
)  # fmt: skip
VARIABLE = {("PFS", EPOCHS[0]): PFS1, ("OS", EPOCHS[0]): OS1, ("PFS", EPOCHS[1]): PFS2,
            ("OS", EPOCHS[1]): OS2, ("PFS", EPOCHS[2]): PFS3, ("OS", EPOCHS[2]): OS3}  # fmt: skip
Progress = Callable[[str, int, int], None]


@dataclass
class Solved:
    """Times in days by variable and subject, whether they end in an event, and the gaps."""

    times: np.ndarray
    events: np.ndarray
    gaps: np.ndarray
    missed: list[str]


class Medians(Protocol):
    """A search for times: its printed medians, and the times as they are now."""

    names: list[str]
    variables: np.ndarray
    masks: np.ndarray
    reverse: np.ndarray
    printed: np.ndarray
    times: np.ndarray
    events: np.ndarray


def missed_medians(search: Medians) -> list[str]:
    """Return the names of the medians that are not as printed, with what they are."""
    found = []
    for name, v, mask, reverse, printed in zip(
        search.names, search.variables, search.masks, search.reverse, search.printed, strict=True
    ):
        order = np.argsort(search.times[v], kind="stable")
        now = median_of(search.times[v], search.events[v], order, mask, reverse)
        if median_penalty(*now, printed) > 0:
            found.append("{}: {:.2f} ({:.2f} to {:.2f})".format(name, *now))
    return found


class RetreatedTimes:
    """The search for the times of the retreated.

    Args:
        cohort: with its counts dealt out.
        targets: the printed figures.
        seed: of the search.
    """

    def __init__(self, cohort: Cohort, targets: Targets, seed: int) -> None:
        self.seed, self.random = seed, np.random.default_rng(seed)
        self.rows = np.flatnonzero(cohort.subjects["SET"] == RETREATED)
        self.size = len(self.rows)
        first, second, third = (cohort.courses[epoch] for epoch in EPOCHS)
        self.origin = cohort.subjects["PRIMARY"][self.rows].astype(str)
        self.grade = first["WHOGRADE"][self.rows].astype(str)
        self.best = second["BESTRESP"][self.rows].astype(str)
        self.best3 = third["BESTRESP"][self.rows].astype(str)
        self.third = np.isin(self.rows, cohort.has["RR-PRRT"])
        self.by1 = second["PROGBY"][self.rows].astype(str)
        self.by2 = third["PROGBY"][self.rows].astype(str)
        self.rho = targets.value("pfs_correlation", "statistic")
        self._rows_of(targets)
        self._bounds()
        self._start()

    def _rows_of(self, targets: Targets) -> None:
        self.names, variables, masks, reverse, printed = [], [], [], [], []
        for target in targets.medians():
            where = {name: tuple(map(str, cells)) for name, cells in target.part.where.items()}
            if "CTRLFL" in where or where["PARAMCD"] == ("AMLMDS",):
                continue
            mask = self.third.copy() if "RRFL" in where else np.ones(self.size, bool)
            for name, column in (("PRIMARY", self.origin), ("WHOGRADE", self.grade),
                                 ("BESTRESP", self.best)):  # fmt: skip
                if name in where:
                    mask &= np.isin(column, where[name])
            self.names.append(target.name)
            variables.append(VARIABLE[where["PARAMCD"][0], where["EPOCH"][0]])
            masks.append(mask)
            reverse.append(target.part.reverse)
            printed.append((target.median, target.low, target.high))
        self.variables, self.masks = np.array(variables), np.array(masks)
        self.reverse, self.printed = np.array(reverse), np.array(printed)

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
        self.free[OS2] = ~self.tied
        self.free[PFS2] = responders & ~self.third
        # At three months one more had progressed than never had anything better.
        early = np.flatnonzero((self.best == "SD") & ~self.third & (self.origin == "PANCREATIC")
                               & (self.grade != "3"))[-1]  # fmt: skip
        self.low[PFS2, early], self.high[PFS2, early] = 125, 170
        self.free[PFS2, early] = False
        self.low[PFS3] = AFTER_3_MONTHS
        midgut = np.flatnonzero(self.third & (self.origin == "MIDGUT"))
        self.low[PFS3, midgut], self.high[PFS3, midgut] = 95, BEFORE_3_MONTHS
        self.low[PFS3, midgut[self.best3[midgut] == "SD"]] = 125
        self.free[PFS3] = self.third
        self.free[PFS3, midgut] = False

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
        third = np.flatnonzero(self.third)
        events[OS2, third] = 1
        times[PFS2, third] = random.integers(430, 700, len(third))
        gaps[1, third] = times[PFS2, third] + random.integers(0, 200, len(third))
        times[PFS3, third] = np.clip(random.integers(200, 600, len(third)), self.low[PFS3, third],
                                     self.high[PFS3, third])  # fmt: skip
        times[OS3, third] = times[PFS3, third] + random.integers(0, 900, len(third))
        times[OS2, third] = gaps[1, third] + times[OS3, third]
        times[OS1] = gaps[0] + times[OS2]
        over = np.maximum(times[OS1] - self.high[OS1], 0)
        gaps[0] -= over
        times[OS1] -= over
        times[PFS1] = np.minimum(times[PFS1], gaps[0])
        events[PFS2, ~self.third & (events[OS2] == 1)] = 1
        events[OS1] = events[OS3] = events[OS2]
        self.times, self.events, self.gaps = times, events, gaps

    def solve(self, progress: Progress | None = None) -> Solved:
        """Search in stages and return the times."""
        weights = np.ones(len(self.names))
        for place, name in enumerate(self.names):
            if name == "table-5.os.all.rr":  # it and its follow-up cannot both be had easily
                weights[place] = 2
        focus = np.flatnonzero(self.third | (self.origin == "FOREGUT"))
        for number, (steps, hot, cold) in enumerate(STAGES):
            search(
                self.times, self.events, self.gaps, self.low, self.high, self.tied, self.third,
                self.free, np.unique(self.origin, return_inverse=True)[1], focus, self.variables,
                self.masks, self.reverse, self.printed, weights, self.rho, LONGEST, steps, hot,
                cold, self.seed * 100 + number,
            )  # fmt: skip
            if progress is not None:
                met = len(self.names) - len(missed_medians(self))
                progress(f"{met} of {len(self.names)} medians", number + 1, len(STAGES))
        return Solved(self.times, self.events, self.gaps, missed_medians(self))
