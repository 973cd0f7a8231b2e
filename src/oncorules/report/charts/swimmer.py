"""One lane per subject: its courses, what happened in them, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, HATCHES, Drawing, new_figure, style

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
    courses = list(dict.fromkeys(course for lane in ordered for course, _, _ in lane.courses))
    courses.sort(key=lambda course: min(_starts(ordered, course)))
    marks = list(dict.fromkeys(mark for lane in ordered for mark in lane.marks))
    with style():
        tall = 0.24 if named else max(0.04, 9 / len(ordered))
        figure = new_figure(8.5, 1.3 + tall * len(ordered))
        axes = figure.subplots()
        for y, lane in enumerate(ordered):
            axes.plot([0, lane.last], [y, y], color="#bbb", linewidth=3 if named else 1, zorder=0)
        for number, course in enumerate(courses):
            spans = [
                (y, start, max(end - start, lanes_width(ordered)))
                for y, lane in enumerate(ordered)
                for one, start, end in lane.courses
                if one == course
            ]
            axes.barh(
                [y for y, _, _ in spans], [width for _, _, width in spans], 0.7,
                left=[start for _, start, _ in spans], color=COLOURS[number % len(COLOURS)],
                hatch=HATCHES[number % len(HATCHES)], edgecolor="white", linewidth=0.3,
                label=course,
            )  # fmt: skip
        for number, mark in enumerate(marks):
            points = [(at, y) for y, lane in enumerate(ordered) for at in lane.marks.get(mark, ())]
            if points:
                axes.scatter(
                    [x for x, _ in points], [y for _, y in points], s=22 if named else 6, zorder=3,
                    marker=MARKERS[number % len(MARKERS)], color="black", label=mark,
                )  # fmt: skip
        for died, marker, label in ((True, "X", "Died"), (False, ">", "Last seen alive")):
            ends = [(lane.last, y) for y, lane in enumerate(ordered) if lane.died == died]
            if ends:
                axes.scatter(
                    [x for x, _ in ends], [y for _, y in ends], s=30 if named else 8, zorder=3,
                    marker=marker, color="#D55E00" if died else "#009E73", label=label,
                )  # fmt: skip
        axes.set(ylim=(len(ordered) - 0.3, -0.7), xlabel=f"Time from the first course ({unit})")
        axes.set_xlim(left=0)
        axes.set_yticks(
            range(len(ordered)) if named else [],
            [lane.subject for lane in ordered] if named else [], fontsize=7,
        )  # fmt: skip
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    deaths = sum(lane.died for lane in ordered)
    alt = (
        f"{len(ordered)} subjects, {deaths} of whom died; the longest was followed for "
        f"{ordered[0].last:.1f} {unit}, the shortest for {ordered[-1].last:.1f}."
    )
    return Drawing(name, title, alt, footnote, figure)


def lanes_width(lanes: Sequence[Lane]) -> float:
    """Return the least width of a course, so that one of a single day can be seen."""
    return max(lane.last for lane in lanes) / 150


def _starts(lanes: Sequence[Lane], course: str) -> list[float]:
    return [start for lane in lanes for one, start, _ in lane.courses if one == course]
