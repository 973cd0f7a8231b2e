"""What is documented of the 228 rows of the lung cancer data comes out of them, to the digit."""

from __future__ import annotations

from collections import Counter

import pytest

from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.analysis.audit.audit import audit

STUDY = "ncctg-lung"


@pytest.fixture(scope="module")
def reproduced():
    return reproduce(STUDY)


@pytest.fixture(scope="module")
def computed(reproduced):
    return {one.figure.id: one.computed for one in reproduced.agreements}


def test_every_figure_that_can_be_computed_agrees_as_printed(reproduced):
    assert Counter(one.verdict for one in reproduced.agreements) == {
        "agrees as printed": 237,
        "not computable": 1,
    }
    (left,) = [one for one in reproduced.agreements if one.verdict == "not computable"]
    assert (left.figure.id, left.note) == (
        "table-4.intervals.label_1",
        "fixed by the design: Hazard ratio (95% CI)",
    )


def test_the_figures_are_counted_by_place(reproduced):
    parts = Counter(one.figure.place.part for one in reproduced.agreements)
    assert parts == {"Patients": 13, "Table 1": 21, "Table 2": 160, "Table 3": 9, "Table 4": 35}


@pytest.mark.parametrize(
    ("analysis", "median", "low", "high"),
    [
        ("median_all_spss", 310, 267.327, 352.673),
        ("median_all_plain", 310, 284, 361),
        ("km_all", 310, 285, 363),
        ("km_all_loglog", 310, 284, 361),
        ("median_men_spss", 270, 215.829, 324.171),
        ("median_men_plain", 270, 212, 306),
        ("km_men", 270, 212, 310),
        ("km_men_loglog", 270, 210, 306),
        ("median_women_spss", 426, 334.749, 517.251),
        ("median_women_plain", 426, 345, 524),
        ("km_women", 426, 348, 550),
        ("km_women_loglog", 426, 345, 524),
    ],
)
def test_a_median_has_its_interval_in_each_form(reproduced, analysis, median, low, high):
    values = reproduced.outcomes[analysis].values
    assert [round(values[name], 3) for name in ("median", "low", "high")] == [median, low, high]


GROUPS = {"all": (1, 2), "men": (1,), "women": (2,)}


@pytest.mark.parametrize("group", GROUPS)
def test_the_inverted_forms_are_those_that_statsmodels_finds(reproduced, group):
    from lifelines.datasets import load_lung
    from statsmodels.duration.survfunc import SurvfuncRight

    rows = load_lung()
    rows = rows[rows["sex"].isin(GROUPS[group])]
    fitted = SurvfuncRight(rows["time"], rows["status"])
    for method, analysis in (
        ("linear", f"median_{group}_plain"),
        ("log", f"km_{group}"),
        ("cloglog", f"km_{group}_loglog"),
    ):
        values = reproduced.outcomes[analysis].values
        assert (values["low"], values["high"]) == fitted.quantile_ci(0.5, method=method), method


@pytest.mark.parametrize("group", GROUPS)
def test_the_form_of_spss_follows_from_the_slope_of_the_curve_at_the_median(reproduced, group):
    from lifelines.datasets import load_lung
    from statsmodels.duration.survfunc import SurvfuncRight

    rows = load_lung()
    rows = rows[rows["sex"].isin(GROUPS[group])]
    fitted = SurvfuncRight(rows["time"], rows["status"])
    curve = dict(zip(fitted.surv_times, fitted.surv_prob, strict=True))
    errors = dict(zip(fitted.surv_times, fitted.surv_prob_se, strict=True))
    values = reproduced.outcomes[f"median_{group}_spss"].values
    before = max(time for time, survival in curve.items() if survival >= 0.55)
    behind = min(time for time, survival in curve.items() if survival <= 0.45)
    slope = (curve[before] - curve[behind]) / (behind - before)
    error = errors[values["median"]] / slope
    assert values["error"] == pytest.approx(error)
    assert values["high"] - values["median"] == pytest.approx(1.959964 * error)


def test_survival_at_one_year_the_log_rank_test_and_the_regressions_are_as_documented(computed):
    assert [computed[f"patients.one_year.{number}"] for number in range(1, 6)] == [
        "65", "0.409", "0.0358", "0.345", "0.486",
    ]  # fmt: skip
    assert computed["table-3.groups.expected.men.value"] == "91.6"
    assert computed["table-3.groups.statistic.test.value"] == "10.3"
    assert computed["table-4.coefficients.SEX.value.sex.value"] == "-0.5310"
    assert computed["table-4.coefficients.AGE.value.sex_age.value"] == "0.017045"


def test_nothing_that_is_printed_contradicts_itself():
    assert audit(STUDY).contradictions == []
