"""The flow chart: boxes for who left, why, and how many are left."""

from __future__ import annotations

import pytest

from oncorules.errors import CallError
from oncorules.report.charts.drawing import Drawing
from oncorules.report.charts.flow import Branch, Exit, draw_flow

from .marks import HOSTILE, drawn, in_other_process, said, texts

BRANCH = Branch("Treated", 1_200, [Exit("adult", 200), Exit("consent", 0), Exit("scan", 3, 7)], 990)
TWICE = """
import hashlib
from tests.report.charts.test_flow import BRANCH, draw
print(hashlib.sha256(draw(BRANCH).svg().encode()).hexdigest())
"""


def draw(*branches: Branch) -> Drawing:
    """Return the drawing of some selections."""
    return draw_flow("flow", "Flow", branches, "Method.")


def test_each_box_has_a_reason_and_a_number_and_they_add_up():
    assert texts(drawn(draw(BRANCH)))[:10] == [
        "All subjects (n = 1,200)", "Not met: adult", "(n = 200)", "Not met: scan", "(n = 3)",
        "Not decided: scan", "(n = 7)", "Treated", "(n = 990)", "Flow. Method.",
    ]  # fmt: skip
    left = sum(one.subjects + one.undecided for one in BRANCH.exits)
    assert BRANCH.total - left == BRANCH.kept


def test_it_tells_the_same_in_words():
    assert said(draw(BRANCH).svg())[1] == (
        "Treated: 990 of 1200 subjects stayed; Not met: adult (n = 200); Not met: scan (n = 3) "
        "Not decided: scan (n = 7)."
    )


def test_a_selection_that_nobody_left_has_two_boxes_and_one_arrow():
    drawing = draw(Branch("Everybody", 5, [Exit("adult", 0)], 5))
    axes = drawing.figure.axes[0]
    assert len(axes.patches) == 2
    assert len([text for text in axes.texts if text.get_text() == ""]) == 1
    assert texts(drawing.svg())[:3] == ["All subjects (n = 5)", "Everybody", "(n = 5)"]


def test_nobody_may_be_left():
    shown = texts(drawn(draw(Branch("Nobody", 0, [], 0))))
    assert shown[:3] == ["All subjects (n = 0)", "Nobody", "(n = 0)"]


def test_selections_stand_side_by_side():
    boxes = draw(BRANCH, BRANCH).figure.axes[0].patches
    lefts = sorted({round(box.get_x(), 1) for box in boxes})
    assert lefts == [0.1, 3.0, 6.3, 9.2]


def test_without_a_selection_there_is_nothing_to_draw():
    with pytest.raises(CallError, match="the figure flow has no selection"):
        draw()


def test_words_stay_in_their_box():
    drawing = draw(Branch("e" * 5_000, 9, [Exit("word " * 2_000, 4)], 5))
    figure = drawing.figure
    axes = figure.axes[0]
    boxes = [patch.get_window_extent() for patch in axes.patches]
    written = [text.get_window_extent() for text in axes.texts if text.get_text()]
    assert len(boxes) == len(written) == 3
    for box, words in zip(boxes, written, strict=True):
        assert box.x0 < words.x0 and words.x1 < box.x1
        assert box.y0 < words.y0 and words.y1 < box.y1


def test_names_are_shown_as_text():
    exits = [Exit(name, 1) for name in HOSTILE[:5]]
    shown = texts(drawn(draw(Branch(HOSTILE[0], 9, exits, 4))))
    assert {HOSTILE[0], *(f"Not met: {name}" for name in HOSTILE[:5])} <= set(shown)


def test_the_drawing_is_the_same_in_every_process():
    assert len({in_other_process(TWICE, seed) for seed in (1, 2)}) == 1
