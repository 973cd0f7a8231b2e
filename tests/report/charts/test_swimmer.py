"""The swimmer: a lane per subject, the longest on top, and how each ends."""

from __future__ import annotations

import pytest

from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, Drawing
from oncorules.report.charts.swimmer import Lane, draw_swimmer

from .marks import HOSTILE, drawn, in_other_process, said, texts

LANES = [
    Lane("b", [("I", 0, 6), ("R", 30, 32)], {"Progression": [28.0]}, 60, True),
    Lane("a", [("I", 0, 5)], {"Progression": []}, 60, False),
    Lane("c", [("I", 0, 6), ("R", 20, 20)], {"Progression": [18.0, 40.0]}, 90, True),
]
TWICE = """
import hashlib
from tests.report.charts.test_swimmer import LANES, draw
print(hashlib.sha256(draw(LANES).svg().encode()).hexdigest())
"""


def draw(lanes: list[Lane]) -> Drawing:
    """Return the drawing of some subjects."""
    return draw_swimmer("swim", "Swim", lanes, "months", "Method.")


def ends(drawing: Drawing) -> dict[str, list[tuple[float, float]]]:
    """Return the points of each mark by its label."""
    return {
        str(one.get_label()): [tuple(point) for point in one.get_offsets().tolist()]
        for one in drawing.figure.axes[0].collections
    }


def test_the_longest_lane_is_on_top_and_equal_ones_are_ordered_by_name():
    shown = texts(drawn(draw(LANES)))
    assert [text for text in shown if text in "abc"] == ["c", "a", "b"]
    assert draw(LANES).figure.axes[0].yaxis_inverted()


def test_marks_and_ends_lie_in_their_lanes():
    assert ends(draw(LANES)) == {
        "Progression": [(18, 0), (40, 0), (28, 2)], "Died": [(90, 0), (60, 2)],
        "Last seen alive": [(60, 1)],
    }  # fmt: skip


def test_courses_have_a_colour_each_and_one_of_a_day_can_be_seen():
    from matplotlib.colors import to_hex

    axes = draw(LANES).figure.axes[0]
    found = [
        (bar.get_x(), round(bar.get_width(), 3), to_hex(bar.get_facecolor()).upper())
        for bar in axes.patches
    ]
    assert found == [
        (0, 6, COLOURS[0]), (0, 5, COLOURS[0]), (0, 6, COLOURS[0]),
        (20, 0.6, COLOURS[1]), (30, 2, COLOURS[1]),
    ]  # fmt: skip


def test_it_tells_how_many_died_and_the_length_of_the_follow_up():
    drawing = draw(LANES)
    assert said(drawing.svg())[1] == (
        "3 subjects, 2 of whom died; the longest was followed for 90.0 months, the shortest for "
        "60.0."
    )
    assert drawing.footnote == "Method. n = 3."
    assert "Time from the first course (months)" in texts(drawing.svg())


def test_without_subjects_there_is_nothing_to_draw():
    with pytest.raises(CallError, match="the figure swim has no subject"):
        draw([])


def test_a_subject_that_was_seen_on_one_day_only_has_a_lane():
    drawing = draw([Lane("only", [("I", 0, 0)], {}, 0, False)])
    assert ends(drawing) == {"Last seen alive": [(0, 0)]}
    assert "only" in texts(drawn(drawing))


def test_above_sixty_the_names_are_left_out_and_their_number_is_told():
    lanes = [Lane(f"subject {number}", [("I", 0, 1)], {}, number, True) for number in range(1, 169)]
    drawing = draw(lanes)
    assert len(ends(drawing)["Died"]) == 168
    shown = texts(drawing.svg())
    assert "168 subjects" in shown and not any(text.startswith("subject ") for text in shown)


def test_names_are_shown_as_text():
    lanes = [Lane(name, [(name, 0, 1)], {name: [1]}, 5, True) for name in HOSTILE]
    drawing = draw(lanes)
    shown = texts(drawn(drawing))
    for name in HOSTILE[:5]:
        assert shown.count(name) == 3  # the lane, the course and the mark
    assert drawing.figure.axes[0].get_position().width > 0.3


def test_the_drawing_is_the_same_in_every_process():
    assert len({in_other_process(TWICE, seed) for seed in (1, 2)}) == 1
