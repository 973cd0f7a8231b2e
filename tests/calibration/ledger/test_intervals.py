"""Intervals of figures over cohorts, by hand."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from oncorules.analysis.published.figure import Figure, Place
from oncorules.analysis.published.printed import read_printed
from oncorules.calibration.ledger.intervals import (
    NOT_REACHED,
    find_intervals,
    interval_of,
    is_inside,
)

PLACE = Place("Table 5", "all", "i", 1, "table-5.yaml:1")


def figure(text, **said):
    return replace(Figure("a.median", PLACE, read_printed(text), "median"), **said)


def test_the_interval_leaves_a_fortieth_of_the_cohorts_on_either_side():
    found = interval_of(figure("100.0"), np.arange(201.0))
    assert (found.low, found.middle, found.high) == (5, 100, 195)
    assert found.inside
    assert found.below == pytest.approx(100.5 / 201)  # 100 lie below, one is equal


def test_a_median_that_is_not_reached_lies_above_all_others_and_is_counted():
    found = interval_of(figure("35.4"), np.array([30.0] * 90 + [np.inf] * 10))
    assert (found.low, found.high) == (30, NOT_REACHED)
    assert found.not_reached == 0.1
    assert found.inside


def test_cohorts_in_which_a_figure_cannot_be_computed_are_counted_and_left_out():
    found = interval_of(figure("35.4"), np.array([30.0] * 30 + [np.nan] * 10))
    assert (found.low, found.high) == (30, 30)
    assert found.not_computable == 0.25
    assert not found.inside


def test_a_figure_that_no_cohort_gives_has_no_interval():
    assert interval_of(figure("35.4"), np.array([np.nan, np.nan])) is None


def test_ends_are_rounded_as_the_figure_is_printed():
    found = interval_of(figure("0.3"), np.array([0.25, 0.25]))
    assert found.low == Decimal("0.3")
    assert found.inside


@pytest.mark.parametrize(
    ("text", "said", "low", "high", "inside"),
    [
        ("<0.01", {}, "0.00", "0.40", True),
        ("<0.01", {}, "0.01", "0.40", False),
        ("80", {"reading": "more than"}, "79", "81", True),
        ("80", {"reading": "more than"}, "70", "80", False),
        ("80", {"reading": "almost"}, "78", "79.5", True),
        ("80", {"reading": "almost"}, "80", "82", False),
        ("80", {"reading": "below"}, "79", "82", True),
        ("80", {"reading": "below"}, "80", "82", False),
        ("80", {}, "80", "82", True),
        ("80", {}, "81", "82", False),
    ],
)
def test_a_text_is_inside_when_some_value_of_the_interval_reads_like_it(
    text, said, low, high, inside
):
    assert is_inside(figure(text, **said), Decimal(low), Decimal(high)) is inside


def test_only_the_figures_that_are_asked_for_are_worked_out(model, twin):
    told = []
    found = find_intervals(
        model, twin.run.published, twin.run.plan, 4, 1,
        figures=["table-5.pfs.all.i.median", "discussion.netter_pfs.1"],
        progress=lambda *words: told.append(words),
    )  # fmt: skip
    assert list(found) == ["table-5.pfs.all.i.median"]  # the other one is of another paper
    assert told == [("cohorts drawn and analysed", 0, 4)]
