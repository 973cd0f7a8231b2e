"""The days of scans, and the response that each must show for the assigned best one to come out.

No sum climbs to progression before the assigned day, and a response comes early enough: who has a
best response that lasts to three months has it at the second scan, others five months after the
last cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.cohort import Courses
from oncorules.generators.design import Schedule

LEAST_GAP = 24
"""Days between the last planned scan and the one that ends a course."""
LATE_RESPONSE = 140
"""Days after the last cycle before which a late response does not show."""
RESPONSES = ("", "CR", "PR", "SD", "PD", "NE")
BASELINE, CR, PR, SD, PD, NE = range(6)
STAYS, STEP, SHRINKS, GONE, GROWS, UNSEEN = range(6)
"""What a scan shows: nothing moves, a first step, a response, no lesion, progression, nothing."""


@dataclass(frozen=True)
class Scans:
    """Scans in order of their course and day.

    Attributes:
        course: the row of the course.
        number: within the course; 0 is the baseline.
        day: from the start of the course.
        shows: what the measurements must show.
        response: the response, by its place in `RESPONSES`.
    """

    course: Rows
    number: Rows
    day: Rows
    shows: Rows
    response: Rows

    @property
    def first(self) -> Rows:
        """Where the scans of each course begin."""
        return np.flatnonzero(self.number == 0)

    def responses(self) -> Coded:
        """Return the responses; a baseline has none."""
        return Coded(np.where(self.response == BASELINE, -1, self.response), RESPONSES)


def first_seen(schedule: Schedule, scans: int) -> int:
    """Return from which day after a schedule begins so many scans lie before the end."""
    return schedule.days[scans - 1] + schedule.off[0] + LEAST_GAP


def plan_scans(
    courses: Courses, last_cycle: Rows, schedule: Schedule, random: np.random.Generator
) -> Scans:
    """Return the scans of all courses that have any.

    Args:
        courses: what was assigned.
        last_cycle: per course, the day of its last cycle.
        schedule: of the scans.
        random: of all that nobody assigned.
    """
    size = len(courses.ends)
    seen = ~courses.best.among("DIED", "CLINICAL PD")
    unseen = courses.best.among("NE")
    at_end = courses.ends_by.among("RECIST")
    apart = courses.ends_by.among("OCTREOSCAN", "DEATH") & ~unseen
    ends = courses.ends - np.where(apart, random.integers(15, 60, size), 0)
    begins = last_cycle if schedule.after == "last cycle" else np.zeros(size, np.int64)
    longest = max(0, int((ends - begins).max(initial=0)))
    later = schedule.days[-1] + schedule.then_every * np.arange(
        1, longest // schedule.then_every + 2
    )
    planned = np.concatenate([schedule.days, later])
    off = np.where(np.arange(planned.size) < len(schedule.days), *schedule.off)
    days = np.zeros((size, planned.size + 2), np.int64)
    days[:, 1:-1] = planned + random.integers(-off, off + 1, (size, planned.size))
    days[:, 1:-1] += begins[:, None]
    days[:, -1] = ends
    there = np.zeros(days.shape, bool)
    there[:, 0] = seen
    early = courses.best.among("PD")
    there[:, 1:-1] = (seen & ~early)[:, None] & (days[:, 1:-1] <= (ends - LEAST_GAP)[:, None])
    there[:, -1] = seen & (at_end | ~unseen)
    course, place = np.nonzero(there)
    number = (np.cumsum(there, axis=1) - 1)[course, place]
    day = days[course, place]
    shows = _shown(courses, last_cycle, course, number, day, there.sum(axis=1) - 1)
    response = np.array([SD, SD, PR, CR, PD, NE])[shows]
    response[number == 0] = BASELINE
    return Scans(course, number, day, shows, response)


def _shown(
    courses: Courses, last_cycle: Rows, course: Rows, number: Rows, day: Rows, scans: Rows
) -> Rows:
    """Return what each scan shows; `scans` counts those of a course after its baseline."""
    best, ends = courses.best, courses.ends_by.among("RECIST")
    responds = best.among("CR", "PR")[course]
    last = number == (scans - ends)[course]
    from_day = np.where(courses.late, last_cycle + LATE_RESPONSE, 0)[course]
    shrunk = responds & (number > 1) & ((day >= from_day) | last)
    gone = shrunk & best.among("CR")[course] & ((number > 2) | last)
    shows = np.where(responds, STEP, STAYS)
    shows[shrunk], shows[gone] = SHRINKS, GONE
    shows[best.among("NE")[course]] = UNSEEN
    shows[ends[course] & (number == scans[course])] = GROWS
    shows[number == 0] = STAYS
    return shows
