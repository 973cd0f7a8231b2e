"""Lesions whose measurements show exactly what each scan must show.

Sums are moved by factors that keep a distance from every limit of RECIST 1.1, so that rounding a
lesion to a millimetre never changes an answer: stable between 0.88 and 1.02 of the baseline, a
response between 0.50 and 0.58, progression at 1.3 of the least sum and 8 mm above it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.scans import GONE, GROWS, SHRINKS, STAYS, STEP, Scans

FACTORS = {STAYS: (0.88, 1.02), STEP: (0.86, 0.95), SHRINKS: (0.50, 0.58)}
GROWTH, LEAST_GROWTH = 1.3, 8
NODE = "LYMPH NODE"
ORGANS = ("LIVER", "LIVER", "LUNG", "PANCREAS", NODE)
"""Two lesions of an organ at most; the first is always there."""
MOST = 4
"""Target lesions of a course at most."""
NORMAL_NODE = (4, 9)
"""Short axis in mm of a node that is not enlarged any more."""
BY_NEW_LESION, BY_NON_TARGET = 0.25, 0.40
"""Shares of progressions without growth of the target lesions: a quarter, and fifteen percent."""
NONE = -1


@dataclass(frozen=True)
class Lesions:
    """Target lesions of each course, and what each scan finds.

    Attributes:
        organs: per course and lesion, its organ; `NONE` where there are fewer lesions.
        sizes: per scan and lesion in mm; `NONE` where there are fewer lesions.
        new: per scan, the diameter of a new lesion in mm; 0 where there is none.
        unequivocal: per scan, whether the non-target lesion progressed.
    """

    organs: Rows
    sizes: Rows
    new: Rows
    unequivocal: Rows

    def organ(self, course: Rows, lesion: Rows) -> Coded:
        """Return the organ of some lesions."""
        return Coded(self.organs[course, lesion], ORGANS)


def draw_lesions(scans: Scans, courses: int, random: np.random.Generator) -> Lesions:
    """Return lesions for the scans of so many courses."""
    count = random.integers(1, MOST + 1, courses)
    order = 1 + np.argsort(random.random((courses, len(ORGANS) - 1)), axis=1)
    organs = np.column_stack([np.zeros(courses, np.int64), order])[:, :MOST]
    organs[np.arange(MOST) >= count[:, None]] = NONE
    baseline = random.integers(18, 90, (courses, MOST))
    sizes = _sizes(scans, baseline, random)
    node = organs[scans.course] == ORGANS.index(NODE)
    gone = scans.shows == GONE
    sizes[gone] = np.where(node[gone], random.integers(*NORMAL_NODE, node[gone].shape), 0)
    sizes[organs[scans.course] < 0] = NONE
    grows = np.flatnonzero(scans.shows == GROWS)
    road = random.random(grows.size)
    spared = np.flatnonzero(scans.shows[grows - 1] == GONE)
    road[spared] = 0.0  # of normal nodes no growth is left that is progression
    new, unequivocal = np.zeros(scans.day.size, np.int64), np.zeros(scans.day.size, bool)
    by_new = road < BY_NEW_LESION
    new[grows[by_new]] = random.integers(12, 30, by_new.sum())
    unequivocal[grows[~by_new & (road < BY_NON_TARGET)]] = True
    sizes[grows] = _grown(scans, sizes, grows, road >= BY_NON_TARGET, random)
    return Lesions(organs, sizes, new, unequivocal)


def _sizes(scans: Scans, baseline: Rows, random: np.random.Generator) -> Rows:
    low, high = (
        np.array([FACTORS.get(one, (0.0, 0.0))[side] for one in range(GROWS + 2)])[scans.shows]
        for side in (0, 1)
    )
    factor = random.uniform(low, high)
    factor[scans.number == 0] = 1.0
    sizes: Rows = np.rint(factor[:, None] * baseline[scans.course]).astype(np.int64)
    return sizes


def _grown(
    scans: Scans, sizes: Rows, grows: Rows, targets: Rows, random: np.random.Generator
) -> Rows:
    """Return the sizes at progression: those of the scan before, grown where targets grow."""
    there = sizes >= 0
    sums = np.where(there, sizes, 0).sum(axis=1)
    before = sums.copy()
    before[grows] = np.iinfo(np.int64).max
    least = np.minimum.reduceat(before, scans.first) if grows.size else before[:0]
    least = least[np.searchsorted(scans.first, grows, "right") - 1]
    last, total = sizes[grows - 1], sums[grows - 1]
    wanted = np.maximum(np.ceil(least * GROWTH).astype(np.int64), least + LEAST_GROWTH)
    wanted += random.integers(0, 10, grows.size)
    grown = np.maximum(1, np.rint(last * (wanted / np.maximum(total, 1))[:, None])).astype(np.int64)
    grown[~there[grows]] = NONE
    reached = np.where(there[grows], grown, 0).sum(axis=1)
    grown[:, 0] += np.maximum(0, wanted - reached)
    found: Rows = np.where(targets[:, None], grown, last)
    return found
