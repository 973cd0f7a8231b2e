"""Subjects of an invented trial with arms, drawn from the numbers of its design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from oncorules.errors import Problem, RuleError
from oncorules.generators.coded import Coded, Rows
from oncorules.generators.cohort import NEVER, Cohort, Courses, day_number
from oncorules.generators.design import FILE, Arm, Design, Enrolled, Grades
from oncorules.generators.latent import FOLDER
from oncorules.generators.scans import first_seen

EPOCH = "TREATMENT"
MONTH, YEAR = 30.4375, 365.25
BEST = ("CR", "PR", "SD", "PD", "NE")
CR, PR, SD, PD, NE = range(5)
ENDS_BY = ("RECIST", "DEATH")
HALF_YEAR = 183
"""Days without progression from which on a death may end them."""


@dataclass(frozen=True)
class ArmsModel:
    """An invented trial.

    Attributes:
        design: of the trial, with arms.
        enrolled: who takes part.
    """

    design: Design
    enrolled: Enrolled

    def __post_init__(self) -> None:
        """Refuse arms whose numbers contradict one another.

        Raises:
            RuleError: shares that are not all, or responses that the times leave no room for.
        """
        problems = [
            Problem(f"{FOLDER}/{FILE}", f"arms.{name}{told}")
            for name, arm in self.design.arms.items()
            for told in self._contradictions(arm)
        ]
        if problems:
            raise RuleError(problems)

    def draw(self, count: int, random: np.random.Generator) -> Cohort:
        """Return so many subjects."""
        enrolled, arms = self.enrolled, list(self.design.arms.values())
        shares = np.array([arm.share for arm in arms])
        kind = random.choice(len(arms), count, p=shares / shares.sum())
        rank = random.random(count)
        days = self._days(rank, np.array([arm.hazard_ratio for arm in arms])[kind])
        best = self._best(rank, kind, random)
        first, last = map(day_number, enrolled.between)
        begin = random.integers(first, last + 1, count)
        cut_off = day_number(self.design.cut_off)
        watched = np.minimum(cut_off - begin, self._lost(random.random(count)))
        by_death = (random.random(count) < enrolled.deaths) & (days > HALF_YEAR) & (best != PD)
        after = random.exponential(enrolled.survival_after * MONTH / np.log(2), count)
        death = days + np.where(by_death, 0, 1 + after.astype(np.int64))
        seen, died = days <= watched, death <= watched
        ends = np.minimum(days, watched)
        one, two = first_seen(self.design.scans, 1), first_seen(self.design.scans, 2)
        best = np.where(~seen & (best < SD) & (ends < two), SD, best)
        best = np.where(~seen & ((ends < one) | (best == PD)), NE, best)
        longest = self.design.treatment.days_between[1]
        cycles = np.clip(1 + (ends - 1) // longest, 1, enrolled.cycles)
        nothing = Coded(np.full(count, -1), ())
        grades = {
            test: self._grades([dict(arm.grades).get(test) for arm in arms], kind, random)
            for test in get_args(Grades)
        }
        low, high = enrolled.age
        age = low + (high - low) * (random.random(count) + random.random(count)) / 2
        return Cohort(
            kind=Coded(kind, tuple(self.design.arms)),
            sex=Coded((random.random(count) < enrolled.female).astype(np.int64), ("M", "F")),
            age_days=(age * YEAR).astype(np.int64),
            primary=nothing,
            earliest=begin,
            latest=begin,
            ends=np.minimum(death, watched),
            died=died,
            no_salvage=nothing,
            myeloid=nothing,
            myeloid_day=np.full(count, NEVER),
            courses=Courses(
                subject=np.arange(count),
                epoch=Coded.same(EPOCH, count),
                start=np.zeros(count, np.int64),
                cycles=cycles,
                dose=cycles * round(enrolled.dose * 10),
                best=Coded(best, BEST),
                ends=np.where(best == NE, 0, ends),  # no scan shows how long
                ends_by=Coded(np.where(seen, by_death, -1), ENDS_BY),
                late=np.zeros(count, bool),
                reduced=nothing,
                findings={},
                grades=grades,
                markers={},
            ),
        )

    def _days(self, rank: Rows, hazard_ratio: Rows | float) -> Rows:
        """Return the day by which such a share has progressed or died."""
        scale = self.enrolled.progression_free * MONTH
        hazards = -np.log1p(-rank) / (np.log(2) * hazard_ratio)
        days: Rows = np.ceil(scale * hazards ** (1 / self.enrolled.shape)).astype(np.int64)
        return np.maximum(days, 1)

    def _share_by(self, day: int, arm: Arm) -> float:
        """Return the share that has progressed or died by a day."""
        time = (day / (self.enrolled.progression_free * MONTH)) ** self.enrolled.shape
        return float(1 - 2 ** -(time * arm.hazard_ratio))

    def _best(self, rank: Rows, kind: Rows, random: np.random.Generator) -> Rows:
        """Return best responses: the first to progress have PD, the last may have responded."""
        two = first_seen(self.design.scans, 2)
        draw = random.random(rank.size)
        best = np.full(rank.size, SD)
        for number, arm in enumerate(self.design.arms.values()):
            shares = {name: arm.responses.get(name, 0.0) for name in ("CR", "PR", "PD")}
            early = self._share_by(two, arm)
            late = (kind == number) & (rank >= early)
            limits = np.cumsum([shares["CR"], shares["PR"]]) / (1 - early)
            best[late & (draw < limits[1])] = PR
            best[late & (draw < limits[0])] = CR
            best[(kind == number) & (rank < shares["PD"])] = PD
        return best

    def _lost(self, rank: Rows) -> Rows:
        """Return the day on which a subject is lost."""
        hazard = -np.log1p(-self.enrolled.dropout) / YEAR
        if hazard == 0:
            return np.full(rank.size, np.iinfo(np.int64).max)
        days: Rows = np.ceil(-np.log1p(-rank) / hazard).astype(np.int64)
        return np.maximum(days, 2)

    @staticmethod
    def _grades(shares: list[list[float] | None], kind: Rows, random: np.random.Generator) -> Rows:
        draw, grades = random.random(kind.size), np.zeros(kind.size, np.int64)
        for number, of_arm in enumerate(shares):
            there = kind == number
            limits = np.cumsum(of_arm or [1.0])[:-1]
            grades[there] = np.searchsorted(limits, draw[there], "right")
        return grades

    def _contradictions(self, arm: Arm) -> list[str]:
        responses = {name: arm.responses.get(name, 0.0) for name in ("CR", "PR", "SD", "PD")}
        found = []
        total = sum(responses.values())
        if abs(total - 1) > 1e-9:
            found.append(f".responses: the shares add up to {total:g}; expected 1")
        for test, shares in arm.grades.items():
            if abs(sum(shares) - 1) > 1e-9 or len(shares) > 5:
                found.append(
                    f".grades.{test}: {len(shares)} shares add up to {sum(shares):g};"
                    " expected those of grades 0 to 4 at most, and 1 in all"
                )
        one, two = first_seen(self.design.scans, 1), first_seen(self.design.scans, 2)
        early, late = self._share_by(one, arm), self._share_by(two, arm)
        if early > responses["PD"]:
            found.append(
                f".responses: {early:.1%} progress within {one} days, before a scan can show"
                f" anything better, and only {responses['PD']:.1%} have PD as best response; give"
                " PD more, or the arm a longer time without progression"
            )
        elif late > responses["PD"] + responses["SD"]:
            found.append(
                f".responses: {late:.1%} progress within {two} days, before a response can show,"
                f" and PD and SD are {responses['PD'] + responses['SD']:.1%}; give them more, or"
                " the arm a longer time without progression"
            )
        return found
