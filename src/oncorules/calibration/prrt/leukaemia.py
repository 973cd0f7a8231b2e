"""Times to leukaemia or myelodysplasia: two medians with limits and a log-rank p value at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from oncorules.calibration.contradictions import NoSuchCohort
from oncorules.calibration.kernel import Z, log_rank_of, median_of, median_penalty
from oncorules.calibration.prrt.times import MONTH
from oncorules.calibration.targets import Targets

CELL = "table-7.time_to_diagnosis"


@dataclass(frozen=True)
class Leukaemia:
    """Days to diagnosis: of controls, and of the retreated from their first and second course."""

    control: np.ndarray
    from_i: np.ndarray
    from_r: np.ndarray


def leukaemia_times(gap: int, targets: Targets, random: np.random.Generator) -> Leukaemia:
    """Return times that print as the paper does; the first of the retreated is told by the text.

    Args:
        gap: days from the first to the second course of the subject whom the text tells of.
        targets: the printed figures.
        random: of all that is not printed.

    Raises:
        NoSuchCohort: none were found.
    """
    told = round(targets.value("stopped_mds_time", "median") * MONTH)
    cells = {
        name: tuple(targets.value(f"{CELL}.{name}", role) for role in ("median", "low", "high"))
        for name in ("from_i.control", "from_i.retreated", "from_r.retreated")
    }
    p = targets.value(f"{CELL}.from_i.p", "p")
    middle = round(cells["from_r.retreated"][0] * MONTH)
    from_r = _first(
        lambda: np.array(
            [told, middle, middle + random.integers(0, 30), random.integers(500, 1100)]
        ),
        cells["from_r.retreated"],
    )
    own = gap + told
    for _ in range(3000):
        control = _first(
            lambda: _controls(cells["from_i.control"], random), cells["from_i.control"]
        )
        for _ in range(30):
            retreated = _retreated(own, cells["from_i.retreated"], random)
            if retreated is None or _off(np.sort(retreated), cells["from_i.retreated"]):
                continue
            if abs(_p_value(control, retreated) - p) < 0.005:
                return Leukaemia(control, retreated, from_r)
    raise NoSuchCohort("no times to leukaemia print as the paper does")


def _controls(printed: tuple[float, ...], random: np.random.Generator) -> np.ndarray:
    """Return days of eight: limits depend on how far the third and the fifth are apart."""
    middle = round(printed[0] * MONTH)
    apart = round((printed[2] - printed[1]) / 2 / (Z * np.sqrt(0.5)) * MONTH)
    before = int(random.integers(1, apart))
    early = random.integers(300, middle - before, 2)
    late = random.integers(middle + apart, random.choice([1100, 1600, 2600]), 3)
    return np.sort([*early, middle - before, middle, middle - before + apart, *late])


def _retreated(
    own: int, printed: tuple[float, ...], random: np.random.Generator
) -> np.ndarray | None:
    """Return days of four, the told one first; limits tell how far first and third are apart."""
    middle = round(printed[0] * MONTH) + int(random.integers(-1, 2))
    apart = round((printed[2] - printed[1]) / 2 / (Z / 2) * MONTH) + int(random.integers(-2, 3))
    if own < middle:
        first = own
    else:
        first = own - apart if own - apart < middle else int(random.integers(548, middle))
    last = own if own > first + apart else int(random.integers(first + apart, 3600))
    every = [first, middle, first + apart, last]
    if first + apart < middle or own not in every:
        return None
    every.remove(own)
    return np.array([own, *every])


def _first(draw, printed):
    for _ in range(100_000):
        days = np.sort(draw())
        if not _off(days, printed):
            return days
    raise NoSuchCohort("no times to leukaemia print as the paper does")


def _off(days: np.ndarray, printed: tuple[float, ...]) -> bool:
    every = np.ones(len(days), np.int64)
    order = np.argsort(days, kind="stable")
    found = median_of(days, every, order, every.astype(bool), False)
    return bool(median_penalty(*found, np.array(printed)) > 0)


def _p_value(control: np.ndarray, retreated: np.ndarray) -> float:
    sides = []
    for days in (control, retreated):
        every = np.ones(len(days), np.int64)
        sides.append((days, every, np.argsort(days, kind="stable"), every.astype(bool)))
    return float(chi2.sf(log_rank_of(*sides[0], *sides[1]), 1))
