"""Small integer tables that give a printed correlation or test statistic: enumerated, not searched.

Counts of the retreated are tied by two printed numbers that no margin fixes: Spearman's correlation
of the responses to both courses, and the chi-squared statistic of the change of uptake by response.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.stats import spearmanr

from oncorules.calibration.contradictions import NoSuchCohort

LEVELS = ("PR", "SD", "PD", "LOST")
"""Responses to the second course; LOST is clinical progression or death before the first scan."""


@dataclass(frozen=True)
class Responses:
    """How many of each level had an objective response to the first course, in order of levels."""

    responded: tuple[int, ...]
    correlation: float


def response_tables(
    levels: tuple[int, ...], responders: int, progressed: int, printed: float
) -> Iterator[Responses]:
    """Yield every table of first by second response with the printed correlation.

    Args:
        levels: subjects by level of the second response.
        responders: subjects with an objective response to the first course.
        progressed: how many of those at the level PD had one.
        printed: Spearman's correlation, three decimals.
    """
    for partial, lost in product(range(levels[0] + 1), range(levels[3] + 1)):
        stable = responders - partial - progressed - lost
        if not 0 <= stable <= levels[1]:
            continue
        responded = (partial, stable, progressed, lost)
        first = np.concatenate(
            [[1] * k + [2] * (n - k) for k, n in zip(responded, levels, strict=True)]
        )
        second = np.repeat([1, 2, 3, 4], levels)
        rho = float(spearmanr(first, second).statistic)
        if abs(rho - printed) < 0.0005:
            yield Responses(responded, rho)


def change_tables(
    levels: tuple[int, ...], lower: int, higher: int, lower_in_pd: int, printed: float
) -> Iterator[np.ndarray]:
    """Yield every table of change (lower, higher, same) by level with the printed chi-squared.

    Args:
        levels: subjects by level whose change is known.
        lower, higher: subjects whose uptake fell and rose.
        lower_in_pd: how many of those at the level PD fell.
        printed: the statistic, two decimals.
    """
    for fell, rose in product(range(levels[0] + 1), range(levels[0] + 1)):
        for lost_fell, lost_rose, pd_rose in product(
            range(levels[3] + 1), range(levels[3] + 1), range(levels[2] - lower_in_pd + 1)
        ):
            down = [fell, lower - fell - lower_in_pd - lost_fell, lower_in_pd, lost_fell]
            up = [rose, higher - rose - pd_rose - lost_rose, pd_rose, lost_rose]
            same = [n - a - b for n, a, b in zip(levels, down, up, strict=True)]
            if min(*down, *up, *same) < 0 or 0 in (sum(down), sum(up), sum(same)):
                continue
            table = np.array([down, up, same])
            if abs(_statistic(table) - printed) < 0.005:
                yield table


def _statistic(table: np.ndarray) -> float:
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())


def transitions(
    before: Sequence[int], after: Sequence[int], lower: int, higher: int
) -> dict[tuple[int, int], int]:
    """Return how many go from which score to which, with as few steps of two as possible.

    Args:
        before: subjects with scores 2, 3 and 4; those of unknown change left out.
        after: the same later.
        lower, higher: how many fell and rose.

    Raises:
        NoSuchCohort: none do.
    """
    for far_down, far_up in product(range(10), range(10)):
        for three_two in range(lower - far_down + 1):
            four_three = lower - far_down - three_two
            two_three = before[0] - after[0] + three_two + far_down - far_up
            three_four = higher - far_up - two_three
            if two_three < 0 or three_four < 0 or two_three + far_up > before[0]:
                continue
            if before[2] - four_three - far_down + three_four + far_up != after[2]:
                continue
            moved = {(4, 2): far_down, (2, 4): far_up, (3, 2): three_two, (4, 3): four_three,
                     (2, 3): two_three, (3, 4): three_four}  # fmt: skip
            stay = [n - sum(k for (a, _), k in moved.items() if a == score)
                    for score, n in zip((2, 3, 4), before, strict=True)]  # fmt: skip
            if min(stay) >= 0:
                return moved | {(score, score): k for score, k in zip((2, 3, 4), stay, strict=True)}
    raise NoSuchCohort("no transitions give these scores")
