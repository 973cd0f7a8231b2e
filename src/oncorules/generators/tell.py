"""A cohort told visit by visit: all tables of its export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.cohort import Cohort
from oncorules.generators.course_tables import course_tables
from oncorules.generators.design import Design
from oncorules.generators.people import People
from oncorules.generators.sample_table import sample_table
from oncorules.generators.scan_tables import scan_tables
from oncorules.generators.streams import stream
from oncorules.generators.subject_tables import subject_tables
from oncorules.generators.trial import Trial, draw_cycles

if TYPE_CHECKING:
    import pyarrow as pa

DAYS, SCANS, SAMPLES, COURSES, SUBJECTS = range(1, 6)


def tell(
    cohort: Cohort,
    design: Design,
    people: People,
    numbers: Rows,
    width: int,
    seed: int,
    block: int,
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables of an export, those without rows too.

    Args:
        cohort: as assigned.
        design: what no figure says.
        people: who takes part beside the subjects.
        numbers: of the subjects in the trial, from 1.
        width: of a number as it is written.
        seed: of all that no figure sees.
        block: which random numbers of the seed are for this cohort.
    """
    random, sites = stream(seed, block, DAYS), people.sites
    slack = cohort.latest - cohort.earliest
    at = random.integers(0, len(sites), len(cohort))
    names = [f"{number:0{width}}" for number in numbers.tolist()]
    ids = [
        f"{design.study}-{sites[site].number}-{name}"
        for site, name in zip(at.tolist(), names, strict=True)
    ]
    every = np.arange(len(cohort))
    trial = Trial(
        design,
        cohort,
        number=Coded(every, tuple(names)),
        ids=Coded(every, tuple(ids)),
        site=Coded(at, tuple(site.number for site in sites)),
        investigator=Coded(at, tuple(site.investigator for site in sites)),
        laboratory=Coded(at, tuple(site.laboratory for site in sites)),
        remarks=people.remarks,
        arms=_arms(cohort, design),
        first=cohort.earliest + (random.random(len(cohort)) * (slack + 1)).astype(np.int64),
        cycles=draw_cycles(cohort, design.treatment.days_between, random),
    )
    yield from subject_tables(trial, stream(seed, block, SUBJECTS))
    yield from course_tables(trial, stream(seed, block, COURSES))
    yield from scan_tables(trial, stream(seed, block, SCANS))
    yield "LB", sample_table(trial, stream(seed, block, SAMPLES))


def _arms(cohort: Cohort, design: Design) -> Coded:
    """Return the arms of a trial; without any, who was treated again and who was not."""
    if design.arms:
        return cohort.kind
    again = np.bincount(cohort.courses.subject, minlength=len(cohort)) > 1
    return Coded(again.astype(np.int64), ("INITIAL", "RETREATED"))
