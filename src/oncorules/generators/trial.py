"""A cohort at work: its study, identifiers and days, from which each table is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.cohort import Cohort
from oncorules.generators.design import Design
from oncorules.generators.sdtm_table import Cells, Days, sdtm_table

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Trial:
    """A cohort as a trial.

    Attributes:
        design: what no figure says.
        cohort: subjects and courses as assigned.
        number: of each subject in the trial, as text.
        ids: the unique identifier of each subject.
        site: number of each subject's site.
        investigator: of each subject.
        laboratory: that measures for each subject.
        remarks: free text of the trial.
        arms: of each subject.
        first: per subject, the day of the first dose from 1970 on.
        cycles: per course and cycle, days from the first dose of the subject; `NEVER` after the
            last cycle.
    """

    design: Design
    cohort: Cohort
    number: Coded
    ids: Coded
    site: Coded
    investigator: Coded
    laboratory: Coded
    remarks: tuple[str, ...]
    arms: Coded
    first: Rows
    cycles: Rows

    @cached_property
    def last_cycle(self) -> Rows:
        """Per course, days from the first dose of the subject to the last cycle."""
        last: Rows = self.cycles.max(axis=1)
        return last

    @cached_property
    def end(self) -> Rows:
        """Per subject, the day of death or last contact."""
        return self.first + self.cohort.ends

    def on(self, course: Rows, day: Rows) -> Rows:
        """Return days from the first dose of a course's subject as days from 1970 on."""
        return self.first[self.cohort.courses.subject[course]] + day

    def table(self, name: str, subject: Rows, order: Rows, columns: dict[str, Cells]) -> pa.Table:
        """Return a table of SDTM; see `sdtm_table`."""
        return sdtm_table(name, self.design.study, self.ids, subject, order, columns)

    def of_courses(
        self, name: str, course: Rows, day: Rows, timing: str, columns: dict[str, Cells]
    ) -> pa.Table:
        """Return a table whose rows belong to courses.

        Args:
            name: of the table.
            course: of each row.
            day: of each row, from the first dose of the subject.
            timing: the column of that day.
            columns: all others.
        """
        courses = self.cohort.courses
        on = self.on(course, day)
        dated: dict[str, Cells] = {"EPOCH": courses.epoch[course], timing: Days(on)}
        return self.table(name, courses.subject[course], on, dated | columns)


def draw_cycles(cohort: Cohort, days_between: tuple[int, int], random: np.random.Generator) -> Rows:
    """Return the day of each cycle of each course, from the first dose of the subject.

    Args:
        cohort: whose courses have cycles.
        days_between: the least and the most days from one cycle to the next.
        random: of all that nobody assigned.
    """
    courses = cohort.courses
    most = int(courses.cycles.max(initial=1))
    steps = random.integers(days_between[0], days_between[1] + 1, (courses.cycles.size, most - 1))
    days = np.column_stack([np.zeros(courses.cycles.size, np.int64), np.cumsum(steps, axis=1)])
    days += courses.start[:, None]
    days[np.arange(most) >= courses.cycles[:, None]] = -1
    return days
