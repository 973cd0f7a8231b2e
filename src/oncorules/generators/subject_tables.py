"""Demographics (DM), how each subject ended (DS), and leukaemia after treatment (MH)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, joined
from oncorules.generators.cohort import day_number
from oncorules.generators.course_tables import YEAR
from oncorules.generators.sdtm_table import Days
from oncorules.generators.trial import Trial

if TYPE_CHECKING:
    import pyarrow as pa

MYELOID = {"AML": "Acute myeloid leukaemia", "MDS": "Myelodysplastic syndrome"}


def subject_tables(trial: Trial, random: np.random.Generator) -> Iterator[tuple[str, pa.Table]]:
    """Yield DM, DS and MH."""
    yield "DM", _demographics(trial, random)
    yield "DS", _disposition(trial)
    yield "MH", _history(trial)


def _demographics(trial: Trial, random: np.random.Generator) -> pa.Table:
    cohort = trial.cohort
    every = np.arange(len(cohort))
    last = np.zeros(len(cohort), np.int64)
    np.maximum.at(last, cohort.courses.subject, trial.last_cycle)
    first, last_dose = Days(trial.first), Days(trial.first + last)
    arms = trial.arms
    ages = (cohort.age_days / YEAR).astype(np.int64)
    return trial.table(
        "DM",
        every,
        every,
        {
            "SUBJID": trial.number,
            "RFSTDTC": first,
            "RFENDTC": last_dose,
            "RFXSTDTC": first,
            "RFXENDTC": last_dose,
            "RFICDTC": Days(trial.first - random.integers(5, 30, len(cohort))),
            "RFPENDTC": Days(trial.end),
            "DTHDTC": Days(trial.end, cohort.died),
            "DTHFL": Coded.same("Y", len(cohort)).where(cohort.died),
            "SITEID": trial.site,
            "INVNAM": trial.investigator,
            "AGE": ages,
            "AGEU": "YEARS",
            "SEX": cohort.sex,
            "ARMCD": arms,
            "ARM": Coded(arms.codes, tuple(word.title() for word in arms.words)),
            "ACTARMCD": arms,
            "ACTARM": Coded(arms.codes, tuple(word.title() for word in arms.words)),
            "COUNTRY": trial.design.country,
        },
    )


def _disposition(trial: Trial) -> pa.Table:
    """Return why a course was reduced, why there was no retreatment, and how the subject ended."""
    cohort, courses = trial.cohort, trial.cohort.courses
    reduced = np.flatnonzero(courses.reduced.known)
    untreated = np.flatnonzero(cohort.no_salvage.known)
    every = np.arange(len(cohort))
    subject = np.concatenate([courses.subject[reduced], untreated, every])
    died = courses.reduced.among("DEATH")[reduced]
    at_reduction = np.where(died, cohort.ends[courses.subject[reduced]], trial.last_cycle[reduced])
    dead = cohort.no_salvage.among("DEATH")[untreated]
    final = np.flatnonzero(courses.last)[untreated]
    decided = np.where(dead, cohort.ends[untreated], courses.start[final] + courses.ends[final])
    cut_off = day_number(trial.design.cut_off)
    completed = np.where(trial.end == cut_off, 1, 2)
    ended = Coded(np.where(cohort.died, 0, completed), ("DEATH", "COMPLETED", "LOST TO FOLLOW-UP"))
    term = joined([courses.reduced[reduced], cohort.no_salvage[untreated], ended])
    kind = np.repeat([0, 1, 2], [reduced.size, untreated.size, every.size])
    epochs = courses.epoch[np.concatenate([reduced, final])]
    day = np.concatenate([at_reduction, decided, cohort.ends])
    return trial.table(
        "DS",
        subject,
        kind,
        {
            "DSTERM": term,
            "DSDECOD": term,
            "DSCAT": Coded(np.where(kind == 2, 1, 0), ("OTHER EVENT", "DISPOSITION EVENT")),
            "DSSCAT": Coded(np.where(kind == 2, -1, kind), ("REDUCED DOSE", "NO SALVAGE PRRT")),
            "EPOCH": joined([epochs, Coded(np.full(every.size, -1), ())]),
            "DSSTDTC": Days(trial.first[subject] + day),
        },
    )


def _history(trial: Trial) -> pa.Table:
    cohort = trial.cohort
    rows = np.flatnonzero(cohort.myeloid.known)
    kinds = cohort.myeloid[rows]
    terms = Coded(kinds.codes, tuple(MYELOID[word] for word in kinds.words))
    day = cohort.myeloid_day[rows]
    return trial.table(
        "MH",
        rows,
        day,
        {
            "MHTERM": terms,
            "MHDECOD": terms,
            "MHCAT": "TREATMENT COMPLICATION",
            "MHSTDTC": Days(trial.first[rows] + day),
        },
    )
