"""Subjects of a cohort of any size: each is a solved one whose times are moved.

A smoothed bootstrap: what was solved keeps its margins and correlations, and times become
continuous. Each stretch of a history (to progression, from there to the next course or the end)
is multiplied by a log-normal factor of its own, so that the order of days holds by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from oncorules.generators.coded import Rows
from oncorules.generators.cohort import NEVER, Cohort, Courses, day_number
from oncorules.generators.design import Design, Moved
from oncorules.generators.scans import first_seen

LONGEST = 20_000
"""Days that no time reaches."""
SCANS_BEFORE = {"CR": 2, "PR": 2, "SD": 1}
"""By best response, how many planned scans must come before the end of a course."""


@dataclass(frozen=True)
class Model:
    """The solved cohort from which others are drawn.

    Attributes:
        solved: its subjects.
        design: with the days between which everything lies.
        moved: how far times are moved, and what they may not cross.
    """

    solved: Cohort
    design: Design
    moved: Moved

    def draw(self, rows: Rows, random: np.random.Generator) -> Cohort:
        """Return a cohort of some solved subjects, moved.

        Args:
            rows: of the solved subjects; one may come often.
            random: of the moves.
        """
        cohort = self._exchanged(rows, random)
        start, ends, total = self._times(cohort, random)
        unfit = ~self._fits(cohort.courses, start, total)
        kept = unfit[cohort.courses.subject]
        start = np.where(kept, cohort.courses.start, start)
        ends = np.where(kept, cohort.courses.ends, ends)
        end = np.where(unfit, cohort.ends, total)
        day = self._myeloid_day(cohort, start, end)
        courses = replace(cohort.courses, start=start, ends=ends)
        earliest, latest = self._window(courses, end)
        alive = ~cohort.died & ~cohort.no_salvage.among("LOST TO FOLLOW-UP")
        at_cut_off = alive & (latest + end == day_number(self.design.cut_off))
        return replace(
            cohort,
            courses=courses,
            ends=end,
            myeloid_day=day,
            earliest=np.where(at_cut_off, latest, earliest),
            latest=latest,
        )

    @cached_property
    def _alike(self) -> tuple[Rows, Rows, Rows]:
        """Per solved subject where those of its kind with as many courses begin, and how many."""
        counts = np.bincount(self.solved.courses.subject, minlength=len(self.solved))
        kinds = self.solved.kind.codes * 10 + counts
        order = np.argsort(kinds, kind="stable")
        _, group, size = np.unique(kinds, return_inverse=True, return_counts=True)
        begins = np.cumsum(size) - size
        return order, begins[group], size[group]

    @cached_property
    def _last_start(self) -> Rows:
        """Per solved subject, the day of its last course."""
        start: Rows = self.solved.courses.start[self.solved.courses.last]
        return start

    @cached_property
    def _oldest(self) -> Rows:
        """Per solved subject, the greatest age in days at the last course of those of its kind."""
        order, begins, _ = self._alike
        age = self.solved.age_days + self._last_start
        groups, group = np.unique(begins, return_inverse=True)
        oldest: Rows = np.maximum.reduceat(age[order], groups)[group]
        return oldest

    def _exchanged(self, rows: Rows, random: np.random.Generator) -> Cohort:
        """Return the subjects with sex and age of one, and markers of another of their kind."""
        order, begins, size = self._alike
        others, measured = (
            order[begins[rows] + (random.random(rows.size) * size[rows]).astype(int)]
            for _ in range(2)
        )
        oldest = self._oldest[rows]
        too_old = self.solved.age_days[others] + self._last_start[rows] > oldest
        people = np.where(too_old, rows, others)
        cohort, (places, _) = self.solved.take(rows), self.solved.courses_of(measured)
        markers = {name: found[places] for name, found in self.solved.courses.markers.items()}
        return replace(
            cohort,
            sex=self.solved.sex[people],
            age_days=self.solved.age_days[people],
            courses=replace(cohort.courses, markers=markers),
        )

    def _times(self, cohort: Cohort, random: np.random.Generator) -> tuple[Rows, Rows, Rows]:
        """Return start and end of each course, and the end of each subject."""
        courses = cohort.courses
        step = np.exp(self.moved.spread * random.standard_normal((2, courses.start.size)))
        low, high = self._bounds(courses)
        ends = np.where(low < high, _reflected(courses.ends * step[0], low, high), courses.ends)
        rest = cohort.until - courses.start - courses.ends
        length = ends + np.rint(rest * step[1]).astype(np.int64)
        before = np.cumsum(length) - length
        first = np.flatnonzero(courses.start == 0)
        start = before - before[first][courses.subject]
        return start, ends, (start + length)[courses.last]

    def _bounds(self, courses: Courses) -> tuple[Rows, Rows]:
        """Return between which days the end of each course may move."""
        low, high = np.ones(courses.ends.size), np.full(courses.ends.size, LONGEST)
        for epoch, walls in self.moved.walls.items():
            edges = np.array([1, *sorted(walls), LONGEST + 1])
            there = courses.epoch.among(epoch)
            cell = np.searchsorted(edges, courses.ends[there], "right")
            low[there], high[there] = edges[cell - 1], edges[cell] - 1
        longest_cycles = (courses.cycles - 1) * self.design.treatment.days_between[1]
        seen = np.zeros(courses.ends.size, np.int64)
        for best, scans in SCANS_BEFORE.items():
            seen[courses.best.among(best)] = first_seen(self.design.scans, scans)
        low = np.maximum(low, longest_cycles + seen)
        return np.minimum(low, courses.ends), np.maximum(high, courses.ends)

    def _fits(self, courses: Courses, start: Rows, total: Rows) -> Rows:
        """Return which subjects have a possible first day."""
        earliest, latest = self._window(replace(courses, start=start), total)
        fits: Rows = earliest <= latest
        return fits

    def _window(self, courses: Courses, total: Rows) -> tuple[Rows, Rows]:
        """Return the first and the last possible day of the first dose of each subject."""
        first, last = map(day_number, self.moved.later_courses)
        earliest = np.full(total.size, day_number(self.moved.first_dose))
        latest = day_number(self.design.cut_off) - total
        later = courses.start > 0
        subject, gap = courses.subject[later], courses.start[later]
        np.maximum.at(earliest, subject, first - gap)
        np.minimum.at(latest, subject, last - gap)
        return earliest, latest

    def _myeloid_day(self, cohort: Cohort, start: Rows, end: Rows) -> Rows:
        """Return the day of leukaemia, as far along the last course as it was."""
        last = cohort.courses.last
        old, new = cohort.courses.start[last], start[last]
        share = (cohort.myeloid_day - old) / np.maximum(1, cohort.ends - old)
        moved = new + np.rint(share * (end - new)).astype(np.int64)
        return np.where(cohort.myeloid_day == NEVER, NEVER, moved)


def _reflected(days: Rows, low: Rows, high: Rows) -> Rows:
    """Return days inside their bounds: what went beyond comes back as far, by its ratio."""
    days = np.where(days < low, low * low / days, days)
    days = np.where(days > high, high * (high / days), days)
    inside: Rows = np.clip(np.rint(days), low, high).astype(np.int64)
    return inside
