"""The times of the controls: medians, and log-rank p values beside the retreated."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.stats import chi2

from oncorules.calibration.lone_course import search_course
from oncorules.calibration.medians import Missed, Where, median_rows
from oncorules.calibration.prrt.counts import CONTROL, RETREATED
from oncorules.calibration.prrt.frame import Cohort
from oncorules.calibration.prrt.times import MONTH, Solved
from oncorules.calibration.retreated_moves import OS1, PFS1
from oncorules.calibration.stages import Anneal, Stages
from oncorules.calibration.targets import Targets

SHORTEST = 548
"""Days: controls qualified for retreatment, so they had 18 months without progression too."""


class ControlTimes:
    """The search for the times of the controls, beside those of the retreated as solved."""

    def __init__(self, cohort: Cohort, targets: Targets, retreated: Solved, seed: int) -> None:
        self.seed, self.random = seed, np.random.default_rng(seed)
        self.rows = np.flatnonzero(cohort.subjects["SET"] == CONTROL)
        self.size = len(self.rows)
        origin = cohort.subjects["PRIMARY"]
        self.medians = median_rows(
            targets, {"PRIMARY": origin[self.rows].astype(str)}, _variable_of
        )
        self.other_times = retreated.times[[PFS1, OS1]].copy()
        self.other_events = retreated.events[[PFS1, OS1]].copy()
        self.left = np.array([np.inf])
        self._tests(targets, origin[cohort.subjects["SET"] == RETREATED].astype(str))
        self._start(cohort)

    def _tests(self, targets: Targets, others: np.ndarray) -> None:
        """Find the log-rank tests beside medians, and which statistics print their p values."""
        tests = []
        for place, target in enumerate(self.medians.targets):
            p_cell = target.name.rpartition(".")[0] + ".p"
            if (p_cell, "p") not in targets.printed:
                continue
            wanted = [str(cell) for cell in target.part.where.get("PRIMARY", others)]
            p = targets.printed[p_cell, "p"]
            below = targets.published.figures[f"{p_cell}.p"].printed.below
            highest = p + 0.0049 if not below else 0.0049
            lowest = max(p - 0.0049, 1e-12) if not below else 1e-12
            other = np.isin(others, wanted)
            mask, variable = self.medians.masks[place], self.medians.variables[place]
            tests.append((variable, mask, other, chi2.isf(highest, 1), chi2.isf(lowest, 1)))
        variables, self.masks, self.others, lows, highs = map(np.array, zip(*tests, strict=True))
        self.variables = variables.astype(np.int64)
        self.lows, self.highs = lows.astype(float), highs.astype(float)

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

    def missed(self) -> list[Missed]:
        """Return the medians that are not as printed."""
        return self.medians.missed(self.times, self.events)

    def solve(self, stages: Stages, plan: tuple[Anneal, ...]) -> Solved:
        """Search in stages, until nothing is left, and return the times."""
        count = len(self.medians.targets)
        for number, anneal in enumerate(plan):
            if self.left[0] == 0:
                stages.skip(len(plan) - number)
                break
            stages.run(
                f"controls {number + 1}",
                {"times": self.times, "events": self.events, "left": self.left},
                partial(self._search, anneal, self.seed * 100 + number),
                lambda: f"{count - len(self.missed())} of {count} medians of the controls",
            )
        return Solved(self.times, self.events, self.missed(), count)

    def _search(self, anneal: Anneal, seed: int) -> None:
        self.left[0] = search_course(
            self.times, self.events, self.low, self.high, self.free, self.medians.variables,
            self.medians.masks, self.medians.reverse, self.medians.printed, self.variables,
            self.masks, self.other_times, self.other_events, self.others, self.lows, self.highs,
            *anneal, seed,
        )  # fmt: skip


def _variable_of(where: Where) -> int | None:
    if "CTRLFL" not in where:
        return None
    return ("PFS", "OS").index(where["PARAMCD"][0])
