"""The analysis plan: every figure about the cohort has an analysis, and some answers by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from oncorules.analysis.agreement.evaluate import Evaluator
from oncorules.analysis.agreement.run_study import StudyRun, run_study
from oncorules.analysis.plan.model import Plan
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.read import read_published

from .by_hand import months
from .prrt_export import subjects, write_export
from .prrt_more import more_subjects

STUDY = "van-der-zwan-2018"

# Recomputable figures that repeat or add up what the design fixes: no export can give them.
BY_DESIGN = {
    "methods.doses.4",
    "methods.doses.5",
    "results.died.3",
    "discussion.lower_dose.1",
    "discussion.lower_dose.2",
    "discussion.lower_dose.3",
    "discussion.lower_dose.4",
    "discussion.disease_control.2",
    "discussion.disease_control.3",
    "discussion.pfs.5",
    "discussion.grade_3.2",
}

# What the analyses of the text give for the 34 subjects, with the subjects that are counted.
BY_HAND = {
    "retreated.n": 12,  # 01 to 05, 11, 13, 15 and 21 to 24
    "re_retreated.n": 2,  # 01 and 11
    "control.n": 8,  # 07, 08, 09, 31, 33, 34, 35 and 39
    "retreated_safety.n": 18,  # all 19 but 19
    "control_safety.n": 15,
    "reduced_dose.n": 3,  # 04, 21 and 23
    "progressed.n": 1,  # 03
    "grade_3.n": 2,  # 05 and 23
    "midgut_control.n": 1,  # 08
    "pancreatic_control.n": 6,  # 07 and those from 31 on
    "no_uptake.n": 1,  # 34
    "renal_or_blood.n": 0,  # 06 progressed too early
    "condition.n": 1,  # 39; 38 had progression as best response
    "other_treatment.n": 1,  # 31
    "lost.n": 1,  # 08
    "died.n": 1,  # 33; 10 and 32 are no controls
    "not_favourable.n": 1,  # 35
    "waited.n": 1,  # 09
    "second_tumour.n": 0,  # the doses of 36 and 37 are outside
    "unclear.n": 1,  # 07
    "dose_i.min": Fraction("22.2"),  # 23
    "dose_i.max": Fraction("29.6"),
    "dose_i_control.min": Fraction("21.8"),  # 34
    "dose_i_control.max": Fraction("30.6"),  # 35
    "dose_r.min": Fraction("7.4"),
    "dose_r.median": Fraction("14.8"),
    "total_dose_r.min": Fraction("29.6"),  # 23
    "total_dose_rr.min": Fraction("59.2"),  # 11
    "total_dose_rr.max": Fraction("59.4"),  # 01
    "progressed_after_response.n": 1,
    "progressed_after_stable.n": 0,
    "response_correlation.n": 12,
    "pfs_correlation.n": 12,
    "uptake_higher.n": 1,  # 01
    "uptake_higher.percent": Fraction(100, 11),  # of those whose uptake is known both times
    "uptake_lower.n": 1,  # 03
    "progressed_lower.n": 1,
    "progressed_unknown.n": 0,
    "uptake_test.n": 11,
    "grade_3_responded.n": 1,  # 23
    "grade_3_sd.n": 1,
    "grade_3_pr.n": 0,
    "grade_3_ki67.max": 30,
    "grade_3_sd_before.n": 2,
    "grade_3_pr_before.n": 0,
    "stopped_before.n": 1,  # 23, whose initial course was cut short too
    "stopped_platelets_2.n": 1,  # 23; 04 has grade 3
    "stopped_mds.n": 1,  # 23
    "leukaemia_full_dose.n": 2,  # 02 and 24, of those with leukaemia
    "concurrent.n": 1,  # 07
    "table-3.after_salvage.r.pr.n": 1,  # 01
    "table-3.after_salvage.r.sd.n": 8,
    "table-3.after_salvage.r.pd.n": 1,  # 03
    "table-3.after_salvage.r.clinical.n": 1,  # 05
    "table-3.after_salvage.r.died.n": 1,  # 21
    "table-3.after_i.control.ne.n": 1,  # 31
    "table-3.after_i.salvage.cr.n": 1,  # 24
    "table-6.toxicity.platelets.r_3.n": 2,  # 02 and 04
    "table-6.toxicity.leucocytes.control_4.n": 1,  # 07
    "table-6.toxicity.creatinine.control_3.n": 1,  # 39
    "table-7.diagnosed.any.retreated.n": 3,  # 02, 23 and 24
    "table-7.diagnosed.aml.control.n": 1,  # 08; 40 fell ill before the first dose
}


@pytest.fixture(scope="module")
def published() -> Published:
    return read_published(STUDY)


@pytest.fixture(scope="module")
def plan(published: Published) -> Plan:
    return read_plan(STUDY, published)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    folder: Path = tmp_path_factory.mktemp("plan") / "export"
    return run_study(STUDY, write_export(folder, subjects() + more_subjects()))


def is_given(figure: Figure, published: Published, plan: Plan, above: frozenset[str]) -> bool:
    """Whether an analysis gives a figure, or all that it follows from; or it says why not."""
    if figure.id in above:
        return False
    cell = figure.id.rpartition(".")[0]
    if figure.analysis or cell in plan.analyses or figure.not_computable:
        return True
    if figure.size_of is not None:
        sizes = {one.id.rpartition(".")[0] for one in published.sizes(figure.size_of)}
        return figure.size_of in plan.analyses or bool(sizes & set(plan.analyses))
    names = figure.same_as[:1]
    if not names and figure.follows is not None:
        names = tuple(name for operand in figure.follows.operands for name in operand)

    def known(name: str) -> bool:
        if name.removeprefix("group:") in plan.analyses:
            return True
        other = published.find(name)
        return other is not None and is_given(other, published, plan, above | {figure.id})

    return bool(names) and all(known(name) for name in names)


def test_every_figure_of_the_cohort_has_an_analysis_but_what_the_design_fixes(
    published: Published, plan: Plan
) -> None:
    figures = [one for one in published if one.kind in ("cohort", "recomputable")]
    assert len(figures) > 900
    missing = {one.id for one in figures if not is_given(one, published, plan, frozenset())}
    assert missing == BY_DESIGN


def test_what_the_design_fixes_traces_to_a_design_parameter(published: Published) -> None:
    for id in BY_DESIGN:
        figure = published.figures[id]
        names = figure.same_as or (figure.follows.operands[0] if figure.follows else ())
        kinds = {published.figures[name].kind for name in names}
        assert kinds <= {"design", "recomputable"}, id
        assert names, id


def test_every_analysis_is_used_by_a_figure_or_stands_beside_a_table(
    published: Published, plan: Plan
) -> None:
    used = {(one.analysis or "").partition(".")[0] for one in published}
    used |= set(published.groups) | {name for one in plan.tables.values() for name in beside(one)}
    own = {name for name in plan.analyses if not name.startswith("table-")}
    assert own - used == set()


def beside(table: Any) -> set[str]:
    """The analyses that stand beside a table."""
    return set(table.beside.values())


def test_on_an_export_a_figure_is_missing_only_where_a_group_is_empty(run: StudyRun) -> None:
    evaluator = Evaluator(run.published, run.outcomes)
    found = {
        figure.id: evaluator.value_of(figure).reason
        for figure in run.published
        if figure.kind in ("cohort", "recomputable")
    }
    missing = {id: reason for id, reason in found.items() if reason}
    allowed = (
        "the group is empty",
        "fixed by the design",
        "at no event are subjects of two",
        "the form spss needs a curve",  # a median without an interval, as N/A in print
    )
    odd = {id: why for id, why in missing.items() if not why.startswith(allowed)}
    assert odd == {
        # the only midgut control was lost alive, so there is no difference of medians
        "discussion.os_midgut.1": "table-5.os.midgut.control.median is not reached"
    }
    empty = {id for id, why in missing.items() if why.startswith("the group is empty")}
    assert {id.rpartition(".")[0].rpartition(".")[0] for id in empty} <= {
        f"table-5.{time}.{origin}"
        for time in ("pfs", "os")
        for origin in ("foregut", "hindgut", "pancreatic", "bronchial", "unknown_origin")
    }


@pytest.mark.parametrize("name", BY_HAND)
def test_the_analyses_give_what_was_counted_by_hand(run: StudyRun, name: str) -> None:
    analysis, _, part = name.rpartition(".")
    outcome = run.outcomes[analysis]
    assert outcome.reason == ""
    value = outcome.values[part]
    assert value is not None
    assert Fraction(value).limit_denominator(10**6) == BY_HAND[name]


def test_the_times_of_small_groups_are_those_of_their_only_subject(run: StudyRun) -> None:
    found = run.outcomes["stopped_mds_time"].values["median"]
    assert found == pytest.approx(months("2009-03-02", "2009-04-23"))  # 23, printed as 1.7
    assert run.outcomes["grade_3_pfs"].values["median"] == pytest.approx(
        months("2009-03-02", "2012-06-01")
    )


def test_the_parameters_of_the_run_are_those_of_the_paper(run: StudyRun) -> None:
    assert run.parameters["data_cutoff"] == "2017-01-01"
    assert float(str(run.parameters["days_in_month"])) == 30.4375
