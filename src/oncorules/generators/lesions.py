"""Scans whose measurements give exactly the assigned best response and day of progression.

Sums are moved by factors that keep a distance from every limit of RECIST 1.1, so that rounding a
lesion to a millimetre never changes an answer: stable between 0.88 and 1.02 of the baseline, a
response between 0.50 and 0.58, progression at 1.3 of the least sum and 8 mm above it. No sum climbs
to 1.2 of the least one before the assigned day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

FIRST_SCANS = (42, 91, 182)
"""Days after the last cycle: at 6 weeks, 3 and 6 months; then twice a year."""
HALF_YEAR = 182
LEAST_GAP = 24
"""Days between the last planned scan and the one that ends a course."""
STABLE, RESPONSE, FIRST_STEP = (0.88, 1.02), (0.50, 0.58), (0.86, 0.95)
GROWTH, LEAST_GROWTH = 1.3, 8
ORGANS = ("LIVER", "LIVER", "LUNG", "BONE", "PANCREAS")


@dataclass
class Scan:
    """One assessment: the day, each target lesion in mm, the response, and whether one is new."""

    day: int
    diameters: list[int]
    response: str = ""
    new_lesion: bool = False


@dataclass
class Lesions:
    """The lesions of a course: target lesions by organ, and the scans."""

    organs: list[str]
    scans: list[Scan] = field(default_factory=list)


def draw_lesions(
    best: str,
    last_cycle: int,
    ends: int,
    progresses: bool,
    at_3_months: str,
    random: np.random.Generator,
) -> Lesions:
    """Return the lesions of a course, its baseline on day 0.

    Args:
        best: the best response: CR, PR, SD, PD or NE.
        last_cycle: day of the last cycle.
        ends: day of progression or of the last evaluable scan.
        progresses: the scan of that day is the progression by RECIST.
        at_3_months: the response at three months of somebody whose best one is PR.
        random: of all that nobody assigned.
    """  # fmt: skip
    count = int(random.integers(1, 5))
    organs = ["LIVER", *random.permutation(ORGANS[1:])[: count - 1]]
    baseline = [int(one) for one in random.integers(18, 90, count)]
    lesions = Lesions(list(organs), [Scan(0, baseline)])
    days = [] if best == "PD" else _planned(last_cycle, ends, random)
    if best == "NE":
        lesions.scans += [Scan(day, [], "NE") for day in days]
        return lesions
    if not progresses:
        days.append(ends)
    responds_from = 0 if best in ("CR", "PR") and at_3_months != "SD" else last_cycle + 140
    for number, day in enumerate(days):
        last_chance = number == len(days) - 1
        if best in ("CR", "PR") and (day >= responds_from or last_chance) and number > 0:
            (low, high), response = RESPONSE, "PR"
        elif best in ("CR", "PR"):
            (low, high), response = FIRST_STEP, "SD"
        else:
            (low, high), response = STABLE, "SD"
        factor = random.uniform(low, high)
        cured = best == "CR" and response == "PR" and number > 1
        sizes = [0 if cured else round(factor * one) for one in baseline]
        lesions.scans.append(Scan(day, sizes, "CR" if cured else response))
    if progresses:
        lesions.scans.append(_progression(ends, lesions.scans, random))
    return lesions


def _planned(last_cycle: int, ends: int, random: np.random.Generator) -> list[int]:
    """Return the days of planned scans, each up to ten days off, that lie before the end."""
    days: list[int] = []
    planned = 0
    for number in range(200):
        planned = FIRST_SCANS[number] if number < len(FIRST_SCANS) else planned + HALF_YEAR
        reach = 3 if number < len(FIRST_SCANS) else 10
        day = last_cycle + planned + int(random.integers(-reach, reach + 1))
        if day > ends - LEAST_GAP:
            return days
        days.append(day)
    return days


def _progression(day: int, before: list[Scan], random: np.random.Generator) -> Scan:
    sums = [sum(scan.diameters) for scan in before]
    last, least = before[-1].diameters, min(sums)
    if least == 0 or random.random() < 0.25:
        return Scan(day, list(last), "PD", new_lesion=True)
    wanted = max(int(np.ceil(least * GROWTH)), least + LEAST_GROWTH) + int(random.integers(0, 10))
    grown = [max(1, round(one * wanted / max(sum(last), 1))) for one in last]
    grown[0] += max(0, wanted - sum(grown))
    return Scan(day, grown, "PD")
