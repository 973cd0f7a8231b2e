"""Blood counts and creatinine whose worst CTCAE 3.0 grade is exactly the assigned one.

The worst value lies inside the band of its grade, and every other value of the course is milder.
Bands keep away from values that two units grade differently (haemoglobin 4.00-4.03, 4.90-4.97 and
6.20-6.21 mmol/L), and from the limits themselves. Values are whole steps of the last decimal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncorules.generators.coded import Rows


@dataclass(frozen=True)
class Test:
    """A laboratory test: names, unit, limits of normal, decimals, and the bands of its grades.

    Source of the limits: CTCAE 3.0, which grades haemoglobin from 10 g/dL (6.2 mmol/L), leucocytes
    from 3 and platelets from 75 x10^9/L, creatinine by multiples of the upper limit.
    """

    code: str
    name: str
    category: str
    unit: str
    low: float | None
    high: float | None
    decimals: int
    bands: tuple[tuple[float, float], ...]


TESTS = {
    "HGB": Test("HGB", "Hemoglobin", "HEMATOLOGY", "mmol/L", 7.4, 10.6, 1,
                ((7.5, 9.8), (6.3, 7.3), (5.0, 6.1), (4.1, 4.8), (3.2, 3.9))),
    "WBC": Test("WBC", "Leukocytes", "HEMATOLOGY", "10^9/L", 4.0, 10.0, 1,
                ((4.2, 8.5), (3.1, 3.9), (2.1, 2.9), (1.1, 1.9), (0.4, 0.9))),
    "PLAT": Test("PLAT", "Platelets", "HEMATOLOGY", "10^9/L", 150.0, 400.0, 0,
                 ((155.0, 330.0), (78.0, 145.0), (52.0, 73.0), (27.0, 48.0), (8.0, 23.0))),
    "CREAT": Test("CREAT", "Creatinine", "CHEMISTRY", "umol/L", 50.0, 100.0, 0,
                  ((55.0, 98.0), (105.0, 145.0), (155.0, 290.0), (310.0, 580.0), (620.0, 800.0))),
}  # fmt: skip
MARKERS = {
    "CGA": Test("CGA", "Chromogranin A", "CHEMISTRY", "ug/L", None, 95.0, 0, ()),
    "ALP": Test("ALP", "Alkaline Phosphatase", "CHEMISTRY", "U/L", 40.0, 120.0, 0, ()),
    "CREATCLR": Test("CREATCLR", "Creatinine Clearance", "CHEMISTRY", "mL/min", 60.0, 140.0, 0, ()),
}  # fmt: skip
LATEST_NADIR = 3
"""The worst value is among so many first samples."""


def draw_values(
    test: Test, worst: Rows, samples: Rows, place: Rows, series: Rows, random: np.random.Generator
) -> Rows:
    """Return the value of each sample, in steps of the last decimal.

    One sample of each series has the worst grade, and none a worse one.

    Args:
        test: what is measured.
        worst: the worst grade of each series, 0 to 4.
        samples: how many samples each series has, at least 1.
        place: of each sample in its series, from 0.
        series: of each sample.
        random: of all that nobody assigned.
    """
    among = np.minimum(LATEST_NADIR, samples)
    nadir = (random.random(worst.size) * among).astype(np.int64)
    grade = np.maximum(0, worst[series] - np.abs(place - nadir[series]))
    return _inside(test, grade, random)


def usual_values(test: Test, count: int, random: np.random.Generator) -> Rows:
    """Return values without a grade, in steps of the last decimal."""
    return _inside(test, np.zeros(count, np.int64), random)


def _inside(test: Test, grade: Rows, random: np.random.Generator) -> Rows:
    bands = np.rint(np.array(test.bands) * 10**test.decimals).astype(np.int64)
    values: Rows = random.integers(bands[grade, 0], bands[grade, 1] + 1)
    return values
