"""Published beside computed: distance in printed units, and the verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from oncorules.analysis.agreement.compare import VERDICTS, compare_figures
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.published.figure import Figure, Place, Published
from oncorules.analysis.published.model import Tolerance
from oncorules.analysis.published.printed import read_printed

PLACE = Place("Text", "sentence", "", 1, "small/published/text.yaml:1")


def compared(text, value, absent=None, **said):
    figure = Figure("f", PLACE, read_printed(text), "n", analysis="a.x", **said)
    published = Published("small", "A small paper", "", {}, {"f": figure})
    outcome = Outcome("a", {"x": value}, "how", absent={"x": absent} if absent else {})
    (one,) = compare_figures(published, {"a": outcome})
    return one


@pytest.mark.parametrize(
    ("text", "value", "computed", "distance", "verdict"),
    [
        ("12.3", 12.25, "12.3", "0", "agrees as printed"),
        ("12.3", 12.24, "12.2", "1", "differs"),
        ("2,027", 2026.6, "2,027", "0", "agrees as printed"),
        ("-0.5310", -0.53102, "-0.5310", "0", "agrees as printed"),
        ("\u22120.53", -0.5310, "\u22120.53", "0", "agrees as printed"),
        ("-0.53", 0.53, "0.53", "106", "differs"),
        ("<0.01", 0.0049, "<0.01", "0", "agrees as printed"),
        ("<0.01", 0.02, "0.02", "1", "differs"),
        ("4e-05", 4.17e-05, "0.00004", "0", "agrees as printed"),
        ("seven", 7, "7", "0", "agrees as printed"),
    ],
)
def test_a_value_agrees_when_it_would_be_printed_so(text, value, computed, distance, verdict):
    found = compared(text, value)
    assert (found.computed, found.distance, found.verdict) == (
        computed, Decimal(distance), verdict,
    )  # fmt: skip


@pytest.mark.parametrize(("value", "verdict"), [(12.4, "within tolerance"), (12.6, "differs")])
def test_a_tolerance_reaches_so_many_printed_units_and_tells_its_reason(value, verdict):
    found = compared("12.3", value, tolerance=Tolerance(units=Decimal(1), reason="read off a plot"))
    assert found.verdict == verdict
    assert found.note.startswith("read off a plot") == (verdict == "within tolerance")


def test_a_median_that_is_not_reached_differs_from_a_printed_one():
    found = compared("23", None)
    assert (found.computed, found.distance, found.verdict) == ("not reached", None, "differs")


def test_a_value_that_cannot_be_computed_is_not_one_that_was_not_reached():
    found = compared("5.3", None, absent="the form log has no standard error")
    assert (found.computed, found.verdict) == (None, "not computable")
    assert found.note == "the form log has no standard error; how"


def test_the_counts_have_a_line_for_each_verdict():
    figures = {
        name: Figure(name, PLACE, read_printed("1"), "n", analysis=f"{name}.x") for name in "ab"
    }
    outcomes = {"a": Outcome("a", {"x": 1}), "b": Outcome("b", {"x": 2})}
    found = compare_figures(Published("small", "", "", {}, figures), outcomes)
    assert found.agreeing() == {"a"}
    assert str(found).splitlines() == [
        f"{count:5} {verdict}" for count, verdict in zip((1, 0, 0, 1, 0), VERDICTS, strict=True)
    ]


def test_a_figure_that_contradicts_others_in_print_is_said_to():
    first = Figure("f", PLACE, read_printed("6"), "n", analysis="a.x")
    second = Figure("g", PLACE, read_printed("7"), "n", same_as=("f",), kind="recomputable")
    published = Published("small", "", "", {}, {"f": first, "g": second})
    found = compare_figures(published, {"a": Outcome("a", {"x": 6})})
    assert [one.verdict for one in found] == ["agrees as printed", "contradicts in print"]
