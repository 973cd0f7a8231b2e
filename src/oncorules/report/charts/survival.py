"""Kaplan-Meier curves in panels, each with its numbers at risk below the ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from oncorules.analysis.statistics.kaplan_meier import Curve, count_at_risk
from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, LINES, Drawing, new_figure, style

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
        ticks: of the time axis; the last one ends it.
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
                _draw_panel(above, below, panels[place], ticks, unit, place, most)
            else:
                above.set_axis_off()
                below.set_axis_off()
    said = [
        f"{panel.title}: " + ", ".join(f"{group} {words}" for group, words in panel.medians.items())
        for panel in panels
    ]
    return Drawing(name, title, f"Medians in {unit}. {'. '.join(said)}.", footnote, figure)


def _draw_panel(
    above: Axes,
    below: Axes,
    panel: Panel,
    ticks: Sequence[int],
    unit: str,
    number: int,
    most: int,
) -> None:
    end, letter = ticks[-1], "ABCDEFGH"[number % 8]
    for place, (group, curve) in enumerate(panel.curves.items()):
        look: dict[str, Any] = {
            "color": COLOURS[place % len(COLOURS)],
            "linestyle": LINES[place % len(LINES)],
        }
        times = [0.0, *curve.times]
        heights = [100.0, *(100 * float(share) for share in curve.survival)]
        median = panel.medians.get(group, "")
        label = f"{group} (n = {curve.n})" + (f", median {median}" if median else "")
        above.step(times, heights, where="post", label=label, **look)
        censored = [time for time, gone in zip(curve.times, curve.censored, strict=True) if gone]
        there = [100 * float(curve.survival_at(time)) for time in censored]
        above.plot(censored, there, "|", color=look["color"], markersize=6)
    above.set(xlim=(0, end), ylim=(0, 103), xticks=list(ticks), ylabel="%", xlabel=f"Time ({unit})")
    legend = above.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 1.0), frameon=False, fontsize=8, borderaxespad=0.2,
        title=panel.p or None, title_fontsize=8, alignment="left",
    )  # fmt: skip
    legend.set_in_layout(True)
    lines = len(panel.curves) + bool(panel.p)
    above.set_title(
        f"{letter}. {panel.title}", loc="left", fontsize=10, fontweight="bold", pad=8 + 12.5 * lines
    )
    _draw_risk(below, panel, ticks, most)


def _draw_risk(axes: Axes, panel: Panel, ticks: Sequence[int], most: int) -> None:
    """Write the numbers at risk below the ticks, a line per group in its colour."""
    axes.set(xlim=(0, ticks[-1]), ylim=(most - 0.4, -0.9))
    axes.text(0, -0.8, "At risk", fontsize=8, va="center", ha="left")
    for place, (group, curve) in enumerate(panel.curves.items()):
        shade = COLOURS[place % len(COLOURS)]
        axes.annotate(
            group, (0, place), (-14, 0), textcoords="offset points", fontsize=7, ha="right",
            va="center", color=shade,
        )  # fmt: skip
        for row in count_at_risk(curve, ticks):
            axes.text(
                row.tick, place + 0.1, str(row.at_risk), fontsize=8, ha="center", va="center",
                color=shade,
            )  # fmt: skip
    axes.set_axis_off()
