"""Figures in an analysis plan: one kind each, an axis that ascends, and what they read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from oncorules.analysis.plan.drawn import Drawn
from oncorules.analysis.plan.model import Plan

PANEL = {"of": "ADTTE", "where": {"PARAMCD": "OS"}, "groups": {"A": {"ARM": "A"}, "B": {}}}
CURVES = {"unit": "months", "ticks": [0, 12], "interval": "log", "panels": {"OS": PANEL}}
FALL = {"of": "ADRS", "subject": "USUBJID", "value": "BEST", "by": "BOR", "order": ["CR", "PR"]}
SWIM = {"of": "ADEX", "subject": "USUBJID", "course": "EPOCH", "start": "S", "end": "E",
        "last": "L", "died": "D", "unit": "months"}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "survival": CURVES, "waterfall": FALL, "swimmer": SWIM, "flow": {"selections": {"chosen": "C"}},
}  # fmt: skip


def read(**keys: Any) -> Drawn:
    """Return a figure as a plan has it."""
    return Drawn.model_validate({"title": "A figure", **keys})


@pytest.mark.parametrize(
    ("kind", "tables"),
    [("survival", ["ADTTE"]), ("waterfall", ["ADRS"]), ("swimmer", ["ADEX"]), ("flow", [])],
)
def test_a_figure_tells_the_tables_that_it_reads(kind, tables):
    assert read(**{kind: KINDS[kind]}).tables == tables


@pytest.mark.parametrize("kinds", [[], ["flow", "swimmer"], list(KINDS)])
def test_a_figure_has_one_kind(kinds):
    with pytest.raises(ValidationError, match="one of survival, waterfall, swimmer, flow"):
        read(**{kind: KINDS[kind] for kind in kinds})


@pytest.mark.parametrize("ticks", [[], [0], 12, [12, 0], [0, 0, 12], [-1, 12]])
def test_a_time_axis_ascends(ticks):
    with pytest.raises(ValidationError, match="the ticks of a time axis ascend from 0 or later"):
        read(survival={**CURVES, "ticks": ticks})


@pytest.mark.parametrize(
    ("kind", "key"),
    [("survival", "unit"), ("waterfall", "order"), ("swimmer", "last"), ("flow", "selections")],
)
def test_what_a_figure_needs_must_be_said(kind, key):
    keys = {name: value for name, value in KINDS[kind].items() if name != key}
    with pytest.raises(ValidationError, match=rf"{kind}\.{key}\n"):
        read(**{kind: keys})


def test_a_value_of_a_group_may_be_one_or_several_or_missing():
    groups = {"one": {"ARM": "A"}, "more": {"ARM": ["A", "B"]}, "none": {"ARM": None}}
    figure = read(survival={**CURVES, "panels": {"OS": {**PANEL, "groups": groups}}})
    assert figure.survival is not None
    assert list(figure.survival.panels["OS"].groups.values()) == [
        {"ARM": ("A",)}, {"ARM": ("A", "B")}, {"ARM": (None,)},
    ]  # fmt: skip


def test_a_plan_collects_tables_and_selections_of_its_figures():
    figures = {name: {"title": name, name: part} for name, part in KINDS.items()}
    plan = Plan.model_validate({"figures": figures})
    assert plan.derived_tables == {"ADTTE", "ADRS", "ADEX"}
    assert plan.selections == {"chosen"}


@pytest.mark.parametrize("name", ["../outside", "a/b", "figure 1", "", "<b>"])
def test_the_name_of_a_figure_names_a_file_in_the_folder(name):
    with pytest.raises(ValidationError, match="String should match pattern"):
        Plan.model_validate({"figures": {name: {"title": "x", "flow": KINDS["flow"]}}})
