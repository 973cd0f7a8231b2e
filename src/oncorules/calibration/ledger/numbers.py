"""Counts, quantiles, correlations and tests of many cohorts at once; NaN where there is none.

The same definitions as in `oncorules.analysis.statistics`, which tells one group.
"""

from __future__ import annotations

import numpy as np

from oncorules.analysis.statistics.quantiles import Rule
from oncorules.calibration.ledger.in_cohorts import InCohorts, ranks
from oncorules.generators.coded import Rows

AS_LIKELY = 1 + 1e-7
"""Tables that are as likely as the one found, but for rounding; that of R and scipy."""


def quantiles(cohort: Rows, cohorts: int, values: Rows, rule: Rule) -> dict[str, Rows]:
    """Return size, median, quartiles and range of each cohort.

    Args:
        cohort: of each value, ascending.
        cohorts: how many.
        values: without missing ones.
        rule: how quartiles between two values are found.
    """
    places = InCohorts.of(cohort, cohorts)
    ordered = np.sort(places.lay(values, np.inf), axis=1)
    n, line = places.n, np.arange(cohorts)

    def at(part: float) -> Rows:
        place = (n + 1) * part if rule == "spss" else 1 + (n - 1) * part
        place = np.clip(place, 1, np.maximum(1, n))
        below = place.astype(np.int64)
        above = np.minimum(below + 1, np.maximum(1, n))
        one, other = ordered[line, below - 1], ordered[line, above - 1]
        with np.errstate(invalid="ignore"):
            return one + (place - below) * (other - one)

    found = {
        "median": at(0.5), "q1": at(0.25), "q3": at(0.75), "min": at(0.0), "max": at(1.0),
    }  # fmt: skip
    given = {name: np.where(n > 0, value, np.nan) for name, value in found.items()}
    return {"n": np.where(n > 0, n, np.nan), **given}


def correlations(cohort: Rows, cohorts: int, first: Rows, second: Rows) -> dict[str, Rows]:
    """Return Spearman's correlation of whole pairs in each cohort, its p value and size."""
    from scipy import stats

    places = InCohorts.of(cohort, cohorts)
    middle = (places.n[:, None] - 1) / 2
    one, other = (
        np.where(places.there, ranks(places.lay(values, np.inf)) - middle, 0.0)
        for values in (first, second)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (one * other).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
        rho = np.where(places.n > 2, rho, np.nan)
        t = rho * np.sqrt((places.n - 2) / np.maximum(0, 1 - rho * rho))
    p = 2 * stats.t.sf(np.abs(t), np.maximum(1, places.n - 2))
    return {"statistic": rho, "p": p, "n": np.where(np.isnan(rho), np.nan, places.n)}


def chi_squared(table: Rows) -> dict[str, Rows]:
    """Return Pearson's test of each cohort's table; rows and columns without counts are left out.

    Args:
        table: cohorts by rows by columns.
    """
    from scipy import stats

    rows, columns = table.sum(axis=2), table.sum(axis=1)
    n = rows.sum(axis=1)
    levels = (rows > 0).sum(axis=1), (columns > 0).sum(axis=1)
    df = np.maximum(0, levels[0] - 1) * np.maximum(0, levels[1] - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = rows[:, :, None] * columns[:, None, :] / n[:, None, None]
        terms = np.where(expected > 0, (table - expected) ** 2 / expected, 0.0)
    some = df > 0
    statistic = np.where(some, terms.sum(axis=(1, 2)), np.nan)
    p = stats.chi2.sf(statistic, np.maximum(1, df))
    found = {"statistic": statistic, "p": p, "df": df, "n": n}
    return {name: np.where(some, value, np.nan) for name, value in found.items()}


def mcnemar(first: Rows, second: Rows) -> Rows:
    """Return McNemar's exact p value of the pairs with yes in one answer alone."""
    from scipy import stats

    n = first + second
    p: Rows = np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(first, second), n, 0.5))
    return p


def fisher(a: Rows, b: Rows, c: Rows, d: Rows) -> Rows:
    """Return Fisher's exact two-sided p value of each table of two rows, a b and c d."""
    from scipy.special import gammaln

    tables, place = np.unique(np.stack([a, b, c, d], axis=1), axis=0, return_inverse=True)
    a, b, c, d = tables.astype(np.int64).T
    row, column, other = a + b, a + c, c + d
    logs = gammaln(np.arange(1, int((a + b + c + d).max(initial=0)) + 2))
    cell = np.arange(int(row.max(initial=0)) + 1)[None, :]
    rest = (row[:, None] - cell, column[:, None] - cell, other[:, None] - column[:, None] + cell)
    possible = (rest[0] >= 0) & (rest[1] >= 0) & (rest[2] >= 0)
    log = sum(-logs[np.where(possible, one, 0)] for one in (cell, *rest))
    log = np.where(possible, log, -np.inf)
    most = log.max(axis=1, keepdims=True)
    chance = np.exp(log - most)
    own = chance[np.arange(a.size), a][:, None]
    p = np.where(chance <= own * AS_LIKELY, chance, 0.0).sum(axis=1) / chance.sum(axis=1)
    found: Rows = np.minimum(1.0, p)[place.reshape(-1)]
    return found
