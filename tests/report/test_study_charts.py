"""Figures of a plan, drawn from derived tables; what cannot be drawn is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.plan.drawn import Drawn
from oncorules.report.charts.drawing import Drawing
from oncorules.report.study_charts import draw_figures

from ..analysis.agreement.drawn_study import PACK
from .charts.marks import texts
from .studies import run_small


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    """The small study, run on its export."""
    return run_small(tmp_path_factory.mktemp("small"))


def redraw(run: StudyRun, name: str, **changed: Any) -> tuple[list[Drawing], list[str]]:
    """Return one figure of a run, of whose part some keys were changed."""
    planned = run.plan.figures[name].model_dump(exclude_none=True)
    (kind,) = {"survival", "waterfall", "swimmer", "flow"} & set(planned)
    figure = Drawn.model_validate({**planned, kind: {**planned[kind], **changed}})
    return draw_figures(replace(run, plan=run.plan.model_copy(update={"figures": {name: figure}})))


def test_every_figure_of_the_plan_is_drawn_with_its_method(done):
    drawings, missing = draw_figures(done)
    assert missing == []
    assert {one.name: one.footnote for one in drawings} == {
        "flow": "The criteria hold one after the other; who does not meet one leaves there.",
        "curves": "Median (95% CI): Kaplan-Meier, interval log, left end where flat. Log-rank test,"
        " plain (Mantel), unstratified, two-sided. n: those with a time. At risk: just before each "
        "tick. N/A: not reached. An adult has 18 years.",
        "fall": "4 of 5 subjects have a change of the sum.",
        "swim": "n = 5.",
    }


def test_a_flow_has_a_box_for_those_who_left_undecided(done):
    shown = texts(redraw(done, "flow")[0][0].svg())
    assert shown[:7] == [
        "All subjects (n = 5)", "Not met: The subject is an adult", "(n = 1)",
        "Not decided: The subject is an adult", "(n = 1)", "Adults", "(n = 3)",
    ]  # fmt: skip


def test_a_flow_tells_of_those_who_stayed_undecided(tmp_path):
    run = run_small(tmp_path, pack=PACK.replace("leave out", "keep"))
    (drawing,), _ = redraw(run, "flow")
    assert drawing.footnote.endswith(
        "Adults, not decided for 1 who stayed: The subject is an adult."
    )
    assert texts(drawing.svg())[3:5] == ["Adults", "(n = 4)"]


def test_a_group_without_subjects_has_no_curve_and_is_told(done):
    groups = {"T": {"ARM": ("T",)}, "X": {"ARM": ("X",)}}
    (drawing,), _ = redraw(done, "curves", panels={"PFS": {"of": "ADSL", "groups": groups}})
    assert drawing.footnote.endswith(
        "PFS: X is not drawn, the group is empty: no row of ADSL has ARM X."
    )
    assert "T (n = 3), median 9.0 (3.0\u2013N/A)" in texts(drawing.svg())


def test_all_censored_have_no_median_and_no_log_rank_test(done):
    rows = [{**row, "CNSR": 1} for row in done.tables["ADSL"]]
    (drawing,), _ = redraw(replace(done, tables={"ADSL": rows}), "curves")
    assert "T (n = 3), median not reached" in texts(drawing.svg())
    assert "No log-rank test: no group has an event" in drawing.footnote


def test_rows_without_a_time_are_no_silent_loss(done):
    rows = [{**row, "AVAL": None if row["USUBJID"] == "A" else row["AVAL"]}
            for row in done.tables["ADSL"]]  # fmt: skip
    (drawing,), _ = redraw(replace(done, tables={"ADSL": rows}), "curves")
    assert "PFS: T is not drawn, 1 of 3 rows have no AVAL or no CNSR." in drawing.footnote


def test_a_missing_response_has_a_name(done):
    rows = [{**row, "BOR": None} for row in done.tables["ADSL"]]
    (drawing,), _ = redraw(replace(done, tables={"ADSL": rows}), "fall")
    assert "Not known (4)" in texts(drawing.svg())


def test_a_subject_without_a_last_contact_is_told(done):
    rows = [{**row, "LAST": row["LAST"] if row["ARM"] == "T" else None}
            for row in done.tables["ADSL"]]  # fmt: skip
    (drawing,), _ = redraw(replace(done, tables={"ADSL": rows}), "swim")
    assert drawing.footnote == "2 of 5 subjects have no course or no last contact. n = 3."


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("fall", {"of": "ADXX"}, "fall: the study derives no table ADXX from this export"),
        ("swim", {"where": {"ARM": "X"}}, "swim: the group is empty: no row of ADSL has ARM X"),
        ("fall", {"value": "BEAST"}, "fall: the table has no column BEAST; it has USUBJID, ARM"),
        ("curves", {"panels": {}}, "curves: the figure curves has no group with a time in it"),
        ("curves", {"panels": {"PFS": {"of": "AD", "groups": {"T": {}}}}},
         "curves: PFS: T is not drawn, the study derives no table AD from this export."),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_drawn_tells_why(done, name, changed, said):
    drawings, missing = redraw(done, name, **changed)
    assert drawings == []
    assert len(missing) == 1 and missing[0].startswith(said)
