"""Ages, doses and markers with printed medians, quartiles and ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.targets import Targets

DAYS_OF_YEAR = 365.25
CYCLE = 7.4
"""The dose of a cycle (GBq)."""


def with_quartiles(
    size: int,
    median: float,
    q1: float,
    q3: float,
    limit: float,
    above: int,
    random: np.random.Generator,
) -> np.ndarray:
    """Return whole numbers in a random order with quartiles as SPSS counts them, at (n + 1) p.

    Args:
        size: how many.
        median, q1, q3: as printed, whole numbers.
        limit: so many are above it.
        above: how many.
        random: of the values between, and of their order.
    """  # fmt: skip
    spread = np.log(q3 / q1) / 1.35
    values = np.sort(np.exp(np.log(median) + spread * random.standard_normal(size)))
    values = np.maximum(values, q1 / 20)
    fixed = set()
    for target, p in ((q1, 0.25), (median, 0.5), (q3, 0.75)):
        place = (size + 1) * p
        first = int(place) - 1
        between = place > first + 1
        for at in (first, first + 1) if between else (first,):
            values[at] = target
            fixed.add(at)
    for place in range(size):
        if place in fixed:
            continue
        floor, ceiling = _around(place, size, q1, median, q3)
        if place < size - above:
            ceiling = min(ceiling, limit)
        else:
            floor = max(floor, limit + 1)
        values[place] = np.clip(values[place], floor, ceiling)
    return random.permutation(np.round(np.sort(values)).astype(int))


def _around(place: int, size: int, q1: float, median: float, q3: float) -> tuple[float, float]:
    """Return between which quartiles a place lies."""
    bounds = [(1.0, q1), (q1, median), (median, q3), (q3, q3 * 40)]
    return bounds[sum(place + 1 > (size + 1) * p for p in (0.25, 0.5, 0.75))]


def settle(
    values: np.ndarray,
    wanted: Sequence[tuple[Callable[[np.ndarray], np.ndarray], float, float, float]],
    step: Callable[[np.ndarray], None],
    random: np.random.Generator,
    moves: int = 200_000,
) -> np.ndarray:
    """Return values of which some functions have the wanted median, minimum and maximum.

    Args:
        values: to start from.
        wanted: what is looked at (a function of the values), its median, minimum and maximum.
        step: changes values in place a little.
        random: which worse steps are taken all the same.
        moves: after so many it gives up.

    Raises:
        NoSuchCohort: they were not reached.
    """  # fmt: skip
    best = _off(values, wanted)
    for _ in range(moves):
        if best == 0:
            return values
        tried = values.copy()
        step(tried)
        off = _off(tried, wanted)
        if off <= best or (off < best + 0.15 and random.random() < 0.05):
            values, best = tried, off
    raise NoSuchCohort(f"medians and ranges stay {best:g} away from all of them together")


def _off(
    values: np.ndarray,
    wanted: Sequence[tuple[Callable[[np.ndarray], np.ndarray], float, float, float]],
) -> float:
    total = 0.0
    for look, median, low, high in wanted:
        seen = look(values)
        total += abs(np.median(seen) - median) + abs(seen.min() - low) + abs(seen.max() - high)
    return round(total, 6)


def spread_of(targets: Targets, analysis: str) -> tuple[float, float, float]:
    """Return the printed median, minimum and maximum of an analysis."""
    return tuple(targets.value(analysis, role) for role in ("median", "min", "max"))  # type: ignore[return-value]


def ages(
    start2: np.ndarray,
    start3: np.ndarray,
    third: np.ndarray,
    targets: Targets,
    random: np.random.Generator,
) -> np.ndarray:
    """Return exact ages in days at the first course, so that ages at all courses are as printed.

    Args:
        start2, start3: days from the first to the later courses.
        third: who has a third one.
        targets: the printed figures.
        random: of all that is not printed.
    """  # fmt: skip
    at = [spread_of(targets, f"table-1.age.years.{column}") for column in ("i", "r", "rr")]

    def years(days: np.ndarray) -> np.ndarray:
        return np.floor(days / DAYS_OF_YEAR)

    wanted = [
        (years, *at[0]),
        (lambda days: years(days + start2), *at[1]),
        (lambda days: years(days[third] + start2[third] + start3[third]), *at[2]),
    ]
    start = random.normal(at[0][0], 10, len(start2)) * DAYS_OF_YEAR
    start = np.clip(start, at[0][1] * DAYS_OF_YEAR, at[1][2] * DAYS_OF_YEAR - start2)
    low, high = at[0][1] * DAYS_OF_YEAR, (at[0][2] + 0.9) * DAYS_OF_YEAR

    def step(values: np.ndarray) -> None:
        one = random.integers(len(values))
        values[one] = np.clip(random.normal(at[0][0], 12) * DAYS_OF_YEAR, low, high)

    return settle(start, wanted, step, random)


def plain_ages(size: int, targets: Targets, cell: str, random: np.random.Generator) -> np.ndarray:
    """Return ages in years with the printed median and range."""
    median, low, high = spread_of(targets, cell)
    start = np.clip(np.round(random.normal(median, 10, size)), low, high)

    def step(values: np.ndarray) -> None:
        values[random.integers(size)] = np.clip(np.round(random.normal(median, 14)), low, high)

    return settle(start, [(lambda values: values, median, low, high)], step, random)


def doses(
    third: np.ndarray,
    reduced: np.ndarray,
    started_low: np.ndarray,
    less_first: np.ndarray,
    targets: Targets,
    random: np.random.Generator,
) -> np.ndarray:
    """Return the doses of the three courses (GBq, rows) of the retreated.

    Args:
        third: who has a third course.
        reduced: whose second course had one cycle only.
        started_low: among these, whose cycle was half a dose.
        less_first: whose first course had a cycle less.
        targets: the printed figures.
        random: of all that is not printed.
    """  # fmt: skip
    (m1, l1, h1), (m2, l2, h2), (m3, l3, h3) = (
        spread_of(targets, f"dose_{course}") for course in ("i", "r", "rr")
    )
    total, total3 = (spread_of(targets, f"total_dose_{course}") for course in ("r", "rr"))
    size = len(third)
    start = np.zeros((3, size))
    start[0] = np.clip(np.round(random.normal(m1, 0.25, size), 1), 29.3, 30.4)
    start[1] = np.clip(np.round(random.normal(m2, 0.15, size), 1), 14.4, 15.3)
    start[1, reduced] = np.round(random.uniform(7.3, 7.6, reduced.sum()), 1)
    start[2] = np.clip(np.round(random.normal(m3, 0.15, size), 1), l3, h3)
    start[0, less_first] = 3 * CYCLE
    # The extremes are set by hand: no sum of the others may pass them.
    low = int(np.flatnonzero(started_low)[0])
    least, most, most2 = random.choice(
        np.flatnonzero(~third & ~reduced & ~less_first), 3, replace=False
    )
    start[:2, low] = total[1] - l2, l2
    start[:2, least], start[:2, most] = (l1, m2), (h1, m2)
    start[:2, most2] = total[2] - h2, h2
    lower, upper = random.choice(np.flatnonzero(third), 2, replace=False)
    start[:, lower], start[:, upper] = (total3[1] - m2 - l3, m2, l3), (total3[2] - m2 - h3, m2, h3)
    start = np.round(start, 1)
    wanted = [
        (lambda v: v[0], m1, l1, h1),
        (lambda v: v[1], m2, l2, h2),
        (lambda v: np.round(v[0] + v[1], 1), *total),
        (lambda v: v[2][third], m3, l3, h3),
        (lambda v: np.round(v[:, third].sum(axis=0), 1), *total3),
    ]
    fixed = np.isin(np.arange(size), [low, least, most, most2, lower, upper])
    fixed |= less_first
    free, whole, again = (np.flatnonzero(~fixed & who) for who in (True, ~reduced, third))

    def step(values: np.ndarray) -> None:
        row = random.integers(3)
        one = random.choice((free, whole, again)[row])
        bottom, top = ((29.3, 30.4), (14.4, 15.3), (l3, h3))[row]
        shift = random.choice([-0.1, 0.1, -0.2, 0.2])
        values[row, one] = np.round(np.clip(values[row, one] + shift, bottom, top), 1)

    return settle(start, wanted, step, random)


def plain_doses(
    size: int, targets: Targets, analysis: str, random: np.random.Generator
) -> np.ndarray:
    """Return doses (GBq) with the printed median and range."""
    median, low, high = spread_of(targets, analysis)
    start = np.clip(np.round(random.normal(median, 0.3, size), 1), median - 0.8, high)
    start[:2] = low, high

    def step(values: np.ndarray) -> None:
        one = random.integers(2, size)
        shifted = values[one] + random.choice([-0.1, 0.1])
        values[one] = np.round(np.clip(shifted, median - 0.8, high), 1)

    return random.permutation(
        settle(start, [(lambda values: values, median, low, high)], step, random)
    )
