"""Blood samples and markers (LB)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.laboratory import MARKERS, TESTS, draw_values, usual_values
from oncorules.generators.sdtm_table import Figures
from oncorules.generators.trial import Trial

if TYPE_CHECKING:
    import pyarrow as pa

ALL = (*TESTS.values(), *MARKERS.values())
PLACES = {test.code: place for place, test in enumerate(ALL)}
BASELINE, FOLLOW_UP = range(2)
AFTER_CYCLE = (28, 43)
"""Days after a cycle between which a sample is taken."""
QUARTERS = (1, 2, 4, 6, 8)
"""Quarters of a year after the last cycle in which a sample is taken, a week early or late."""
QUARTER, WEEK = 91, 7
FAR = 10**7


class _Samples(NamedTuple):
    """Results: the course, the test, the value in its last decimal, the day, the kind of visit."""

    course: Rows
    test: Rows
    value: Rows
    day: Rows
    visit: Rows


def sample_table(trial: Trial, random: np.random.Generator) -> pa.Table:
    """Return LB: worst grades after treatment are those that were assigned."""
    parts = [*_before(trial, random), *_after(trial, random)]
    samples = _Samples(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    epochs = trial.cohort.courses.epoch
    visit = Coded(
        epochs.codes[samples.course] * 2 + samples.visit,
        tuple(f"{epoch} {kind}" for epoch in epochs.words for kind in ("BASELINE", "FOLLOW-UP")),
    )
    decimals = np.array([test.decimals for test in ALL])[samples.test]
    text = Figures(samples.value, decimals, text=True)
    low, high = (_limits(side)[samples.test] for side in ("low", "high"))
    side = np.where(samples.value > high, 2, np.where(samples.value < low, 1, 0))
    ranges = {
        side: Coded.of([_plain(getattr(test, side)) for test in ALL]) for side in ("low", "high")
    }
    numbers = {side: np.array([getattr(test, side) or np.nan for test in ALL]) for side in ranges}

    def named(attribute: str) -> Coded:
        return Coded.of([getattr(test, attribute) for test in ALL])[samples.test]

    return trial.of_courses(
        "LB",
        samples.course,
        samples.day,
        "LBDTC",
        {
            "LBTESTCD": named("code"),
            "LBTEST": named("name"),
            "LBCAT": named("category"),
            "LBORRES": text,
            "LBORRESU": named("unit"),
            "LBORNRLO": ranges["low"][samples.test],
            "LBORNRHI": ranges["high"][samples.test],
            "LBSTRESC": text,
            "LBSTRESN": Figures(samples.value, decimals),
            "LBSTRESU": named("unit"),
            "LBSTNRLO": numbers["low"][samples.test],
            "LBSTNRHI": numbers["high"][samples.test],
            "LBNRIND": Coded(side, ("NORMAL", "LOW", "HIGH")),
            "LBSPEC": "BLOOD",
            "LBNAM": trial.laboratory[trial.cohort.courses.subject[samples.course]],
            "VISIT": visit,
        },
    )


def _limits(side: str) -> Rows:
    """Return a limit of normal of each test in steps of its last decimal, far off where none is."""
    far = FAR if side == "high" else -FAR
    steps = [
        far if (limit := getattr(test, side)) is None else round(limit * 10**test.decimals)
        for test in ALL
    ]
    return np.array(steps)


def _plain(limit: float | None) -> str | None:
    return None if limit is None else f"{limit:g}"


def _before(trial: Trial, random: np.random.Generator) -> list[_Samples]:
    """Return what is measured before each course."""
    courses = trial.cohort.courses
    every = np.arange(courses.start.size)
    values = {code: usual_values(test, every.size, random) for code, test in TESTS.items()}
    values |= courses.markers
    values["CREATCLR"] = random.integers(65, 125, every.size)
    found = []
    for code, value in values.items():
        there = every[value >= 0]
        place, visit = np.full(there.size, PLACES[code]), np.full(there.size, BASELINE)
        found.append(_Samples(there, place, value[there], courses.start[there], visit))
    return found


def _after(trial: Trial, random: np.random.Generator) -> list[_Samples]:
    course, day, place, samples = _days_after(trial, random)
    found = []
    for code, test in TESTS.items():
        worst = trial.cohort.courses.grades[code]
        value = draw_values(test, worst, samples, place, course, random)
        number, visit = np.full(course.size, PLACES[code]), np.full(course.size, FOLLOW_UP)
        found.append(_Samples(course, number, value, day, visit))
    return found


def _days_after(trial: Trial, random: np.random.Generator) -> tuple[Rows, Rows, Rows, Rows]:
    """Return course, day and place of each sample after treatment, and how many each course has."""
    cohort, cycles = trial.cohort, trial.cycles
    size = cycles.shape[0]
    after = cycles + random.integers(*AFTER_CYCLE, cycles.shape)
    later = trial.last_cycle[:, None] + QUARTER * np.array(QUARTERS)
    later = later + random.integers(-WEEK, WEEK + 1, later.shape)
    days = np.column_stack([np.where(cycles < 0, FAR, after), later])
    until = cohort.until
    days[days >= (until - 1)[:, None]] = FAR
    days.sort(axis=1)
    days[:, 1:][days[:, 1:] == days[:, :-1]] = FAR
    start = cohort.courses.start
    alone = days[:, 0] == FAR
    days[alone, 0] = (start + np.maximum(1, (until - start) // 2))[alone]
    there = days != FAR
    course, column = np.nonzero(there)
    place = (np.cumsum(there, axis=1) - 1)[course, column]
    return course, days[course, column], place, there.sum(axis=1).reshape(size)
