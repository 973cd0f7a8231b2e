"""A cohort in columns: one entry per subject, and one per course, as what it is told from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.latent import GRADES, Subject

NEVER = -1


def day_number(day: date) -> int:
    """Return a day in days from 1970 on."""
    return (day - date(1970, 1, 1)).days


@dataclass
class Courses:
    """Courses of treatment, those of a subject in time order and beside one another.

    Attributes:
        subject: the row of its subject.
        epoch: its name.
        start: days from the first dose of the subject.
        cycles: how many administrations.
        dose: of all cycles, in tenths of the unit.
        best: the best response that the scans must show.
        ends: days from its start to progression, to death without it, or to the last scan.
        ends_by: RECIST, OCTREOSCAN, CLINICAL or DEATH; missing when it is censored.
        late: a response that comes after the scan at three months.
        reduced: why it had less than the intended dose.
        findings: what was found before it, by test.
        grades: the worst grade that samples must show, by test.
        markers: chromogranin A and alkaline phosphatase before it, `NEVER` when not measured.
    """

    subject: Rows
    epoch: Coded
    start: Rows
    cycles: Rows
    dose: Rows
    best: Coded
    ends: Rows
    ends_by: Coded
    late: Rows
    reduced: Coded
    findings: dict[str, Coded]
    grades: dict[str, Rows]
    markers: dict[str, Rows]

    def take(self, rows: Rows, subject: Rows) -> Courses:
        """Return some courses, as those of other subjects."""
        return Courses(subject, **_taken(self, rows, {"subject"}))

    @property
    def last(self) -> Rows:
        """Which courses are the last of their subject."""
        return np.append(self.subject[1:] != self.subject[:-1], True)


@dataclass
class Cohort:
    """Subjects and their courses.

    Attributes:
        kind: the set of the paper that a subject belongs to, or the arm of a trial.
        sex: M or F.
        age_days: age at the first dose.
        primary: origin of the tumour.
        earliest, latest: the first and the last possible day of the first dose, from 1970 on.
        ends: days from the first dose to death or last contact.
        died: whether it ends with death.
        no_salvage: why there was no retreatment.
        myeloid: AML or MDS.
        myeloid_day: days from the first dose to it, `NEVER` for most.
        courses: of all subjects.
    """

    kind: Coded
    sex: Coded
    age_days: Rows
    primary: Coded
    earliest: Rows
    latest: Rows
    ends: Rows
    died: Rows
    no_salvage: Coded
    myeloid: Coded
    myeloid_day: Rows
    courses: Courses

    def __len__(self) -> int:
        return len(self.ends)

    def take(self, rows: Rows) -> Cohort:
        """Return some subjects with their courses, each as often as it is named."""
        courses = self.courses.take(*self.courses_of(rows))
        return Cohort(courses=courses, **_taken(self, rows, {"courses"}))

    def courses_of(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return the rows of the courses of some subjects, and whose each is among them."""
        counts = np.bincount(self.courses.subject, minlength=len(self))
        offsets = np.cumsum(counts) - counts
        taken = counts[rows]
        within = np.arange(taken.sum()) - np.repeat(np.cumsum(taken) - taken, taken)
        subject = np.repeat(np.arange(len(rows)), taken)
        return np.repeat(offsets[rows], taken) + within, subject

    @property
    def until(self) -> Rows:
        """Per course, days from the first dose to the next course, or to the end."""
        courses = self.courses
        following = np.append(courses.start[1:], 0)
        return np.where(courses.last, self.ends[courses.subject], following)


def _taken(columns: Cohort | Courses, rows: Rows, but: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(columns):
        column = getattr(columns, field.name)
        if field.name in but:
            continue
        if isinstance(column, dict):
            found[field.name] = {name: one[rows] for name, one in column.items()}
        else:
            found[field.name] = column[rows]
    return found


def cohort_of(subjects: Sequence[Subject]) -> Cohort:
    """Return solved subjects as columns."""
    pairs = [(row, course) for row, one in enumerate(subjects) for course in one.courses]
    courses = [course for _, course in pairs]
    tests = dict.fromkeys(name for course in courses for name in course.findings)
    markers = dict.fromkeys(name for course in courses for name in course.markers)
    days = np.array([[day_number(day) for day in one.begins] for one in subjects])
    return Cohort(
        kind=Coded.of([one.kind for one in subjects]),
        sex=Coded.of([one.sex for one in subjects]),
        age_days=np.array([one.age_days for one in subjects]),
        primary=Coded.of([one.primary for one in subjects]),
        earliest=days[:, 0],
        latest=days[:, 1],
        ends=np.array([one.ends for one in subjects]),
        died=np.array([one.died for one in subjects]),
        no_salvage=Coded.of([one.no_salvage for one in subjects]),
        myeloid=Coded.of([one.myeloid[0] if one.myeloid else None for one in subjects]),
        myeloid_day=np.array([one.myeloid[1] if one.myeloid else NEVER for one in subjects]),
        courses=Courses(
            subject=np.array([row for row, _ in pairs]),
            epoch=Coded.of([one.epoch for one in courses]),
            start=np.array([one.start for one in courses]),
            cycles=np.array([one.cycles for one in courses]),
            dose=np.array([round(one.dose * 10) for one in courses]),
            best=Coded.of([one.best for one in courses]),
            ends=np.array([one.ends for one in courses]),
            ends_by=Coded.of([one.ends_by for one in courses]),
            late=np.array([one.at_3_months == "SD" for one in courses]),
            reduced=Coded.of([one.reduced for one in courses]),
            findings={
                name: Coded.of([one.findings.get(name) for one in courses]) for name in tests
            },
            grades={name: np.array([one.grades[name] for one in courses]) for name in GRADES},
            markers={
                name: np.array([one.markers.get(name, NEVER) for one in courses])
                for name in markers
            },
        ),
    )
