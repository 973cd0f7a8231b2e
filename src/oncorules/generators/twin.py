"""The twin of a paper as tables of SDTM: every subject of the solved cohort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Rows
from oncorules.generators.cohort import cohort_of
from oncorules.generators.design import Design
from oncorules.generators.latent import Subject
from oncorules.generators.people import draw_people
from oncorules.generators.streams import PEOPLE, stream
from oncorules.generators.tell import tell

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH = 4
"""Digits of a subject's number."""


def tell_twin(
    design: Design, subjects: Sequence[Subject], seed: int
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables of the twin of a study's cohort.

    Args:
        design: of the cohort.
        subjects: as they were solved.
        seed: of all that no figure sees: days inside their slack, identifiers, names, the course
            between visits.
    """
    numbers = twin_numbers(len(subjects), seed)
    order = np.argsort(numbers)
    people = draw_people(design.sites, design.locale, seed)
    cohort = cohort_of(subjects).take(order)
    yield from tell(cohort, design, people, numbers[order], WIDTH, seed, 0)


def twin_numbers(subjects: int, seed: int) -> Rows:
    """Return under which number each solved subject appears in the export."""
    numbers: Rows = 1 + stream(seed, 0, PEOPLE).permutation(subjects)
    return numbers
