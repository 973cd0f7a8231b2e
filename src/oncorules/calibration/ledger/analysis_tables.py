"""The analysis tables of cohorts as they were assigned, without an export in between.

What a scan, a sample or a date of an export would give back after `derive` is what was assigned, so
ADSL, ADPRRT, ADTTE and ADTOX of van der Zwan's study follow from it at once. Tests hold the numbers
against those of the export's own road.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncorules.calibration.ledger.many_rows import Column, ManyRows
from oncorules.generators.coded import Coded, Rows, joined
from oncorules.generators.cohort import NEVER, Cohort
from oncorules.generators.course_tables import YEAR
from oncorules.generators.laboratory import MARKERS
from oncorules.generators.latent import FINDINGS

SIXTEENTHS = 487
"""A month of 30.4375 days, the study's, in sixteenths of a day."""
PARTS = 10_000
"""AVAL has four decimals: it is kept in such parts of a month."""
FIRST, SECOND = "I-PRRT", "R-PRRT"
AT_3_MONTHS = 170
"""Days of a course up to which progression counts for the scan at three months."""
MARKER_LIMIT = 2
"""So many upper limits of normal a raised marker is above."""
YES_NO = ("N", "Y")
BLOOD = ("HGB", "WBC", "PLAT")


def analysis_tables(cohort: Cohort, cohorts: int) -> dict[str, ManyRows]:
    """Return ADSL, ADPRRT, ADTTE and ADTOX.

    Args:
        cohort: the subjects of all cohorts, those of one beside one another.
        cohorts: how many, all of one size.
    """
    of_subject = np.repeat(np.arange(cohorts), len(cohort) // cohorts)
    sets = _sets(cohort)
    courses = _courses(cohort, sets)
    tables = {
        "ADSL": (of_subject, _subjects(cohort, sets, courses)),
        "ADPRRT": (of_subject[cohort.courses.subject], courses),
    }
    for name, (rows, columns) in (
        ("ADTTE", _times(cohort, courses)),
        ("ADTOX", _grades(cohort, courses)),
    ):
        tables[name] = of_subject[cohort.courses.subject[rows]], columns
    return {
        name: _in_order(name, cohorts, numbers, columns)
        for name, (numbers, columns) in tables.items()
    }


def months(days: Rows) -> Rows:
    """Return days as months in parts of 1/10,000, rounded half up; half a part never comes."""
    found: Rows = (2 * 16 * PARTS * days + SIXTEENTHS) // (2 * SIXTEENTHS)
    return found


def _in_order(name: str, cohorts: int, numbers: Rows, columns: Mapping[str, Column]) -> ManyRows:
    order = np.argsort(numbers, kind="stable")
    return ManyRows(
        name, cohorts, numbers[order], {key: one[order] for key, one in columns.items()}
    )


def _flag(there: Rows) -> Coded:
    return Coded(there.astype(np.int8), YES_NO)


def _sets(cohort: Cohort) -> dict[str, Column]:
    """Return the flags of each subject's sets."""
    again = np.bincount(cohort.courses.subject, minlength=len(cohort))
    retreated = cohort.kind.among("retreated")
    return {
        "SALVFL": _flag(retreated),
        "RRFL": _flag(retreated & (again > 2)),
        "CTRLFL": _flag(cohort.kind.among("control")),
        "SAFETYFL": _flag(np.ones(len(cohort), bool)),
        "GROUP": Coded((again > 1).astype(np.int8), ("CONTROL", "RETREATED")),
        "PRIMARY": cohort.primary,
        "SEX": cohort.sex,
    }


def _courses(cohort: Cohort, sets: Mapping[str, Column]) -> dict[str, Column]:
    courses = cohort.courses
    columns: dict[str, Column] = {name: one[courses.subject] for name, one in sets.items()}
    columns |= {"EPOCH": courses.epoch, "REDREASN": courses.reduced, "BESTRESP": courses.best}
    columns["REDFL"] = _flag(courses.reduced.known)
    total = np.cumsum(courses.dose)
    first = np.flatnonzero(courses.start == 0)
    before = (total - courses.dose)[first][courses.subject]
    columns |= {"DOSE": courses.dose / 10, "CUMDOSE": (total - before) / 10}
    age = (cohort.age_days[courses.subject] + courses.start) / YEAR
    columns["AGE"] = np.floor(age)
    for name in FINDINGS:
        columns[name] = courses.findings[name]
    columns["KI67"] = _numbers(courses.findings["KI67"])
    for name, levels in courses.markers.items():
        limit = MARKER_LIMIT * (MARKERS[name].high or 0)
        known = levels != NEVER
        columns[name] = np.where(known, levels, np.nan)
        columns[f"{name}HIGH"] = _flag(levels > limit).where(known)
    columns["RESPONSE"] = courses.best.where(~courses.best.among("NE"))
    columns["RESP3M"] = _at_3_months(cohort)
    columns["RESPRANK"] = _ranks(courses.best)
    columns["PFSMONTH"] = months(courses.ends).astype(float)
    return columns


def _numbers(text: Coded) -> Rows:
    """Return text as numbers, NaN where it is missing."""
    return np.array([*map(float, text.words), np.nan])[text.codes]


def _at_3_months(cohort: Cohort) -> Coded:
    courses = cohort.courses
    progressed = courses.ends_by.among("RECIST") & (courses.ends <= AT_3_MONTHS)
    words = (*courses.best.words, "PD", "SD", "PR")
    codes = np.where(courses.late, len(words) - 2, courses.best.codes)
    codes = np.where(courses.best.among("CR"), len(words) - 1, codes)  # lesions are gone later
    return Coded(np.where(progressed, len(words) - 3, codes), words)


def _ranks(best: Coded) -> Rows:
    """Return the rank of each response: a complete one as partial, no progress last."""
    ranks = {"CR": 1, "PR": 1, "SD": 2, "PD": 3, "CLINICAL PD": 4, "DIED": 4}
    found: Rows = np.array([*(ranks.get(word, np.nan) for word in best.words), np.nan])[best.codes]
    return found


def _subjects(
    cohort: Cohort, sets: Mapping[str, Column], columns: Mapping[str, Column]
) -> dict[str, Column]:
    """Return the columns of ADSL: sets, and the initial course beside the retreatment."""
    first, second = (_courses_of(cohort, epoch) for epoch in (FIRST, SECOND))
    found = dict(sets)
    for name in ("LIVER", "BONE", "EXTENT"):
        found |= {f"{name}1": _at(columns[name], first), f"{name}2": _at(columns[name], second)}
    response = cohort.courses.best.where(~cohort.courses.best.among("NE"))
    found |= {
        "NOSALVAG": cohort.no_salvage,
        "MYELOID": cohort.myeloid,
        "MYELFL": _flag(cohort.myeloid.known),
        "REDREASN": _at(columns["REDREASN"], second),
        "RED1FL": _at(columns["REDFL"], first),
        "RESPONSE1": _at(response, first),
        "RESPONSE2": _at(_four_levels(response), second),
        "RANK1": _at(columns["RESPRANK"], first),
        "RANK2": _at(columns["RESPRANK"], second),
        "PFS1": _at(columns["PFSMONTH"], first),
        "PFS2": _at(columns["PFSMONTH"], second),
    }
    found |= {name: _at(columns[name], first) for name in ("AGE", "WHOGRADE", "KI67")}
    uptake = _numbers(cohort.courses.findings["UPTAKE"])
    before, after = (np.append(uptake, np.nan)[rows] for rows in (first, second))
    change = np.where(after > before, 0, np.where(after < before, 1, 2))
    change[np.isnan(before) | np.isnan(after)] = -1
    found["UPTAKECH"] = Coded(change, ("HIGHER", "LOWER", "SAME"))
    return found


def _courses_of(cohort: Cohort, epoch: str) -> Rows:
    """Return the row of each subject's course of a name, the one after the last where none is."""
    courses = cohort.courses
    rows = np.full(len(cohort), len(courses.subject))
    there = np.flatnonzero(courses.epoch.among(epoch))
    rows[courses.subject[there]] = there
    return rows


def _at(column: Column, rows: Rows) -> Column:
    """Return a column of courses by subject, missing where there is no course."""
    if isinstance(column, Coded):
        return Coded(np.append(column.codes, -1)[rows], column.words)
    found: Rows = np.append(column, np.nan)[rows]
    return found


def _four_levels(response: Coded) -> Coded:
    """Return a complete response as partial, and early death as clinical progression."""
    levels = {"CR": "PR", "DIED": "CLINICAL PD"}
    merged = Coded.of([levels.get(word, word) for word in response.words])
    return Coded(np.append(merged.codes, -1)[response.codes], merged.words)


def _times(cohort: Cohort, columns: Mapping[str, Column]) -> tuple[Rows, dict[str, Column]]:
    """Return the course of each row of ADTTE, and its columns."""
    courses = cohort.courses
    every = np.arange(courses.subject.size)
    survival = cohort.ends[courses.subject] - courses.start
    ill = cohort.myeloid_day[courses.subject] - courses.start
    later = np.flatnonzero((cohort.myeloid_day[courses.subject] != NEVER) & (ill >= 0))
    rows = np.concatenate([every, every, later])
    kind = np.repeat([0, 1, 2], [every.size, every.size, later.size])
    died = cohort.died[courses.subject]
    event = np.concatenate([courses.ends_by.known, died, np.ones(later.size, bool)])
    names = ("GROUP", "SALVFL", "RRFL", "CTRLFL", "SAFETYFL", "PRIMARY", "BESTRESP", "REDREASN",
             "EPOCH")  # fmt: skip
    found: dict[str, Column] = {name: columns[name][rows] for name in names}
    first = np.flatnonzero(courses.start == 0)
    found["WHOGRADE"] = columns["WHOGRADE"][first][courses.subject][rows]
    found["PARAMCD"] = Coded(kind, ("PFS", "OS", "AMLMDS"))
    ended = Coded(np.where(died, 0, 1), ("DEATH", "LAST KNOWN ALIVE"))
    found["EVNTDESC"] = joined([courses.ends_by, ended, cohort.myeloid[courses.subject[later]]])
    found["AVAL"] = months(np.concatenate([courses.ends, survival, ill[later]]))
    found["CNSR"] = np.where(event, 0, 1)
    return rows, found


def _grades(cohort: Cohort, columns: Mapping[str, Column]) -> tuple[Rows, dict[str, Column]]:
    """Return the course of each row of ADTOX, and its columns."""
    grades = cohort.courses.grades
    every = np.arange(cohort.courses.subject.size)
    tests = (*grades, "ANY")
    blood = np.array([grades[test] for test in BLOOD])
    worst = [*grades.values(), blood.max(axis=0)]
    has = {
        level: [*(one == level for one in grades.values()), (blood == level).any(axis=0)]
        for level in (3, 4)
    }
    rows = np.tile(every, len(tests))
    names = ("EPOCH", "REDREASN", "GROUP", "SALVFL", "SAFETYFL", "RRFL")
    found: dict[str, Column] = {name: columns[name][rows] for name in names}
    found["PARAMCD"] = Coded(np.repeat(np.arange(len(tests)), every.size), tests)
    found["GRADE"] = np.concatenate(worst)
    found |= {f"GR{level}FL": _flag(np.concatenate(flags)) for level, flags in has.items()}
    return rows, found
