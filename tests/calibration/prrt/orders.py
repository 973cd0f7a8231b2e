"""Every order in which the ends of a small cohort can come, and the times that it leaves.

The median and its limits in the form of SPSS hang on the order of deaths and censored ends, and,
once the order is known, they are linear in the times: the median is one of them, and half an
interval is a number that the order fixes times the distance between two of them. So a cohort with
given medians either comes out of a linear program of some order, or there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

Z = 1.959963984540054
HALF = 0.05
"""A printed decimal is met when a value lies within half a unit of it."""
DAY, LONGEST = 1 / 30.4375, 140.0


class Ends(NamedTuple):
    """How many die on one day, and how many are last seen on it."""

    died: int
    seen: int


class Printed(NamedTuple):
    """A printed median with its limits in months; without limits it must have none."""

    median: float
    low: float | None = None
    high: float | None = None


class Line(NamedTuple):
    """A linear condition: the sum of times by coefficient is at most a bound."""

    terms: dict[int, float]
    bound: float


@dataclass(frozen=True)
class Group:
    """A group in one order of its own ends, and between what its days lie."""

    ends: tuple[Ends, ...]
    between: tuple[tuple[float, float], ...]
    printed: Printed


def orders(size: int) -> Iterator[tuple[Ends, ...]]:
    """Go through all orders of the ends of so many subjects; equal days are one place."""
    if size == 0:
        yield ()
    for died, seen in product(range(size + 1), repeat=2):
        if 0 < died + seen <= size:
            yield from ((Ends(died, seen), *rest) for rest in orders(size - died - seen))


def lines_of(ends: tuple[Ends, ...], printed: Printed, reverse: bool = False) -> list[Line] | None:
    """Return what the times must fulfil for the printed median, None where no times can."""
    at_risk = sum(map(sum, ends))
    survival, variance = 1.0, 0.0
    median = above = below = None
    error = fall = 0.0
    for place, (died, seen) in enumerate(ends):
        gone = seen if reverse else died
        if gone:
            survival *= 1 - gone / at_risk
            if at_risk > gone:
                variance += gone / (at_risk * (at_risk - gone))
            if survival >= 0.55 - 1e-10:
                above, fall = place, survival
            if survival <= 0.5 + 1e-10 and median is None:
                median, error = place, survival * math.sqrt(variance)
            if survival <= 0.45 + 1e-10:
                below, fall = place, fall - survival
                break
        at_risk -= died + seen
    if median is None:
        return None
    lines = _within({median: 1.0}, printed.median)
    if above is None or below is None or error == 0:
        return lines if printed.low is None else None
    if printed.low is None or printed.high is None:
        return None
    half = Z * error / fall
    for sign, limit in ((-1, printed.low), (1, printed.high)):
        terms = {median: 1.0}
        terms[below] = terms.get(below, 0.0) + sign * half
        terms[above] = terms.get(above, 0.0) - sign * half
        lines += _within(terms, limit)
    return lines


def groups_of(size: int, printed: Printed) -> list[Group]:
    """Return the orders of a group that have its printed median."""
    found = []
    for ends in orders(size):
        lines = lines_of(ends, printed)
        if lines is None:
            continue
        count = len(ends)
        lines += [Line({place: 1.0, place + 1: -1.0}, -DAY) for place in range(count - 1)]
        between = []
        for aim in np.eye(count):
            low, high = _least(lines, count, aim), _least(lines, count, -aim)
            if low is None or high is None:
                break
            between.append((float(aim @ low), float(aim @ high)))
        else:
            found.append(Group(ends, tuple(between), printed))
    return found


def least_excess(groups: tuple[Group, ...], whole: Printed, follow_up: Printed) -> float:
    """Return by how much the median of all or its limits must miss what is printed, in months.

    Everything else is as printed: the medians of the groups and that of the follow-up. It is
    infinite where no order of all ends leaves such times.
    """
    start = _Merge(groups, whole, follow_up, (0,) * len(groups), (), ())
    return min((_excess(merge) for merge in _merged(start, 0.0)), default=math.inf)


@dataclass(frozen=True)
class _Merge:
    """Orders of groups, merged up to some places; `members` says whose ends share a day."""

    groups: tuple[Group, ...]
    whole: Printed
    follow_up: Printed
    places: tuple[int, ...]
    ends: tuple[Ends, ...]
    members: tuple[tuple[tuple[int, int], ...], ...]

    def survival(self, reverse: bool) -> float:
        at_risk = sum(sum(map(sum, group.ends)) for group in self.groups)
        survival = 1.0
        for died, seen in self.ends:
            survival *= 1 - (seen if reverse else died) / at_risk
            at_risk -= died + seen
        return survival


def _merged(merge: _Merge, low: float) -> Iterator[_Merge]:
    """Go on with each set of groups that can have the next day; stop where the rest is idle."""
    now = merge.survival(False), merge.survival(True)
    if max(now) <= 0.45 + 1e-10:
        yield merge
        return
    nexts = {
        number: group.between[place]
        for number, (group, place) in enumerate(zip(merge.groups, merge.places, strict=True))
        if place < len(group.ends)
    }
    latest = min((high for _, high in nexts.values()), default=0.0)
    near = [number for number, (first, _) in nexts.items() if first <= latest + 1e-9]
    for size in range(1, len(near) + 1):
        for chosen in combinations(near, size):
            first = max([low, *(nexts[number][0] for number in chosen)])
            last = min(nexts[number][1] for number in chosen)
            ends = [merge.groups[number].ends[merge.places[number]] for number in chosen]
            after = replace(
                merge,
                places=tuple(p + (n in chosen) for n, p in enumerate(merge.places)),
                ends=(*merge.ends, Ends(*map(sum, zip(*ends, strict=True)))),
                members=(*merge.members, tuple((n, merge.places[n]) for n in chosen)),
            )
            # The day on which survival passes one half is the median itself.
            slack = 0.6 + HALF, HALF
            for reverse, printed in ((False, merge.whole), (True, merge.follow_up)):
                later = after.survival(reverse)
                if later <= 0.5 + 1e-10 < now[reverse]:
                    first = max(first, printed.median - slack[reverse])
                    last = min(last, printed.median + slack[reverse])
                elif later > 0.5 + 1e-10 and first > printed.median + slack[reverse]:
                    last = -math.inf
            if first <= last + 1e-9:
                yield from _merged(after, first + DAY)


def _excess(merge: _Merge) -> float:
    """Return by how much the whole misses its median in one order of all ends."""
    left = sum(sum(map(sum, group.ends)) for group in merge.groups) - sum(map(sum, merge.ends))
    ends = (*merge.ends, Ends(0, left)) if left else merge.ends
    starts = np.cumsum([0, *(len(group.ends) for group in merge.groups)]).tolist()
    day = {place: starts[one[0][0]] + one[0][1] for place, one in enumerate(merge.members)}
    count = starts[-1]
    lines = []
    for printed, reverse in ((merge.whole, False), (merge.follow_up, True)):
        found = lines_of(ends, printed, reverse)
        if found is None or any(place not in day for line in found for place in line.terms):
            return math.inf
        for terms, bound in found:
            renamed = {day[place]: factor for place, factor in terms.items()}
            lines.append(Line(renamed if reverse else renamed | {count: -1.0}, bound))
    for number, group in enumerate(merge.groups):
        first, last = starts[number], starts[number + 1]
        own = lines_of(group.ends, group.printed) or []
        lines += [Line({first + p: f for p, f in one.terms.items()}, one.bound) for one in own]
        lines += [Line({place: 1.0, place + 1: -1.0}, -DAY) for place in range(first, last - 1)]
        if merge.places[number] < len(group.ends):  # what is left comes later
            lines.append(Line({day[len(day) - 1]: 1.0, first + merge.places[number]: -1.0}, -DAY))
    for members in merge.members:
        (one, *others) = (starts[number] + place for number, place in members)
        lines += [Line({one: s, other: -s}, 0.0) for other in others for s in (1.0, -1.0)]
    lines += [Line({day[place]: 1.0, day[place + 1]: -1.0}, -DAY) for place in range(len(day) - 1)]
    best = _least(lines, count + 1, np.eye(count + 1)[count])
    return math.inf if best is None else float(best[count])


def _within(terms: dict[int, float], printed: float) -> list[Line]:
    opposite = {place: -factor for place, factor in terms.items()}
    return [Line(terms, printed + HALF), Line(opposite, HALF - printed)]


def _least(lines: list[Line], count: int, aim: np.ndarray) -> np.ndarray | None:
    """Return the times that make an aim least, None where no times fulfil the conditions."""
    left = np.zeros((len(lines), count))
    for row, line in enumerate(lines):
        for place, factor in line.terms.items():
            left[row, place] += factor
    bounds = [(0.0, LONGEST)] * count
    found = linprog(aim, left, [line.bound for line in lines], bounds=bounds, method="highs")
    return found.x if found.status == 0 else None
