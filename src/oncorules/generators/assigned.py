"""What the subjects of a block were assigned, as tables: the columns of a solved cohort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.cohort import Cohort
from oncorules.generators.sdtm_table import Column, Days, Figures, arrow_of

if TYPE_CHECKING:
    import pyarrow as pa


def assigned_tables(cohort: Cohort, numbers: Rows, width: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables SUBJECTS and COURSES.

    Args:
        cohort: the subjects.
        numbers: of the subjects, from 1.
        width: of a number as it is written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    courses = cohort.courses
    subjects: dict[str, Column] = {
        "SET": cohort.kind,
        "PRIMARY": cohort.primary,
        "SEX": cohort.sex,
        "AGEDAYS": cohort.age_days,
        "NOSALVAG": cohort.no_salvage,
        "END": cohort.ends,
        "DIED": _yes(cohort.died),
        "MYELOID": cohort.myeloid,
        "MYELOIDDAY": Figures(cohort.myeloid_day),
        "FROM": Days(cohort.earliest),
        "TO": Days(cohort.latest),
    }
    of_courses: dict[str, Column] = {
        "EPOCH": courses.epoch,
        "START": courses.start,
        "CYCLES": courses.cycles,
        "DOSE": courses.dose / 10,
        "BESTRESP": courses.best,
        "PFS": courses.ends,
        "PFSBY": courses.ends_by,
        "REDREASN": courses.reduced,
        **courses.findings,
        **{f"{name}GR": grades for name, grades in courses.grades.items()},
        **{name: Figures(levels) for name, levels in courses.markers.items()},
    }
    yield "SUBJECTS", _table(names, subjects)
    yield "COURSES", _table(names.take(pa.array(courses.subject)), of_courses)


def _table(names: pa.Array, columns: dict[str, Column]) -> pa.Table:
    import pyarrow as pa

    found = {name: arrow_of(cells, slice(None)) for name, cells in columns.items()}
    return pa.table({"SUBJID": names, **found})


def _yes(there: Rows) -> Coded:
    return Coded(np.where(there, 1, 0), ("N", "Y"))
