"""The interval that a figure falls in over cohorts of the paper's size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from oncorules.analysis.plan.model import Plan
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.printed import round_half_up
from oncorules.calibration.ledger.analysis_tables import analysis_tables
from oncorules.calibration.ledger.cohorts import draw_cohorts
from oncorules.calibration.ledger.figures import ManyFigures
from oncorules.generators.coded import Rows
from oncorules.generators.moved import Model

Progress = Callable[[str, int, int], None]
TAIL = 0.025
"""Share of the cohorts below the interval, and above it."""
TOLD_EVERY = 250
"""Cohorts between two signs of life."""
NOT_REACHED = Decimal("Infinity")


@dataclass(frozen=True)
class Interval:
    """Where cohorts put a figure; all ends as they would be printed, infinite where not reached.

    Attributes:
        low, middle, high: of those cohorts in which it can be computed, the 2.5 %, 50 % and 97.5 %.
        below: the share of them that lie below the printed value, half of its equals included.
        not_reached: the share of all cohorts in which it is not reached.
        not_computable: the share of all cohorts in which it cannot be computed.
        inside: the printed value lies in the interval.
    """

    low: Decimal
    middle: Decimal
    high: Decimal
    below: float
    not_reached: float
    not_computable: float
    inside: bool


def find_intervals(
    model: Model,
    published: Published,
    plan: Plan,
    cohorts: int,
    seed: int,
    *,
    figures: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Interval]:
    """Return the interval of each figure that cohorts give.

    Args:
        model: that cohorts are drawn from.
        published: the figures.
        plan: the analyses that give them.
        cohorts: how many are drawn.
        seed: of all.
        figures: ids of those that are asked for; all by default.
        progress: called with what is being done, how many cohorts are done, and of how many.
    """
    wanted = [published.figures[id] for id in (published.figures if figures is None else figures)]
    found: dict[str, list[Rows]] = {}
    done = 0
    for subjects, here in draw_cohorts(model, cohorts, seed):
        if progress is not None and done % TOLD_EVERY == 0:
            progress("cohorts drawn and analysed", done, cohorts)
        many = ManyFigures(published, plan, analysis_tables(subjects, here))
        for figure in wanted:
            value = many.value_of(figure)
            if value is not None:
                found.setdefault(figure.id, []).append(np.broadcast_to(value, here))
        done += here
    intervals: Mapping[str, Interval | None] = {
        id: interval_of(published.figures[id], np.concatenate(parts)) for id, parts in found.items()
    }
    return {id: one for id, one in intervals.items() if one is not None}


def interval_of(figure: Figure, values: Rows) -> Interval | None:
    """Return the interval of a figure; None where no cohort gives a value.

    Args:
        figure: as printed.
        values: one per cohort; infinite where it is not reached, NaN where it cannot be computed.
    """
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return None
    last = known.size - 1
    places = (round(TAIL * last), round(0.5 * last), round((1 - TAIL) * last))
    low, middle, high = (_printed(figure, float(known[place])) for place in places)
    half, value = float(figure.printed.unit) / 2, float(figure.printed.value)
    under, up_to = (known < value - half).mean(), (known < value + half).mean()
    return Interval(
        low,
        middle,
        high,
        below=float(under + up_to) / 2,
        not_reached=float(np.isposinf(values).mean()),
        not_computable=float(np.isnan(values).mean()),
        inside=is_inside(figure, low, high),
    )


def _printed(figure: Figure, value: float) -> Decimal:
    return NOT_REACHED if np.isinf(value) else round_half_up(value, figure.printed.decimals)


def is_inside(figure: Figure, low: Decimal, high: Decimal) -> bool:
    """Return whether some value of an interval reads as a figure is printed."""
    printed = figure.printed
    reading = figure.follows.reading if figure.follows is not None else figure.reading
    if printed.below or reading == "below":
        return low < printed.value
    if reading == "more than":
        return high > printed.value
    if reading == "almost":
        return low < printed.value and high > printed.value - 1
    return low <= printed.value <= high
