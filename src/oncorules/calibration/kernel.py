"""Kaplan-Meier medians, penalties and correlations, compiled, for searches of millions of steps.

The product's own statistics are exact and told in words; these are the same numbers as fast as can
be, and only the search reads them. Times are days, what is compared is months.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MONTH = 30.4375
Z = 1.959963984540054
HALF_UNIT = 0.0499
"""A printed decimal is met when a value lies within half a unit of it."""
MISSED = 0.2
"""What a figure costs that is not met, beside its distance; small enough to be left for a while."""
NO_INTERVAL, NO_MEDIAN = 6.0, 20.0


@njit(cache=True, nogil=True)
def sort_again(times, order):
    """Sort an order that was sorted before a few times moved."""
    for i in range(1, order.size):
        k = order[i]
        value = times[k]
        j = i - 1
        while j >= 0 and times[order[j]] > value:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = k


@njit(cache=True, nogil=True)
def median_of(times, events, order, mask, reverse):
    """Return median, lower and upper limit in months in the form of SPSS.

    Without a median the second number is how much survival is left; without limits they are NaN.
    """
    at_risk = 0
    for i in range(order.size):
        at_risk += mask[i]
    survival, variance = 1.0, 0.0
    median, error = np.nan, np.nan
    above, s_above, below, s_below = np.nan, 0.0, np.nan, 0.0
    i = 0
    while i < order.size:
        now = times[order[i]]
        died = left = 0
        while i < order.size and times[order[i]] == now:
            k = order[i]
            if mask[k]:
                if (events[k] != 0) != reverse:
                    died += 1
                else:
                    left += 1
            i += 1
        if died > 0:
            survival *= 1.0 - died / at_risk
            if at_risk > died:
                variance += died / (at_risk * (at_risk - died))
            else:
                variance = np.inf
            if survival >= 0.55 - 1e-10:
                above, s_above = now, survival
            if survival <= 0.5 + 1e-10 and np.isnan(median):
                median = now
                error = survival * np.sqrt(variance) if survival > 1e-12 else np.nan
            if survival <= 0.45 + 1e-10:
                below, s_below = now, survival
                break
        at_risk -= died + left
    if np.isnan(median):
        return np.nan, survival, np.nan
    low = high = np.nan
    if not (np.isnan(above) or np.isnan(below) or np.isnan(error)):
        half = Z * error / ((s_above - s_below) / (below - above))
        low, high = (median - half) / MONTH, (median + half) / MONTH
    return median / MONTH, low, high


@njit(cache=True, nogil=True)
def softened(distance):
    """Return a distance that keeps a slope far away, and does not drown all others there."""
    return distance if distance < 3 else 3 + 0.25 * (distance - 3)


@njit(cache=True, nogil=True)
def median_penalty(median, low, high, target):
    """Return how far a median and its limits lie from the printed ones, in standard errors."""
    if np.isnan(median):
        return NO_MEDIAN + 30 * (low - 0.5)
    off = max(0.0, abs(median - target[0]) - HALF_UNIT)
    if np.isnan(target[1]):
        bad = off > 0 or not np.isnan(low)
        return softened(off / 5.0) + (1.0 if not np.isnan(low) else 0.0) + (MISSED if bad else 0.0)
    scale = (target[2] - target[1]) / (2 * Z)
    penalty = softened(off / scale)
    if np.isnan(low):
        return penalty + NO_INTERVAL
    under = max(0.0, abs(low - target[1]) - HALF_UNIT)
    over = max(0.0, abs(high - target[2]) - HALF_UNIT)
    missed = (off > 0) + 0.5 * (under > 0) + 0.5 * (over > 0)
    return penalty + softened(0.5 * (under + over) / scale) + MISSED * missed


@njit(cache=True, nogil=True)
def fill_ranks(times, order, ranks):
    """Write the ranks of times, ties at their mean."""
    i = 0
    while i < order.size:
        j = i
        while j < order.size and times[order[j]] == times[order[i]]:
            j += 1
        for k in range(i, j):
            ranks[order[k]] = (i + j - 1) * 0.5
        i = j


@njit(cache=True, nogil=True)
def correlation_of(ranks, others):
    """Return Pearson's correlation of two rankings."""
    middle = (ranks.size - 1) * 0.5
    both = one = other = 0.0
    for i in range(ranks.size):
        x, y = ranks[i] - middle, others[i] - middle
        both += x * y
        one += x * x
        other += y * y
    return both / np.sqrt(one * other)


@njit(cache=True, nogil=True)
def correlation_penalty(rho, target):
    """Return how far a correlation of three decimals lies from the printed one."""
    off = max(0.0, abs(rho - target) - 0.00049)
    return 30 * off + (MISSED if off > 0 else 0.0)


@njit(cache=True, nogil=True)
def log_rank_of(times, events, order, mask, other_times, other_events, other_order, other_mask):
    """Return the chi-squared statistic (1 df) of the log-rank test of two groups."""
    first = second = 0
    for i in range(order.size):
        first += mask[i]
    for i in range(other_order.size):
        second += other_mask[i]
    observed = expected = variance = 0.0
    i = j = 0
    while i < order.size or j < other_order.size:
        now = np.inf
        if i < order.size:
            now = times[order[i]]
        if j < other_order.size and other_times[other_order[j]] < now:
            now = other_times[other_order[j]]
        died = gone = others_died = others_gone = 0
        while i < order.size and times[order[i]] == now:
            k = order[i]
            if mask[k]:
                gone += 1
                died += events[k] != 0
            i += 1
        while j < other_order.size and other_times[other_order[j]] == now:
            k = other_order[j]
            if other_mask[k]:
                others_gone += 1
                others_died += other_events[k] != 0
            j += 1
        deaths, at_risk = died + others_died, first + second
        if deaths and at_risk > 1:
            observed += died
            expected += deaths * first / at_risk
            share = first / at_risk
            variance += deaths * share * (1 - share) * (at_risk - deaths) / (at_risk - 1)
        first -= gone
        second -= others_gone
    return (observed - expected) ** 2 / variance if variance > 0 else 0.0
