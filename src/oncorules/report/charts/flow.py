"""The flow of a selection: boxes downwards, and to the right those who left and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from oncorules.errors import CallError
from oncorules.report.charts.drawing import Drawing, new_figure, shortened, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE, _PAD = 0.165, 0.1  # inches
_MAIN, _EXIT = 36, 40  # characters of a line
_LONGEST = 200  # characters of a box


@dataclass(frozen=True)
class Exit:
    """Those who left at a criterion.

    Attributes:
        words: the criterion.
        subjects: how many did not meet it.
        undecided: how many left since it could not be decided for them.
    """

    words: str
    subjects: int
    undecided: int = 0

    @property
    def lines(self) -> list[str]:
        """What is to be said of them, such as `Not met: adult` and `(n = 2)`."""
        words = shortened(self.words, _LONGEST)
        told = []
        for start, count in (("Not met", self.subjects), ("Not decided", self.undecided)):
            if count:
                told += [*wrap(f"{start}: {words}", _EXIT), f"(n = {count:,})"]
        return told


@dataclass(frozen=True)
class Branch:
    """One selection.

    Attributes:
        title: the group that it makes.
        total: how many there were before it.
        exits: at each criterion, in order; one at which nobody left has no box.
        kept: how many are left.
    """

    title: str
    total: int
    exits: Sequence[Exit]
    kept: int


def draw_flow(name: str, title: str, branches: Sequence[Branch], footnote: str) -> Drawing:
    """Return the flow of selections side by side.

    Args:
        name: of the file.
        title: of the drawing.
        branches: from left to right.
        footnote: method.

    Raises:
        CallError: there is no selection.
    """
    if not branches:
        raise CallError(f"the figure {name} has no selection")
    columns = [_lines(branch) for branch in branches]
    heights = [sum(_height(texts) + 0.25 for _, texts in boxes) for boxes in columns]
    wide, tall = 6.2 * len(branches), max(heights) + 0.2
    with style():
        figure = new_figure(wide, tall)
        axes = figure.subplots()
        axes.set(xlim=(0, wide), ylim=(tall, 0))
        axes.set_axis_off()
        for place, boxes in enumerate(columns):
            _draw_branch(axes, 6.2 * place + 0.1, boxes)
    said = []
    for branch in branches:
        left = [" ".join(one.lines) for one in branch.exits if one.lines]
        stayed = f"{branch.kept} of {branch.total} subjects stayed"
        said.append("; ".join([f"{branch.title}: {stayed}", *left]))
    return Drawing(name, title, ". ".join(said) + ".", footnote, figure)


def _lines(branch: Branch) -> list[tuple[str, list[str]]]:
    """Return the boxes of a branch, each with its side and its lines."""
    made = wrap(shortened(branch.title, _LONGEST), _MAIN)
    return [
        ("main", [f"All subjects (n = {branch.total:,})"]),
        *(("exit", one.lines) for one in branch.exits if one.lines),
        ("main", [*made, f"(n = {branch.kept:,})"]),
    ]


def _height(lines: Sequence[str]) -> float:
    return _LINE * len(lines) + 2 * _PAD


def _draw_branch(axes: Axes, left: float, boxes: Sequence[tuple[str, list[str]]]) -> None:
    top, spine, last = 0.1, left + 1.3, 0.0
    for kind, lines in boxes:
        tall = _height(lines)
        x = left if kind == "main" else left + 2.9
        _box(axes, x, top, 2.6 if kind == "main" else 2.9, tall, lines)
        if kind == "exit":
            middle = top + tall / 2
            axes.plot([spine, spine], [last, middle], color="black", linewidth=0.9)
            _arrow(axes, (spine, middle), (x, middle))
            last = middle
        else:
            if last:
                _arrow(axes, (spine, last), (spine, top))
            last = top + tall
        top += tall + 0.25


def _box(axes: Axes, x: float, top: float, wide: float, tall: float, lines: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, top), wide, tall, fill=False, linewidth=0.9))
    axes.text(
        x + wide / 2, top + tall / 2, "\n".join(lines), ha="center", va="center", fontsize=8,
        linespacing=1.3,
    )  # fmt: skip


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "linewidth": 0.9,
            "color": "k",
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
