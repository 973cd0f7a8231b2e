"""One bar per subject: the best change of the sum of diameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncorules.errors import CallError
from oncorules.report.charts.drawing import (
    COLOURS,
    HATCHES,
    Drawing,
    new_figure,
    shortened,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HIGHEST = 100
"""Percent; a higher bar is cut there and its value written on it."""
_NAMED = 60


@dataclass(frozen=True)
class Change:
    """The best change of a subject.

    Attributes:
        subject: who.
        percent: the change; None where it was not measured.
        response: the best response; what the order of a drawing does not have comes last in it.
    """

    subject: str
    percent: float | None
    response: str


def draw_waterfall(
    name: str,
    title: str,
    changes: Sequence[Change],
    order: Sequence[str],
    limits: Sequence[int],
    footnote: str,
) -> Drawing:
    """Return the bars from the largest growth to the largest shrinkage.

    Args:
        name: of the file.
        title: of the drawing.
        changes: one per subject; above sixty their names are left out.
        order: of the responses, the best first; each has its colour and hatch.
        limits: in percent, drawn as lines.
        footnote: method.

    Raises:
        CallError: no subject has a change.
    """
    known = sorted(
        ((one.percent, one) for one in changes if one.percent is not None),
        key=lambda pair: (-pair[0], pair[1].subject),
    )
    if not known:
        raise CallError(f"the figure {name} has no subject with a change of the sum")
    used = {one.response for _, one in known}
    every = [*order, *sorted(used - {*order})]
    named = len(known) <= _NAMED
    with style():
        figure = new_figure(max(5.5, min(11.0, 3.5 + 0.14 * len(known))), 3.8)
        axes = figure.subplots()
        for response in every:
            bars = [
                (x, percent) for x, (percent, one) in enumerate(known) if one.response == response
            ]
            number = every.index(response) % len(COLOURS)
            if bars:
                axes.bar(
                    [x for x, _ in bars], [min(percent, HIGHEST) for _, percent in bars],
                    width=0.85, color=COLOURS[number], hatch=HATCHES[number], edgecolor="white",
                    linewidth=0.3, label=f"{shortened(response, 30)} ({len(bars)})",
                )  # fmt: skip
        if known[0][0] > HIGHEST:
            axes.set_ylim(top=1.3 * HIGHEST)  # room for the values
        for x, (percent, _) in enumerate(known):
            if percent > HIGHEST:
                axes.text(
                    x, HIGHEST + 2, f"{percent:.0f}", ha="center", va="bottom", rotation=90,
                    fontsize=7 if named else 4.5,
                )  # fmt: skip
        _draw_limits(axes, limits)
        axes.set(ylabel="Best change of the sum (%)", xlim=(-0.7, len(known) - 0.3))
        axes.spines["bottom"].set_visible(False)
        axes.set_xticks(
            range(len(known)) if named else [],
            [shortened(one.subject, 24) for _, one in known] if named else [],
            rotation=90, fontsize=7,
        )  # fmt: skip
        axes.legend(
            title="Best response", frameon=False, fontsize=8, title_fontsize=8, ncols=4,
            loc="lower left", bbox_to_anchor=(-0.02, 1.0), alignment="left",
        )  # fmt: skip
    shrunk = sum(percent < 0 for percent, _ in known)
    alt = (
        f"{len(known)} subjects from {known[0][0]:+.1f} to {known[-1][0]:+.1f} percent; "
        f"the sum shrank in {shrunk}."
    ).replace("-", "\u2212")
    size = f"{len(known)} of {len(changes)} subjects have a change of the sum."
    cut = f" Bars end at {HIGHEST} %." if known[0][0] > HIGHEST else ""
    return Drawing(name, title, alt, f"{footnote} {size}{cut}".strip(), figure)


def _draw_limits(axes: Axes, limits: Sequence[int]) -> None:
    """Draw the line of no change, and those where a response begins or ends."""
    axes.axhline(0, color="black", linewidth=0.8)
    for limit in limits:
        axes.axhline(limit, color="#555", linewidth=0.8, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{limit:+d} %".replace("-", "\u2212"), (1, limit), (3, 0), fontsize=8, va="center",
            xycoords=("axes fraction", "data"), textcoords="offset points",
        )  # fmt: skip
