"""The search over the times of retreated subjects, compiled: one move at a time, kept or undone.

Times are days from the start of their own course. A move may shift one time alone, or several that
hang together; what a subject's history forbids is undone at once.
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

PFS1, OS1, PFS2, OS2, PFS3, OS3 = range(6)
VARIABLES = 6


@njit(cache=True)
def allowed(i, times, events, gaps, low, high, tied, third, longest):
    """Return whether the times of a subject can be one history."""
    start2, start3 = gaps[0, i], gaps[1, i]
    pfs1, pfs2, os2 = times[PFS1, i], times[PFS2, i], times[OS2, i]
    if pfs1 > start2 or times[OS1, i] != start2 + os2:
        return False
    for variable in (PFS1, OS1, PFS2, OS2):
        if not low[variable, i] <= times[variable, i] <= high[variable, i]:
            return False
    # Death ends the time without progression, unless another course had begun.
    if not third[i] and events[PFS2, i] == 0 and events[OS2, i] == 1:
        return False
    if pfs2 > os2 or (tied[i] and (pfs2 != os2 or events[OS2, i] == 0)):
        return False
    if third[i]:
        pfs3, os3 = times[PFS3, i], times[OS3, i]
        if events[PFS3, i] == 0 and events[OS3, i] == 1:
            return False
        if start3 < pfs2 or start3 + os3 != os2 or pfs3 > os3:
            return False
        if not low[PFS3, i] <= pfs3 <= high[PFS3, i]:
            return False
        if start2 + start3 > longest:
            return False
    return True


@njit(cache=True)
def search(
    times, events, gaps, low, high, tied, third, free, groups, focus,
    variable_of, masks, reverse, targets, weights, rho, longest, steps, hot, cold, seed,
):  # fmt: skip
    """Improve times in place and return the penalty left.

    Args:
        times: days by variable and subject, and whether they end in an event (events).
        gaps: days from the first to the second, and from the second to the third course.
        low, high: what a variable of a subject may be.
        tied: progression-free survival of the second course ends with death.
        third: who had a third course.
        free: by variable, whose end may become censored or an event.
        groups: between whose members times may be swapped.
        focus: those of small groups, who are moved more often.
        variable_of, masks, reverse, targets, weights: the medians to be met.
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
        penalties[r] = weights[r] * median_penalty(a, b, c, targets[r])
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
        elif kind == 2:  # a later end
            times[OS2, i] += shift
            times[OS1, i] += shift
            changed = 1 << OS1 | 1 << OS2
            if third[i]:
                times[OS3, i] += shift
                changed |= 1 << OS3
            if tied[i]:
                times[PFS2, i] += shift
                changed |= 1 << PFS2
        elif kind == 3:  # a death instead of a last contact, or the other way
            if not free[OS2, i]:
                continue
            for v in (OS1, OS2, OS3):
                events[v, i] = 1 - old_events[0, OS2]
            changed = 1 << OS1 | 1 << OS2
            if third[i]:
                changed |= 1 << OS3
        elif kind == 4:
            times[PFS2, i] += shift
            changed = 1 << PFS2
        elif kind == 5:
            v = PFS3 if third[i] and np.random.random() < 0.5 else PFS2
            if not free[v, i]:
                continue
            events[v, i] = 1 - events[v, i]
            changed = 1 << v
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
        elif kind == 7 and third[i]:
            choice = np.random.randint(5)
            if choice > 2:
                j = focus[np.random.randint(focus.size)]
                if j == i or not third[j]:
                    continue
                count = 2
                moved[1] = j
                old_times[1], old_events[1], old_gaps[1] = times[:, j], events[:, j], gaps[:, j]
                v = PFS3 if choice == 3 else OS3
                if events[v, i] != events[v, j]:
                    continue
                times[v, i], times[v, j] = old_times[1, v], old_times[0, v]
                if v == OS3:
                    gaps[1, i] += old_times[0, v] - old_times[1, v]
                    gaps[1, j] += old_times[1, v] - old_times[0, v]
                changed = 1 << v
            elif choice == 0:
                times[PFS3, i] += shift
                changed = 1 << PFS3
            elif choice == 1:
                times[OS3, i] += shift
                gaps[1, i] -= shift
                changed = 1 << OS3
            else:
                gaps[1, i] += shift
                times[OS2, i] += shift
                times[OS1, i] += shift
                changed = 1 << OS1 | 1 << OS2
        elif kind == 7:  # to a printed median of a group of the subject
            r = np.random.randint(rows)
            v = variable_of[r]
            if not masks[r, i] or v > OS2:
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
            if not allowed(moved[q], times, events, gaps, low, high, tied, third, longest):
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
                    tried[r] = weights[r] * median_penalty(a, b, c, targets[r])
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
