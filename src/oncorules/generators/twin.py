"""The twin of a paper as tables of SDTM: every subject of the solved cohort."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Rows
from oncorules.generators.cohort import cohort_of
from oncorules.generators.design import read_design
from oncorules.generators.latent import read_cohort
from oncorules.generators.people import draw_people
from oncorules.generators.streams import PEOPLE, stream
from oncorules.generators.tell import tell

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH = 4
"""Digits of a subject's number."""


def tell_twin(study: Path, seed: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables of the twin of a study's cohort.

    Args:
        study: the folder of the study.
        seed: of all that no figure sees: days inside their slack, identifiers, names, the course
            between visits.

    Raises:
        DataError: the study has no solved cohort, or its files were changed.
    """
    design, subjects = read_design(study), read_cohort(study)
    numbers = twin_numbers(len(subjects), seed)
    order = np.argsort(numbers)
    people = draw_people(design.sites, design.locale, seed)
    cohort = cohort_of(subjects).take(order)
    yield from tell(cohort, design, people, numbers[order], WIDTH, seed, 0)


def twin_numbers(subjects: int, seed: int) -> Rows:
    """Return under which number each solved subject appears in the export."""
    numbers: Rows = 1 + stream(seed, 0, PEOPLE).permutation(subjects)
    return numbers
