"""Kaplan-Meier curves in panels, each with its numbers at risk below the ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from oncorules.analysis.statistics.kaplan_meier import Curve, count_at_risk
from oncorules.errors import CallError
from oncorules.report.charts.drawing import (
    COLOURS,
    LINES,
    Drawing,
    new_figure,
    shortened,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Panel:
    """Curves that share their axes.

    Attributes:
        title: what time is measured.
        curves: by group.
        medians: the median of each group in words, such as `14.6 (12.4-16.9)`.
        p: the log-rank test in words; empty without one.
    """

    title: str
    curves: Mapping[str, Curve]
    medians: Mapping[str, str]
    p: str = ""


def draw_survival(
    name: str, title: str, panels: Sequence[Panel], ticks: Sequence[int], unit: str, footnote: str
) -> Drawing:
    """Return Kaplan-Meier curves with a table of the numbers at risk just before each tick.

    Args:
        name: of the file.
        title: of the drawing.
        panels: two stand side by side.
        ticks: of the time axis, ascending; the last one ends it.
        unit: of the times.
        footnote: method, convention, unit.

    Raises:
        CallError: there is nothing to draw, or a panel has no curve.
    """
    if not panels or not all(panel.curves for panel in panels):
        raise CallError(f"the figure {name} has no group with a time in it")
    across = min(2, len(panels))
    down = ceil(len(panels) / across)
    most = max(len(panel.curves) for panel in panels)
    with style():
        figure = new_figure(5.4 * across, (3.2 + 0.42 * most) * down)
        heights = [1, 0.085 * most + 0.06] * down
        axes = figure.subplots(2 * down, across, squeeze=False, height_ratios=heights, sharex=False)
        for place in range(across * down):
            row, column = divmod(place, across)
            above, below = axes[2 * row][column], axes[2 * row + 1][column]
            if place < len(panels):
                _draw_panel(above, panels[place], ticks, unit, ascii_uppercase[place % 26])
                _draw_risk(below, panels[place], ticks, most)
            else:
                above.set_axis_off()
                below.set_axis_off()
    said = [
        f"{panel.title}: " + ", ".join(f"{group} {words}" for group, words in panel.medians.items())
        for panel in panels
    ]
    alt = f"Medians in {unit}. {'. '.join(said)}."
    if any(curve.times[-1] > ticks[-1] for panel in panels for curve in panel.curves.values()):
        footnote = f"{footnote} What comes after {ticks[-1]} {unit} is not drawn."
    return Drawing(name, title, alt, footnote, figure)


def _draw_panel(above: Axes, panel: Panel, ticks: Sequence[int], unit: str, letter: str) -> None:
    for place, (group, curve) in enumerate(panel.curves.items()):
        look: dict[str, Any] = {
            "color": COLOURS[place % len(COLOURS)],
            "linestyle": LINES[place % len(LINES)],
        }
        times = [0.0, *curve.times]
        heights = [100.0, *(100 * float(share) for share in curve.survival)]
        median = panel.medians.get(group, "")
        label = f"{shortened(group, 24)} (n = {curve.n})" + (f", median {median}" if median else "")
        above.step(times, heights, where="post", label=label, **look)
        censored = [time for time, gone in zip(curve.times, curve.censored, strict=True) if gone]
        there = [100 * float(curve.survival_at(time)) for time in censored]
        above.plot(censored, there, "|", color=look["color"], markersize=6)
    above.set(
        xlim=(0, ticks[-1]), ylim=(0, 103), xticks=list(ticks), ylabel="Without the event (%)",
        xlabel=f"Time ({unit})",
    )  # fmt: skip
    legend = above.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 1.0), frameon=False, fontsize=7.5,
        borderaxespad=0.2, title=panel.p or None, title_fontsize=7.5,
        alignment="left", handlelength=3.4,
    )  # fmt: skip
    legend.set_in_layout(False)  # a long name does not squeeze the curves; the title makes room
    lines = len(panel.curves) + bool(panel.p)
    above.set_title(
        f"{letter}. {shortened(panel.title, 50)}", loc="left", fontsize=10, fontweight="bold",
        pad=8 + 12.5 * lines,
    )  # fmt: skip


def _draw_risk(axes: Axes, panel: Panel, ticks: Sequence[int], most: int) -> None:
    """Write the numbers at risk below the ticks, a line per group."""
    axes.set(xlim=(0, ticks[-1]), ylim=(most - 0.4, -0.9))
    axes.text(0, -0.8, "At risk", fontsize=8, va="center", ha="left")
    for place, (group, curve) in enumerate(panel.curves.items()):
        axes.annotate(
            shortened(group, 20), (0, place), (-14, 0), textcoords="offset points", fontsize=7,
            ha="right", va="center",
        )  # fmt: skip
        for row in count_at_risk(curve, ticks):
            axes.text(
                row.tick, place + 0.1, f"{row.at_risk:,}", fontsize=8, ha="center", va="center"
            )
    axes.set_axis_off()
