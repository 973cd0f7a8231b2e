"""What is printed of the 42 patients of Freireich's trial comes out of their rows, to the digit."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.analysis.audit.audit import audit

STUDY = "freireich-1963"
WRITTEN_DOWN = ("verdict", "contradict", "should be", "wrong", "typo", "tolerance")


@pytest.fixture(scope="module")
def reproduced():
    return reproduce(STUDY)


@pytest.fixture(scope="module")
def computed(reproduced):
    return {one.figure.id: one.computed for one in reproduced.agreements}


def test_every_figure_that_can_be_computed_agrees_as_printed(reproduced):
    assert Counter(one.verdict for one in reproduced.agreements) == {
        "agrees as printed": 373,
        "not computable": 6,
    }


def test_what_cannot_be_computed_says_why(reproduced):
    assert {
        one.figure.id: one.note for one in reproduced.agreements if one.verdict == "not computable"
    } == {
        "patients.relapses.3": "no kind of analysis adds times up",
        "patients.relapses.4": "no kind of analysis adds times up",
        "patients.eight_weeks.1": "fixed by the design: a time at which the curve is read",
        "models.coefficients.3": "ties are treated by Efron or by Breslow only",
        "models.coefficients.4": "ties are treated by Efron or by Breslow only",
        "models.by_hand.1": "quoted from [Cox, JRSS B 1972;34:187-220]",
    }


def test_the_figures_are_counted_by_place(reproduced):
    parts = Counter(one.figure.place.part for one in reproduced.agreements)
    assert parts == {
        "Patients": 14, "Table 1": 193, "Table 2": 111, "Table 3": 16, "Table 4": 15,
        "Table 5": 25, "Ties": 5,
    }  # fmt: skip


def test_21_are_at_risk_at_week_6_with_6_mercaptopurine(computed):
    assert computed["table-1.treated.6.risk.n"] == "21"
    assert computed["table-1.treated.7.risk.n"] == "17"


@pytest.mark.parametrize(
    ("analysis", "median", "low", "high"),
    [
        ("median_treated_spss", 23, 12.700, 33.300),
        ("median_treated_plain", 23, 13, None),
        ("km_treated_log", 23, 16, None),
        ("median_treated_loglog", 23, 13, None),
        ("median_control_spss", 8, 4.729, 11.271),
        ("median_control_plain", 8, 4, 11),
        ("km_control_log", 8, 4, 12),
        ("median_control_loglog", 8, 4, 11),
    ],
)
def test_a_median_has_its_interval_in_each_form(reproduced, analysis, median, low, high):
    values = reproduced.outcomes[analysis].values
    limits = [None if values[end] is None else round(values[end], 3) for end in ("low", "high")]
    assert (values["median"], *limits) == (median, low, high)


def test_the_forms_of_the_interval_are_those_that_lifelines_finds(reproduced):
    from lifelines import KaplanMeierFitter
    from lifelines.datasets import load_leukemia
    from lifelines.utils import median_survival_times

    data = load_leukemia()
    for rx, arm in ((0, "treated"), (1, "control")):
        rows = data[data["Rx"] == rx]
        fitted = KaplanMeierFitter().fit(rows["t"], rows["status"])
        low, high = median_survival_times(fitted.confidence_interval_).iloc[0]
        values = reproduced.outcomes[f"median_{arm}_loglog"].values
        assert (values["low"], values["high"] or float("inf")) == (low, high)


def test_the_log_rank_test_and_the_regressions_are_those_that_are_printed(computed):
    assert computed["table-3.test.statistic.stata.value"] == "16.79"
    assert computed["table-3.expected.6-MP.stata.value"] == "19.25"
    assert computed["table-5.treated.value.breslow.value"] == "-1.5091914"
    assert computed["table-5.treated.value.efron.value"] == "-1.5721"


def test_the_regressions_with_white_cells_are_those_that_lifelines_finds(reproduced):
    from lifelines import CoxPHFitter
    from lifelines.datasets import load_leukemia

    rows = load_leukemia()[["t", "status", "Rx", "logWBC"]]
    fitted = CoxPHFitter().fit(rows, "t", "status")
    values = reproduced.outcomes["cox_white_cells_efron"].values
    assert values["PLACEBO.value"] == pytest.approx(fitted.params_["Rx"], abs=1e-4)
    assert values["LOGWBC.error"] == pytest.approx(fitted.standard_errors_["logWBC"], abs=1e-4)


def test_nothing_that_is_printed_contradicts_itself():
    assert audit(STUDY).contradictions == []


@pytest.mark.parametrize("study", [STUDY, "ncctg-lung"])
def test_no_finding_is_written_down_and_every_part_has_a_source(study):
    folder = files("oncorules.rules").joinpath("studies", study, "published")
    for file in folder.iterdir():
        text = file.read_text("utf-8").lower()
        assert [word for word in WRITTEN_DOWN if word in text] == [], file.name
        if file.name not in ("paper.yaml", "analyses.yaml", "agreed.txt"):
            assert re.search(r"^source:", text, re.MULTILINE), file.name
