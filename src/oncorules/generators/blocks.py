"""A cohort of any size, block by block: each is the same whatever is drawn before or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from oncorules.errors import DataError
from oncorules.generators.arms import ArmsModel
from oncorules.generators.assigned import assigned_tables
from oncorules.generators.coded import Rows
from oncorules.generators.cohort import Cohort, cohort_of
from oncorules.generators.design import FILE, Design, read_design
from oncorules.generators.latent import FOLDER, read_cohort
from oncorules.generators.moved import Model
from oncorules.generators.people import People, draw_people
from oncorules.generators.streams import stream
from oncorules.generators.tell import tell

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 8192
"""Subjects that share their random numbers; a change of it changes every sampled cohort."""
WIDTH = 8
"""Digits of a subject's number."""
LATENT = 0


@dataclass(frozen=True)
class Sampler:
    """Draws blocks of subjects of one study.

    Attributes:
        design: of the study.
        model: from which subjects are drawn.
        people: who takes part beside them.
        seed: of everything.
    """

    design: Design
    model: Model | ArmsModel
    people: People
    seed: int

    def cohort(self, block: int) -> Cohort:
        """Return the subjects of a block as assigned."""
        random = stream(self.seed, block, LATENT)
        if isinstance(self.model, ArmsModel):
            return self.model.draw(BLOCK, random)
        return self.model.draw(random.integers(0, len(self.model.solved), BLOCK), random)

    def tables(self, block: int, subjects: int) -> Iterator[tuple[str, pa.Table]]:
        """Yield the tables of SDTM of the first subjects of a block."""
        cohort, numbers = self.cohort(block), self._numbers(block)
        told = tell(cohort, self.design, self.people, numbers, WIDTH, self.seed, block)
        yield from ((name, _first(rows, subjects)) for name, rows in told)

    def assigned(self, block: int, subjects: int) -> Iterator[tuple[str, pa.Table]]:
        """Yield what the first subjects of a block were assigned."""
        cohort = self.cohort(block).take(np.arange(subjects))
        yield from assigned_tables(cohort, self._numbers(block)[:subjects], WIDTH)

    def _numbers(self, block: int) -> Rows:
        numbers: Rows = 1 + block * BLOCK + np.arange(BLOCK)
        return numbers


def _first(table: pa.Table, subjects: int) -> pa.Table:
    """Return the rows of the first subjects: rows are in their order, and a code is a place."""
    codes = table["USUBJID"].combine_chunks().indices.to_numpy()
    return table.slice(0, int(np.searchsorted(codes, subjects)))


def sampler(study: Path, seed: int) -> Sampler:
    """Return what draws cohorts of a study.

    Raises:
        DataError: its design says nothing of cohorts of any size.
        RuleError: its design contradicts itself.
    """
    design = read_design(study)
    people = draw_people(design.sites, design.locale, seed)
    if design.arms and design.enrolled is not None:
        return Sampler(design, ArmsModel(design, design.enrolled), people, seed)
    if design.sampled is not None:
        solved = cohort_of(read_cohort(study))
        return Sampler(design, Model(solved, design, design.sampled), people, seed)
    raise DataError(
        f"{study.name}/{FOLDER}/{FILE} has neither sampled: nor arms: with enrolled:,"
        " so only its twin can be generated"
    )
