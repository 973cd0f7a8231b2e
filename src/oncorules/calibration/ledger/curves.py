"""Medians of survival in the form of SPSS and log-rank tests, of many cohorts at once.

The same definitions as in `oncorules.analysis.statistics`, which tells one group in fractions. A
factor per subject instead of one per time is the same product: (n-1)/n (n-2)/(n-1) = (n-2)/n, and
so is Greenwood's sum.
"""

from __future__ import annotations

import numpy as np

from oncorules.calibration.ledger.in_cohorts import InCohorts, first_of_ties, last_of_ties
from oncorules.generators.coded import Rows

Z = 1.959963984540054
HALF, UPPER, LOWER = 0.5, 0.55, 0.45
NEAR = 1e-10
"""Products of at most some hundred fractions are known to so much."""
FAR = np.iinfo(np.int64).max // 4


def medians(cohort: Rows, cohorts: int, times: Rows, events: Rows) -> dict[str, Rows]:
    """Return size, events, median, limits and error of each cohort.

    A median that is not reached is infinite, and so are its limits; what cannot be computed is NaN.

    Args:
        cohort: of each member, ascending.
        cohorts: how many.
        times: of each member, whole numbers of any unit.
        events: whether each ends in an event.
    """
    places = InCohorts.of(cohort, cohorts)
    # Who has the event stands before who is censored at the same time.
    keys = np.sort(places.lay(2 * times + ~events, FAR), axis=1)
    moment, happened = keys // 2, (keys % 2 == 0) & places.there
    risk = np.maximum(1, places.n[:, None] - np.arange(keys.shape[1]))
    survival = np.cumprod(np.where(happened, (risk - 1) / risk, 1.0), axis=1)
    rest = np.where(risk > 1, risk - 1, np.inf)
    greenwood = np.cumsum(np.where(happened, 1 / (risk * rest), 0.0), axis=1)
    last = happened & (last_of_ties(keys) == np.arange(keys.shape[1]))
    half = last & (survival <= HALF + NEAR)
    above, below = last & (survival >= UPPER - NEAR), last & (survival <= LOWER + NEAR)
    at, low = half.argmax(axis=1), below.argmax(axis=1)
    up = keys.shape[1] - 1 - above[:, ::-1].argmax(axis=1)
    line = np.arange(cohorts)
    reached = half.any(axis=1)
    median = np.where(reached, moment[line, at].astype(float), np.inf)
    left = survival[line, at]
    given = reached & above.any(axis=1) & below.any(axis=1) & (left > NEAR)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = (moment[line, low] - moment[line, up]).astype(float)
        density = (survival[line, up] - survival[line, low]) / width
        error = np.where(given, left * np.sqrt(greenwood[line, at]) / density, np.nan)
    ends = {"low": median - Z * error, "high": median + Z * error}
    found = {
        "n": places.n.astype(float),
        "events": happened.sum(axis=1).astype(float),
        "median": median,
        **{name: np.where(reached, end, np.inf) for name, end in ends.items()},
        "error": np.where(reached, error, np.inf),
    }
    found["censored"] = found["n"] - found["events"]
    empty = places.n == 0
    return {name: np.where(empty, np.nan, value) for name, value in found.items()}


def log_ranks(cohort: Rows, cohorts: int, times: Rows, events: Rows, second: Rows) -> Rows:
    """Return the chi-squared statistic of two groups in each cohort, NaN where there is none.

    Args:
        cohort: of each member, ascending.
        cohorts: how many.
        times: of each member, whole numbers of any unit.
        events: whether each ends in an event.
        second: whether each is of the second group.
    """
    places = InCohorts.of(cohort, cohorts)
    keys = np.sort(places.lay(4 * times + 2 * ~events + second, FAR), axis=1)
    happened = (keys % 4 < 2) & places.there
    other = (keys % 2 == 1) & places.there
    begins = first_of_ties(keys // 4)
    at_risk = (places.n[:, None] - begins).astype(float)
    before = np.cumsum(other, axis=1) - other
    others = other.sum(axis=1)[:, None] - np.take_along_axis(before, begins, axis=1)
    deaths = np.cumsum(happened, axis=1)
    earlier: Rows = np.take_along_axis(deaths - happened, begins, axis=1)
    died: Rows = np.take_along_axis(deaths, last_of_ties(keys // 4), axis=1) - earlier
    share = others / np.maximum(1, at_risk)
    expected = np.where(happened, share, 0.0).sum(axis=1)
    spread = share * (1 - share) * (at_risk - died) / np.maximum(1, at_risk - 1)
    variance = np.where(happened, spread, 0.0).sum(axis=1)
    observed = (happened & other).sum(axis=1)
    both = (others[:, 0] > 0) & (others[:, 0] < places.n)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = (observed - expected) ** 2 / variance
    found: Rows = np.where(both & (variance > 0), statistic, np.nan)
    return found
