"""Kaplan-Meier curves: who is at risk, medians that are not there, and names of any kind."""

from __future__ import annotations

import pytest

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, Drawing
from oncorules.report.charts.survival import Panel, draw_survival

from ...analysis.statistics.data import leukaemia
from .marks import HOSTILE, drawn, in_other_process, said, texts

TICKS = (0, 6, 12, 24)
TWICE = """
import hashlib
from tests.report.charts.test_survival import draw_leukaemia
print(hashlib.sha256(draw_leukaemia().svg().encode()).hexdigest())
"""


def draw(groups: dict[str, tuple[list[float], list[int]]], title: str = "Time") -> Drawing:
    """Return a drawing of one panel."""
    curves = {group: fit_survival(*pair) for group, pair in groups.items()}
    panel = Panel(title, curves, dict.fromkeys(groups, "9.0 (2.0-N/A)"), "Log-rank p = 0.04")
    return draw_survival("curves", "Curves", [panel], TICKS, "weeks", "Kaplan-Meier.")


def draw_leukaemia() -> Drawing:
    """Return Freireich's two arms."""
    return draw(leukaemia(), "Remission")


def lines_of(drawing: Drawing) -> dict[str, tuple[str, str]]:
    """Return colour and dashes of each curve, by its label."""
    curves = drawing.figure.axes[0].get_lines()
    return {
        str(one.get_label()): (str(one.get_color()), str(one._dash_pattern))
        for one in curves
        if not str(one.get_label()).startswith("_")
    }


def test_the_numbers_at_risk_are_those_whose_time_is_the_tick_or_later():
    shown = texts(draw_leukaemia().svg())
    table = shown[shown.index("At risk") + 1 :]
    for place, (group, (times, _)) in enumerate(leukaemia().items()):
        row = table[place * (len(TICKS) + 1) :][: len(TICKS) + 1]
        assert row == [group, *(str(sum(time >= tick for time in times)) for tick in TICKS)]
    assert "21" in table and table[:3] == ["6-MP", "21", "21"]  # 21 at week 6 (Freireich 1963)


def test_the_legend_tells_size_and_median_and_the_test():
    shown = texts(draw_leukaemia().svg())
    assert "6-MP (n = 21), median 9.0 (2.0-N/A)" in shown
    assert {"A. Remission", "Log-rank p = 0.04", "Time (weeks)"} <= set(shown)
    assert said(draw_leukaemia().svg())[1] == (
        "Medians in weeks. Remission: 6-MP 9.0 (2.0-N/A), placebo 9.0 (2.0-N/A)."
    )


def test_groups_differ_in_colour_and_in_dashes():
    looks = lines_of(draw({f"group {number}": ([1, 2], [1, 0]) for number in range(7)}))
    assert [colour for colour, _ in looks.values()] == list(COLOURS)
    assert len({dashes for _, dashes in looks.values()}) == 7


def test_a_curve_falls_at_events_and_is_marked_where_somebody_is_censored():
    curve, marks = draw({"all": ([2, 4, 5, 9], [1, 0, 1, 0])}).figure.axes[0].get_lines()
    assert list(curve.get_xdata()) == [0, 2, 4, 5, 9]
    assert list(curve.get_ydata()) == [100, 75, 75, 37.5, 37.5]
    assert curve.get_drawstyle() == "steps-post"
    assert list(zip(marks.get_xdata(), marks.get_ydata(), strict=True)) == [(4, 75), (9, 37.5)]


@pytest.mark.parametrize("group", [([5], [1]), ([5], [0]), ([1, 2, 3], [0, 0, 0]), ([0], [1])])
def test_a_group_of_one_and_one_without_an_event_have_a_curve(group):
    shown = texts(drawn(draw({"few": group})))
    assert f"few (n = {len(group[0])}), median 9.0 (2.0-N/A)" in shown


def test_what_lies_behind_the_last_tick_is_told():
    assert draw({"all": ([24], [1])}).footnote == "Kaplan-Meier."
    assert draw({"all": ([24.1], [1])}).footnote == (
        "Kaplan-Meier. What comes after 24 weeks is not drawn."
    )


def test_three_panels_have_letters_and_none_is_without_a_curve():
    curve = {"all": fit_survival([1, 2], [1, 1])}
    panels = [Panel(title, curve, {}) for title in ("x", "y", "z")]
    shown = texts(draw_survival("n", "t", panels, TICKS, "days", "").svg())
    assert [text for text in shown if text[1:3] == ". "] == ["A. x", "B. y", "C. z"]
    for wrong in ([], [Panel("empty", {}, {})]):
        with pytest.raises(CallError, match="the figure n has no group with a time in it"):
            draw_survival("n", "t", wrong, TICKS, "days", "")


def test_names_are_shown_as_text_and_do_not_squeeze_the_curves():
    drawing = draw({name: ([1, 2], [1, 1]) for name in HOSTILE}, HOSTILE[-1])
    shown = "\n".join(texts(drawn(drawing)))
    for name in HOSTILE[:5]:
        assert f"{name} (n = 2)" in shown
    box = drawing.figure.axes[0].get_position()
    assert box.width > 0.5 and box.height > 0.3


def test_the_drawing_is_the_same_in_every_process():
    assert len({in_other_process(TWICE, seed) for seed in (1, 2)}) == 1
