"""What an export gives for a printed figure, and why it gives none."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from oncorules.analysis.agreement.evaluate import Evaluator
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.published.figure import Figure, Follows, Place, Published
from oncorules.analysis.published.printed import read_printed

PLACE = Place("Table 1", "row", "column", 1, "small/published/table-1.yaml:1")


def evaluated(figure, *others, **outcomes):
    published = Published("small", "A small paper", "", {"all": "Everybody"})
    for one in (figure, *others):
        published.figures[one.id] = one
    return Evaluator(published, {one: Outcome(one, *what) for one, what in outcomes.items()})


def figure(id, text="1", **said):
    return Figure(id, PLACE, read_printed(text), "n", **said)


def test_a_figure_has_the_value_that_its_analysis_gave():
    one = figure("f", analysis="km.median")
    found = evaluated(one, km=({"median": 23}, "Kaplan-Meier; n = 21")).value_of(one)
    assert (found.value, found.note, found.reason) == (23, "Kaplan-Meier; n = 21", "")


def test_a_name_of_a_value_may_have_points():
    one = figure("f", analysis="km.survival_365.25.low")
    assert evaluated(one, km=({"survival_365.25.low": 0.3},)).value_of(one).value == 0.3


def test_a_figure_without_an_analysis_of_its_own_has_that_of_its_cell():
    one = figure("table-1.sex.male.i.percent")
    outcome = ({"n": 1, "percent": Fraction(100, 3)},)
    found = evaluated(one, **{"table-1.sex.male.i": outcome}).value_of(one)
    assert found.value == Fraction(100, 3)


def test_a_value_that_was_not_reached_is_none_without_a_reason():
    one = figure("f", analysis="km.high")
    found = evaluated(one, km=({"high": None}, "Kaplan-Meier")).value_of(one)
    assert (found.value, found.reason) == (None, "")


def test_a_value_that_cannot_be_computed_says_why():
    one = figure("f", analysis="km.error")
    outcome = ({"error": None}, "Kaplan-Meier", "", "", {"error": "there is no error"})
    assert evaluated(one, km=outcome).value_of(one).reason == "there is no error; Kaplan-Meier"


@pytest.mark.parametrize(
    ("said", "outcome", "reason"),
    [
        ({"analysis": "km.mean"}, {"km": ({"median": 1},)}, "gives no mean; it gives median"),
        ({"analysis": "km.median"}, {"km": ({}, "", "", "the group is empty")}, "group is empty"),
        ({"not_computable": "nobody wrote it down"}, {}, "nobody wrote it down"),
        ({"kind": "external", "source": "7"}, {}, r"quoted from \[7\]"),
        ({"kind": "design", "source": "a dose"}, {}, "fixed by the design: a dose"),
        ({"size_of": "all"}, {}, "no analysis of the plan counts the group all"),
        ({"same_as": ("g",)}, {}, "there is no g"),
        ({}, {}, "no analysis of the plan gives it"),
    ],
)
def test_a_figure_that_nothing_gives_says_why(said, outcome, reason):
    one = figure("f", **said)
    assert re.search(reason, evaluated(one, **outcome).value_of(one).reason)


def test_what_follows_is_computed_from_what_other_figures_gave_not_from_what_they_print():
    part, whole = figure("part", "99", analysis="part.n"), figure("whole", "99", analysis="whole.n")
    percent = figure("f", follows=Follows("percent", (("part",), ("whole",))))
    added = figure("s", follows=Follows("sum", (("part",), ("whole",))))
    less = figure("d", follows=Follows("difference", (("whole",), ("part",))))
    again = figure("a", same_as=("part",))
    evaluator = evaluated(
        percent, part, whole, added, less, again, part=({"n": 1},), whole=({"n": 8},)
    )
    values = [evaluator.value_of(one).value for one in (percent, added, less, again)]
    assert values == [Fraction(25, 2), 9, 7, 1]


def test_a_percentage_of_an_empty_group_is_not_computed():
    part, whole = figure("part", analysis="part.n"), figure("whole", analysis="whole.n")
    one = figure("f", follows=Follows("percent", (("part",), ("whole",))))
    found = evaluated(one, part, whole, part=({"n": 0},), whole=({"n": 0},)).value_of(one)
    assert found.reason == "the group is empty"


def test_unknown_ones_are_taken_out_of_the_denominator():
    names = ("part", "whole", "unknown")
    others = [figure(name, analysis=f"{name}.n") for name in names]
    follows = Follows("percent", (("part",), ("whole",)), unknown=(("unknown",),))
    one = figure("f", follows=follows)
    outcomes = {name: ({"n": n},) for name, n in zip(names, (1, 6, 2), strict=True)}
    assert evaluated(one, *others, **outcomes).value_of(one).value == 25


def test_figures_that_follow_from_each_other_do_not_run_in_circles():
    one, other = figure("f", same_as=("g",)), figure("g", same_as=("f",))
    assert evaluated(one, other).value_of(one).reason == "it follows from itself"
