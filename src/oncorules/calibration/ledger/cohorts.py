"""Cohorts of the paper's size, drawn from the model of the study in chunks of one fixed size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from oncorules.generators.coded import Rows
from oncorules.generators.cohort import Cohort
from oncorules.generators.moved import Model
from oncorules.generators.streams import stream

CHUNK = 50
"""Cohorts that share their random numbers; a change of it changes all of them."""
DRAWN = 6
"""The purpose of their random numbers; the generator has others."""


def draw_cohorts(model: Model, cohorts: int, seed: int) -> Iterator[tuple[Cohort, int]]:
    """Yield subjects of some cohorts beside one another, and of how many cohorts.

    A cohort has the sets of the paper with their sizes: so many retreated, of them so many twice,
    controls and others. Each subject is one of its set, drawn with replacement, its times moved.
    Cohort 17 is the same however many are drawn.

    Args:
        model: of the study.
        cohorts: how many.
        seed: of all.
    """
    solved = model.solved
    again = np.bincount(solved.courses.subject, minlength=len(solved))
    sets = np.unique(solved.kind.codes * 10 + again, return_inverse=True)[1]
    for chunk in range(-(-cohorts // CHUNK)):
        random = stream(seed, chunk, DRAWN)
        whole = model.draw(_donors(sets, random).ravel(), random)
        here = min(CHUNK, cohorts - chunk * CHUNK)
        yield whole if here == CHUNK else whole.take(np.arange(here * len(solved))), here


def _donors(sets: Rows, random: np.random.Generator) -> Rows:
    """Return for each cohort and each solved subject another one of its set."""
    donors = np.empty((CHUNK, sets.size), np.int64)
    for one in range(sets.max() + 1):
        members = np.flatnonzero(sets == one)
        donors[:, members] = members[random.integers(0, members.size, (CHUNK, members.size))]
    return donors
