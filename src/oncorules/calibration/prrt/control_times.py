"""The times of the controls: medians, and log-rank p values beside the retreated."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from oncorules.calibration.controls import search_controls
from oncorules.calibration.prrt.counts import CONTROL, RETREATED
from oncorules.calibration.prrt.frame import Cohort
from oncorules.calibration.prrt.times import MONTH, Progress, Solved, missed_medians
from oncorules.calibration.retreated_moves import OS1, PFS1
from oncorules.calibration.targets import Targets

STAGES = ((2_000_000, 0.5, 0.02), (4_000_000, 0.2, 0.003), *[(3_000_000, 0.1, 0.002)] * 3)
SHORTEST = 548
"""Days: controls qualified for retreatment, so they had 18 months without progression too."""


class ControlTimes:
    """The search for the times of the controls, beside those of the retreated as solved."""

    def __init__(self, cohort: Cohort, targets: Targets, retreated: Solved, seed: int) -> None:
        self.seed, self.random = seed, np.random.default_rng(seed)
        self.rows = np.flatnonzero(cohort.subjects["SET"] == CONTROL)
        self.size = len(self.rows)
        self.origin = cohort.subjects["PRIMARY"][self.rows].astype(str)
        others = cohort.subjects["PRIMARY"][cohort.subjects["SET"] == RETREATED].astype(str)
        self.other_times = retreated.times[[PFS1, OS1]].copy()
        self.other_events = retreated.events[[PFS1, OS1]].copy()
        names, variables, masks, reverse, printed, tests = [], [], [], [], [], []
        for target in targets.medians():
            where = {name: tuple(map(str, cells)) for name, cells in target.part.where.items()}
            if "CTRLFL" not in where:
                continue
            mask = np.ones(self.size, bool)
            other = np.ones(len(others), bool)
            if "PRIMARY" in where:
                mask &= np.isin(self.origin, where["PRIMARY"])
                other &= np.isin(others, where["PRIMARY"])
            v = ("PFS", "OS").index(where["PARAMCD"][0])
            names.append(target.name)
            variables.append(v)
            masks.append(mask)
            reverse.append(target.part.reverse)
            printed.append((target.median, target.low, target.high))
            p_cell = target.name.rpartition(".")[0] + ".p"
            if (p_cell, "p") in targets.printed:
                p = targets.printed[p_cell, "p"]
                below = targets.published.figures[f"{p_cell}.p"].printed.below
                highest = p + 0.0049 if not below else 0.0049
                lowest = max(p - 0.0049, 1e-12) if not below else 1e-12
                tests.append((v, mask, other, chi2.isf(highest, 1), chi2.isf(lowest, 1)))
        self.names, self.variables, self.masks = names, np.array(variables), np.array(masks)
        self.reverse, self.printed = np.array(reverse), np.array(printed)
        self.tests = [np.array(column) for column in zip(*tests, strict=True)]
        self._start(cohort)

    def _start(self, cohort: Cohort) -> None:
        random, size = self.random, self.size
        reason = cohort.subjects["NOSALVAG"][self.rows]
        times, events = np.zeros((2, size), np.int64), np.ones((2, size), np.int64)
        times[0] = np.maximum(SHORTEST, (random.weibull(1.5, size) * 34 + 8) * MONTH)
        times[0] = np.minimum(times[0], 5000)
        times[1] = np.minimum(times[0] + random.exponential(18, size) * MONTH, 6100)
        events[0] = random.random(size) < 0.85
        events[1] = random.random(size) < 0.75
        self.low = np.full((2, size), SHORTEST)
        self.high = np.full((2, size), 6200)
        self.free = np.ones((2, size), bool)
        died, lost = reason == "DEATH", reason == "LOST TO FOLLOW-UP"
        events[1, died], events[1, lost] = 1, 0
        self.free[1, died | lost] = False
        # Not evaluable: progression was seen on the OctreoScan alone.
        unseen = cohort.courses["I-PRRT"]["BESTRESP"][self.rows] == "NE"
        events[0, unseen] = 1
        self.free[0, unseen] = False
        events[0, events[1] == 1] = 1  # death ends the time without progression
        self.times, self.events = times, events

    def solve(self, progress: Progress | None = None) -> Solved:
        """Search in stages and return the times; what is left counts tests as well as medians."""
        left = np.inf
        v, masks, others, lowest, highest = self.tests
        for number, (steps, hot, cold) in enumerate(STAGES):
            left = search_controls(
                self.times, self.events, self.low, self.high, self.free, self.variables,
                self.masks, self.reverse, self.printed, v.astype(np.int64), masks, self.other_times,
                self.other_events, others, lowest.astype(float), highest.astype(float), steps, hot,
                cold, self.seed * 100 + number,
            )  # fmt: skip
            if progress is not None:
                progress(f"controls, {left:.3f} left", number + 1, len(STAGES))
            if left == 0:
                break
        missed = missed_medians(self) + (
            [] if left == 0 else [f"log-rank and all: {left:.3f} left"]
        )
        return Solved(self.times, self.events, np.zeros((2, self.size), np.int64), missed)
