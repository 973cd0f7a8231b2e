"""Treatment (EX), findings before it (FA), events after it (AE)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, joined
from oncorules.generators.sdtm_table import Cells, Days
from oncorules.generators.trial import Trial

if TYPE_CHECKING:
    import pyarrow as pa

FINDINGS = {
    "UPTAKE": ("KRENNING", "Uptake on OctreoScan", "Tumour"),
    "EXTENT": ("EXTENT", "Extent of disease", "Disease"),
    "LIVER": ("LIVER", "Liver lesions", "Disease"),
    "BONE": ("BONE", "Bone lesions", "Disease"),
    "PROGBY": ("PROGBY", "How progression was seen", "Disease"),
    "WHOGRADE": ("WHOGRADE", "WHO tumour grade", "Tumour"),
    "KI67": ("KI67", "Ki-67 index", "Tumour"),
    "SURGERY": ("SURGERY", "Surgery before", "Treatment"),
    "CHEMO": ("CHEMO", "Chemotherapy before", "Treatment"),
    "RADIO": ("RADIO", "Radiotherapy before", "Treatment"),
    "SSA": ("SSA", "Somatostatin analogues before", "Treatment"),
    "PRIMARY": ("PRIMARY", "Origin of the tumour", "Tumour"),
    "AGE": ("AGE", "Age in years", "Subject"),
}
"""Short name, name and object of each finding."""
YEAR = 365.25
EVENTS = (
    ("Nausea", "GASTROINTESTINAL DISORDERS"),
    ("Vomiting", "GASTROINTESTINAL DISORDERS"),
    ("Fatigue", "GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS"),
    ("Abdominal pain", "GASTROINTESTINAL DISORDERS"),
    ("Alopecia", "SKIN AND SUBCUTANEOUS TISSUE DISORDERS"),
)
SHARE_WITH_EVENT = 0.2


def course_tables(trial: Trial, random: np.random.Generator) -> Iterator[tuple[str, pa.Table]]:
    """Yield EX, FA and AE."""
    yield "EX", _exposure(trial)
    yield "FA", _findings(trial)
    yield "AE", _events(trial, random)


def _exposure(trial: Trial) -> pa.Table:
    courses, treatment = trial.cohort.courses, trial.design.treatment
    course, cycle = np.nonzero(trial.cycles >= 0)
    tenths, cycles = courses.dose[course], courses.cycles[course]
    share = tenths // cycles + (cycle < tenths % cycles)
    day = trial.cycles[course, cycle]
    return trial.of_courses(
        "EX",
        course,
        day,
        "EXSTDTC",
        {
            "EXTRT": treatment.name,
            "EXDOSE": share / 10,
            "EXDOSU": treatment.unit,
            "EXDOSFRM": treatment.form,
            "EXROUTE": treatment.route,
            "EXENDTC": Days(trial.on(course, day)),
        },
    )


def _findings(trial: Trial) -> pa.Table:
    """Return what was found before each course; age is that of a later course, DM has the first."""
    cohort, courses = trial.cohort, trial.cohort.courses
    every = np.arange(courses.start.size)
    first, later = every[courses.start == 0], every[courses.start > 0]
    years = ((cohort.age_days[courses.subject] + courses.start) / YEAR).astype(np.int64)
    ages = Coded(years, tuple(str(year) for year in range(int(years.max(initial=0)) + 1)))
    columns = {
        "PRIMARY": (first, cohort.primary[courses.subject[first]]),
        "AGE": (later, ages[later]),
    }
    columns |= {name: (every, found) for name, found in courses.findings.items()}
    rows, tests, results = [], [], []
    for name, (course, found) in columns.items():
        there = np.flatnonzero(found.known)
        rows.append(course[there])
        tests.append(np.full(there.size, list(FINDINGS).index(name)))
        results.append(found[there])
    course, test, result = np.concatenate(rows), np.concatenate(tests), joined(results)
    named = [Coded.of([names[k] for names in FINDINGS.values()])[test] for k in range(3)]
    return trial.of_courses(
        "FA",
        course,
        courses.start[course],
        "FADTC",
        {
            "FATESTCD": named[0],
            "FATEST": named[1],
            "FAOBJ": named[2],
            "FAORRES": result,
            "FASTRESC": result,
        },
    )


def _events(trial: Trial, random: np.random.Generator) -> pa.Table:
    """Return mild events in the days after a cycle, each term once a course."""
    cohort, courses = trial.cohort, trial.cohort.courses
    size = (courses.start.size, len(EVENTS))
    cycle = (random.random(size) * courses.cycles[:, None]).astype(np.int64)
    day = trial.cycles[np.arange(size[0])[:, None], cycle] + random.integers(0, 4, size)
    lasts = random.integers(1, 14, size)
    grade = random.integers(0, 2, size)
    there = random.random(size) < SHARE_WITH_EVENT
    remark = random.integers(0, len(trial.remarks), size)
    there &= day + lasts < cohort.ends[courses.subject][:, None]
    course, term = np.nonzero(there)
    start = day[course, term]
    terms, systems = (Coded.of([event[k] for event in EVENTS])[term] for k in (0, 1))
    columns: dict[str, Cells] = {
        "AETERM": terms,
        "AEDECOD": terms,
        "AEBODSYS": systems,
        "AESER": "N",
        "AEACN": "DOSE NOT CHANGED",
        "AEACNOTH": Coded(remark[course, term], trial.remarks),
        "AEREL": "RELATED",
        "AEOUT": "RECOVERED/RESOLVED",
        "AETOXGR": Coded(grade[course, term], ("1", "2")),
        "AEENDTC": Days(trial.on(course, start + lasts[course, term])),
    }
    return trial.of_courses("AE", course, start, "AESTDTC", columns)
