"""The search over times of a course beside no other, compiled: medians and log-rank tests.

Controls have one course only; the third course of others depends on nothing that came before it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from oncorules.calibration.kernel import (
    MISSED,
    MONTH,
    log_rank_of,
    median_of,
    median_penalty,
    sort_again,
)


@njit(cache=True, nogil=True)
def test_penalty(statistic, low, high):
    """Return how far a chi-squared statistic lies outside what prints the wanted p value."""
    off = max(0.0, low - statistic, statistic - high)
    return min(off, 3 + 0.1 * off) + (MISSED if off > 0 else 0.0)


@njit(cache=True, nogil=True)
def search_course(
    times, events, low, high, free, variable_of, masks, reverse, targets,
    test_variable, test_masks, other_times, other_events, other_masks, test_low, test_high,
    steps, hot, cold, seed,
):  # fmt: skip
    """Improve times in place and return the penalty left.

    Args:
        times: days of progression-free (0) and overall (1) survival by subject, and events.
        low, high: what a time of a subject may be.
        free: by variable, whose end may become censored or an event.
        variable_of, masks, reverse, targets: the medians to be met.
        test_variable, test_masks: which times of whom a log-rank test compares.
        other_times, other_events, other_masks: with those of whom.
        test_low, test_high: the statistics that print the wanted p value.
        steps, hot, cold: moves, and the temperature at their start and end.
        seed: of the moves.
    """
    np.random.seed(seed)
    size, rows, tests = times.shape[1], variable_of.size, test_variable.size
    order = np.empty((2, size), np.int64)
    other_order = np.empty((2, other_times.shape[1]), np.int64)
    for v in range(2):
        order[v] = np.argsort(times[v])
        other_order[v] = np.argsort(other_times[v])
    penalties = np.zeros(rows + tests)
    tried = np.zeros(rows + tests)
    total = best = np.inf
    best_times, best_events = times.copy(), events.copy()
    before_times, before_events = np.zeros(2, np.int64), np.zeros(2, np.int64)
    for step in range(-1, steps):
        changed = 3
        i = 0
        if step >= 0:
            i = np.random.randint(size)
            before_times[:], before_events[:] = times[:, i], events[:, i]
            reach = np.random.random()
            days = 4 if reach < 0.45 else (40 if reach < 0.8 else 900)
            shift = np.random.randint(1, days) * (1 if np.random.random() < 0.5 else -1)
            kind = np.random.randint(6)
            v = kind % 2
            changed = 1 << v
            if kind < 2:
                times[v, i] += shift
            elif kind < 4:
                if not free[v, i]:
                    continue
                events[v, i] = 1 - events[v, i]
            elif kind == 4:  # on the day of another: few subjects meet narrow limits only by ties
                v = np.random.randint(2)
                changed = 1 << v
                times[v, i] = times[v, np.random.randint(size)]
            else:
                r = np.random.randint(rows)
                if not masks[r, i]:
                    continue
                v = variable_of[r]
                changed = 1 << v
                times[v, i] = np.int64(np.round(targets[r, 0] * MONTH)) + np.random.randint(-2, 3)
            legal = times[0, i] <= times[1, i] and not (events[0, i] == 0 and events[1, i] == 1)
            for w in range(2):
                legal = legal and low[w, i] <= times[w, i] <= high[w, i]
            if not legal:
                times[:, i], events[:, i] = before_times, before_events
                continue
        for v in range(2):
            if changed >> v & 1:
                sort_again(times[v], order[v])
        tried[:] = penalties
        for r in range(rows):
            v = variable_of[r]
            if changed >> v & 1 and (masks[r, i] or step < 0):
                a, b, c = median_of(times[v], events[v], order[v], masks[r], reverse[r])
                tried[r] = median_penalty(a, b, c, targets[r])
        for r in range(tests):
            v = test_variable[r]
            if changed >> v & 1 and (test_masks[r, i] or step < 0):
                found = log_rank_of(
                    times[v], events[v], order[v], test_masks[r], other_times[v],
                    other_events[v], other_order[v], other_masks[r],
                )  # fmt: skip
                tried[rows + r] = test_penalty(found, test_low[r], test_high[r])
        new = tried.sum()
        heat = hot * (cold / hot) ** (max(step, 0) / steps)
        if new <= total or np.random.random() < np.exp((total - new) / heat):
            total = new
            penalties[:] = tried
            if total < best - 1e-9:
                best = total
                best_times[:], best_events[:] = times, events
            continue
        times[:, i], events[:, i] = before_times, before_events
        for v in range(2):
            if changed >> v & 1:
                sort_again(times[v], order[v])
    times[:], events[:] = best_times, best_events
    return best
