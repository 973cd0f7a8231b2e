"""One lane per subject: its courses, what happened in them, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

MARKERS = ("D", "s", "v", "P", "*")
_NAMED = 60


@dataclass(frozen=True)
class Lane:
    """A subject.

    Attributes:
        subject: who.
        courses: name, start and end of each course.
        marks: times of what happened, by what it is.
        last: the last time at which the subject was seen.
        died: whether it died then.
    """

    subject: str
    courses: Sequence[tuple[str, float, float]]
    marks: Mapping[str, Sequence[float]]
    last: float
    died: bool


def draw_swimmer(name: str, title: str, lanes: Sequence[Lane], unit: str, footnote: str) -> Drawing:
    """Return the lanes, the longest first.

    Args:
        name: of the file.
        title: of the drawing.
        lanes: one per subject; above sixty their names are left out.
        unit: of all times.
        footnote: method.

    Raises:
        CallError: there is no subject.
    """
    if not lanes:
        raise CallError(f"the figure {name} has no subject")
    ordered = sorted(lanes, key=lambda lane: (-lane.last, lane.subject))
    named = len(ordered) <= _NAMED
    with style():
        figure = new_figure(8.5, 1.3 + (0.24 if named else 0.055) * len(ordered))
        axes = figure.subplots()
        for y, lane in enumerate(ordered):
            axes.plot([0, lane.last], [y, y], color="#bbb", linewidth=3 if named else 1, zorder=0)
        _draw_courses(axes, ordered)
        _draw_marks(axes, ordered, 22 if named else 7)
        axes.set(ylim=(len(ordered) - 0.3, -0.7), xlabel=f"Time from the first course ({unit})")
        axes.set_xlim(left=0)
        axes.set_yticks(
            range(len(ordered)) if named else [],
            [shortened(lane.subject, 24) for lane in ordered] if named else [], fontsize=7,
        )  # fmt: skip
        if not named:
            axes.set_ylabel(f"{len(ordered):,} subjects")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    deaths = sum(lane.died for lane in ordered)
    alt = (
        f"{len(ordered)} subjects, {deaths} of whom died; the longest was followed for "
        f"{ordered[0].last:.1f} {unit}, the shortest for {ordered[-1].last:.1f}."
    )
    return Drawing(name, title, alt, f"{footnote} n = {len(ordered):,}.".strip(), figure)


def _draw_courses(axes: Axes, lanes: Sequence[Lane]) -> None:
    """Draw a bar for each course, the kind that starts first in the first colour."""
    first: dict[str, float] = {}
    for lane in lanes:
        for course, start, _ in lane.courses:
            first[course] = min(start, first.get(course, start))
    least = max(lane.last for lane in lanes) / 150  # so that a course of one day can be seen
    for number, course in enumerate(sorted(first, key=lambda course: (first[course], course))):
        spans = [
            (y, start, max(end - start, least))
            for y, lane in enumerate(lanes)
            for one, start, end in lane.courses
            if one == course
        ]
        axes.barh(
            [y for y, _, _ in spans], [width for _, _, width in spans], 0.7,
            left=[start for _, start, _ in spans], color=COLOURS[number % len(COLOURS)],
            hatch=HATCHES[number % len(HATCHES)], edgecolor="white", linewidth=0.3,
            label=shortened(course, 30),
        )  # fmt: skip


def _draw_marks(axes: Axes, lanes: Sequence[Lane], size: int) -> None:
    """Draw what happened, and on top of it how each lane ends."""
    points: list[tuple[str, str, str, list[tuple[float, int]]]] = []
    marks = list(dict.fromkeys(mark for lane in lanes for mark in lane.marks))
    for number, mark in enumerate(marks):
        found = [(at, y) for y, lane in enumerate(lanes) for at in lane.marks.get(mark, ())]
        points.append((mark, MARKERS[number % len(MARKERS)], "#E69F00", found))
    for label, marker, died in (("Died", "X", True), ("Last seen alive", ">", False)):
        found = [(lane.last, y) for y, lane in enumerate(lanes) if lane.died == died]
        points.append((label, marker, "black" if died else "white", found))
    for label, marker, inside, found in points:
        if found:
            axes.scatter(
                [x for x, _ in found], [y for _, y in found], s=size, zorder=3, marker=marker,
                color=inside, edgecolor="black", linewidth=0.6 if size > 10 else 0.4,
                label=shortened(label, 30), clip_on=False,
            )  # fmt: skip
