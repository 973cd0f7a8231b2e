"""The search over the times of two courses, compiled: one move at a time, kept or undone.

Times are days from the start of their own course. A move may shift one time alone, or several that
hang together; what a subject's history forbids is undone at once. Where there is a third course,
its own times stay as they were solved, and only its start moves.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from oncorules.calibration.kernel import (
    MONTH,
    correlation_of,
    correlation_penalty,
    fill_ranks,
    median_of,
    median_penalty,
    sort_again,
)

PFS1, OS1, PFS2, OS2 = range(4)
VARIABLES = 4


@njit(cache=True, nogil=True)
def allowed(i, times, events, gaps, low, high, tied, third, rest, longest):
    """Return whether the times of a subject can be one history."""
    start2, start3 = gaps[0, i], gaps[1, i]
    pfs1, pfs2, os2 = times[PFS1, i], times[PFS2, i], times[OS2, i]
    if pfs1 > start2 or times[OS1, i] != start2 + os2:
        return False
    for variable in range(VARIABLES):
        if not low[variable, i] <= times[variable, i] <= high[variable, i]:
            return False
    # Death ends the time without progression, unless another course had begun.
    if not third[i] and events[PFS2, i] == 0 and events[OS2, i] == 1:
        return False
    if pfs2 > os2 or (tied[i] and (pfs2 != os2 or events[OS2, i] == 0)):
        return False
    return not third[i] or (
        pfs2 <= start3 and start3 + rest[i] == os2 and start2 + start3 <= longest
    )


@njit(cache=True, nogil=True)
def search(
    times, events, gaps, low, high, tied, third, rest, free, groups, focus,
    variable_of, masks, reverse, targets, rho, longest, steps, hot, cold, seed,
):  # fmt: skip
    """Improve times in place and return the penalty left.

    Args:
        times: days by variable and subject, and whether they end in an event (events).
        gaps: days from the first to the second, and from the second to the third course.
        low, high: what a variable of a subject may be.
        tied: progression-free survival of the second course ends with death.
        third: who had a third course.
        rest: days from its start to the end.
        free: by variable, whose end may become censored or an event.
        groups: between whose members times may be swapped.
        focus: those of small groups, who are moved more often.
        variable_of, masks, reverse, targets: the medians to be met.
        rho: the correlation of PFS1 and PFS2 to be met.
        longest: days from the first to the last course at most.
        steps, hot, cold: moves, and the temperature at their start and end.
        seed: of the moves.
    """
    np.random.seed(seed)
    size, rows = groups.size, variable_of.size
    order = np.empty((VARIABLES, size), np.int64)
    for v in range(VARIABLES):
        order[v] = np.argsort(times[v])
    ranks1, ranks2 = np.zeros(size), np.zeros(size)
    penalties, tried = np.zeros(rows + 1), np.zeros(rows + 1)
    for r in range(rows):
        v = variable_of[r]
        a, b, c = median_of(times[v], events[v], order[v], masks[r], reverse[r])
        penalties[r] = median_penalty(a, b, c, targets[r])
    fill_ranks(times[PFS1], order[PFS1], ranks1)
    fill_ranks(times[PFS2], order[PFS2], ranks2)
    penalties[rows] = correlation_penalty(correlation_of(ranks1, ranks2), rho)
    total = penalties.sum()
    best = total
    best_times, best_events, best_gaps = times.copy(), events.copy(), gaps.copy()
    old_times, old_events = np.zeros((2, VARIABLES), np.int64), np.zeros((2, VARIABLES), np.int64)
    old_gaps, moved = np.zeros((2, 2), np.int64), np.zeros(2, np.int64)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        i = np.random.randint(size)
        if np.random.random() < 0.25:
            i = focus[np.random.randint(focus.size)]
        count = 1
        moved[0] = i
        old_times[0], old_events[0], old_gaps[0] = times[:, i], events[:, i], gaps[:, i]
        reach = np.random.random()
        days = 4 if reach < 0.45 else (40 if reach < 0.8 else 900)
        shift = np.random.randint(1, days) * (1 if np.random.random() < 0.5 else -1)
        kind = np.random.randint(9)
        if kind == 0:
            times[PFS1, i] += shift
            changed = 1 << PFS1
        elif kind == 1:  # a later second course
            gaps[0, i] += shift
            times[OS1, i] += shift
            changed = 1 << OS1
        elif kind == 2:  # a later end, with the third course where there is one
            times[OS2, i] += shift
            times[OS1, i] += shift
            changed = 1 << OS1 | 1 << OS2
            if third[i]:
                gaps[1, i] += shift
            if tied[i]:
                times[PFS2, i] += shift
                changed |= 1 << PFS2
        elif kind == 3:  # a death instead of a last contact, or the other way
            if not free[OS2, i]:
                continue
            for v in (OS1, OS2):
                events[v, i] = 1 - old_events[0, OS2]
            changed = 1 << OS1 | 1 << OS2
        elif kind == 4:
            times[PFS2, i] += shift
            changed = 1 << PFS2
        elif kind == 5:
            if not free[PFS2, i]:
                continue
            events[PFS2, i] = 1 - events[PFS2, i]
            changed = 1 << PFS2
        elif kind == 6:  # swap inside a group: only the correlation and what crosses groups sees it
            j = np.random.randint(size)
            if j == i or groups[j] != groups[i]:
                continue
            count = 2
            moved[1] = j
            old_times[1], old_events[1], old_gaps[1] = times[:, j], events[:, j], gaps[:, j]
            times[PFS1, i], times[PFS1, j] = times[PFS1, j], times[PFS1, i]
            if events[PFS1, i] != events[PFS1, j]:
                times[:, i], times[:, j] = old_times[0], old_times[1]
                continue
            changed = 1 << PFS1
        elif kind == 7:  # to a printed median of a group of the subject
            r = np.random.randint(rows)
            v = variable_of[r]
            if not masks[r, i]:
                continue
            shift = round(targets[r, 0] * MONTH) + np.random.randint(-2, 3)
            shift -= times[v, i]
            times[v, i] += shift
            changed = 1 << v
            if v == OS1:
                gaps[0, i] += shift
            elif v == OS2:
                times[OS1, i] += shift
                changed |= 1 << OS1
                if third[i]:
                    gaps[1, i] += shift
                if tied[i]:
                    times[PFS2, i] += shift
                    changed |= 1 << PFS2
        else:  # the second course moves, the end stays
            gaps[0, i] += shift
            times[OS2, i] -= shift
            changed = 1 << OS2
            if third[i]:
                gaps[1, i] -= shift
            if tied[i]:
                times[PFS2, i] -= shift
                changed |= 1 << PFS2
        legal = True
        for q in range(count):
            if not allowed(moved[q], times, events, gaps, low, high, tied, third, rest, longest):
                legal = False
        if legal:
            for v in range(VARIABLES):
                if changed >> v & 1:
                    sort_again(times[v], order[v])
            new = total
            tried[:] = penalties
            for r in range(rows):
                v = variable_of[r]
                if not changed >> v & 1:
                    continue
                if masks[r, i] or (count == 2 and masks[r, moved[1]]):
                    a, b, c = median_of(times[v], events[v], order[v], masks[r], reverse[r])
                    tried[r] = median_penalty(a, b, c, targets[r])
                    new += tried[r] - penalties[r]
            if changed & (1 << PFS1 | 1 << PFS2):
                fill_ranks(times[PFS1], order[PFS1], ranks1)
                fill_ranks(times[PFS2], order[PFS2], ranks2)
                tried[rows] = correlation_penalty(correlation_of(ranks1, ranks2), rho)
                new += tried[rows] - penalties[rows]
            if new <= total or np.random.random() < np.exp((total - new) / heat):
                total = new
                penalties[:] = tried
                if total < best - 1e-9:
                    best = total
                    best_times[:], best_events[:], best_gaps[:] = times, events, gaps
                continue
        for q in range(count):
            k = moved[q]
            times[:, k], events[:, k], gaps[:, k] = old_times[q], old_events[q], old_gaps[q]
        if legal:
            for v in range(VARIABLES):
                if changed >> v & 1:
                    sort_again(times[v], order[v])
    times[:], events[:], gaps[:] = best_times, best_events, best_gaps
    return best
