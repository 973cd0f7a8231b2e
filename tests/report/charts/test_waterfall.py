"""The waterfall: order, limits, bars that are cut, and who has no bar."""

from __future__ import annotations

import pytest

from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, Drawing
from oncorules.report.charts.waterfall import Change, draw_waterfall

from .marks import HOSTILE, drawn, in_other_process, said, texts

TWICE = """
import hashlib
from tests.report.charts.test_waterfall import draw
made = draw([("a", 20, "PD"), ("b", -30, "PR"), ("c", None, "NE")])
print(hashlib.sha256(made.svg().encode()).hexdigest())
"""


def draw(changes: list[tuple[str, float | None, str]]) -> Drawing:
    """Return the drawing of some subjects."""
    made = [Change(*change) for change in changes]
    return draw_waterfall("fall", "Fall", made, ("CR", "PR", "SD", "PD"), (-30, 20), "Method.")


def bars(drawing: Drawing) -> dict[int, tuple[float, str]]:
    """Return height and colour of each bar by its place."""
    from matplotlib.colors import to_hex

    return {
        round(bar.get_center()[0]): (bar.get_height(), to_hex(bar.get_facecolor()).upper())
        for bar in drawing.figure.axes[0].patches
    }


def test_the_bars_fall_and_equal_ones_are_ordered_by_name():
    drawing = draw([("b", -30, "PR"), ("d", 25, "PD"), ("c", -30, "PR"), ("a", 0, "SD")])
    assert bars(drawing) == {
        0: (25, COLOURS[3]), 1: (0, COLOURS[2]), 2: (-30, COLOURS[1]), 3: (-30, COLOURS[1]),
    }  # fmt: skip
    shown = texts(drawn(drawing))
    assert [text for text in shown if text in "abcd"] == ["d", "a", "b", "c"]
    assert [text for text in shown if "(" in text][-3:] == ["PR (2)", "SD (1)", "PD (1)"]
    assert {"+20 %", "\u221230 %"} <= set(shown)


def test_it_tells_the_range_how_many_shrank_and_who_has_no_bar():
    drawing = draw([("a", 20.04, "PD"), ("b", -30, "PR"), ("c", None, "NE")])
    assert said(drawing.svg())[1] == (
        "2 subjects from +20.0 to \u221230.0 percent; the sum shrank in 1."
    )
    assert drawing.footnote == "Method. 2 of 3 subjects have a change of the sum."


def test_a_bar_beyond_double_is_cut_and_tells_its_value():
    drawing = draw([("a", 250.4, "PD"), ("b", 100, "PD")])
    assert [height for height, _ in bars(drawing).values()] == [100, 100]
    assert "250" in texts(drawing.svg())
    assert drawing.footnote.endswith("Bars end at 100 %.")


def test_a_response_that_the_order_does_not_have_comes_last():
    drawing = draw([("a", -5, "Not known"), ("b", -6, "SD"), ("c", -7, "CLINICAL PD")])
    assert len(bars(drawing)) == 3
    shown = texts(drawing.svg())
    assert [text for text in shown if text.endswith("(1)")] == [
        "SD (1)", "CLINICAL PD (1)", "Not known (1)",
    ]  # fmt: skip


@pytest.mark.parametrize("changes", [[], [("a", None, "NE")]])
def test_without_a_change_there_is_nothing_to_draw(changes):
    with pytest.raises(CallError, match="the figure fall has no subject with a change of the sum"):
        draw(changes)


@pytest.mark.parametrize("change", [0.0, -100.0, 12.5])
def test_one_subject_is_a_waterfall(change):
    assert bars(draw([("only", change, "SD")])) == {0: (change, COLOURS[2])}


def test_above_sixty_the_names_are_left_out_and_the_bars_are_not():
    drawing = draw([(f"subject {number}", number - 80, "SD") for number in range(168)])
    assert len(bars(drawing)) == 168
    assert not any(text.startswith("subject") for text in texts(drawing.svg()))
    assert texts(draw([("subject", 1, "SD")]).svg())[0] == "subject"


def test_names_are_shown_as_text():
    drawing = draw([(name, -1, name) for name in HOSTILE])
    shown = texts(drawn(drawing))
    for name in HOSTILE[:5]:
        assert {name, f"{name} (1)"} <= set(shown)
    assert drawing.figure.axes[0].get_position().height > 0.2


def test_the_drawing_is_the_same_in_every_process():
    assert len({in_other_process(TWICE, seed) for seed in (1, 2)}) == 1
