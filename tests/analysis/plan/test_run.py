"""What each kind of analysis gives on rows drawn here, and why it gives nothing."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import pytest

from oncorules.analysis.plan.model import Analysis, Plan
from oncorules.analysis.plan.run import run_plan
from oncorules.analysis.plan.select import matches


def table(text):
    """The rows of a drawn table; a point is a missing value."""
    head, *lines = (line.split() for line in text.strip().splitlines())

    def cell(word):
        if word == ".":
            return None
        return float(word) if word.replace(".", "").lstrip("-").isdigit() else word

    return [dict(zip(head, map(cell, line), strict=True)) for line in lines]


TIMES = table("""
    SUBJ ARM AGE AVAL CNSR
    S1   A   46  2    0
    S2   A   55  4    0
    S3   A   50  6    1
    S4   B   61  3    1
    S5   B   44  5    0
    S6   B   58  9    1
""")


def run(rows=TIMES, **kind):
    plan = Plan(analyses={"one": Analysis.model_validate(kind)})
    return run_plan(plan, {"ADTTE": rows})["one"]


def survival(rows=TIMES, **said):
    return run(rows, survival={"of": "ADTTE", "interval": "log", **said})


def test_a_curve_gives_its_size_its_median_and_its_limits():
    found = survival(where={"ARM": "A"})
    assert {name: found.values[name] for name in ("n", "events", "censored", "median", "low")} == {
        "n": 3, "events": 2, "censored": 1, "median": 4, "low": 2,
    }  # fmt: skip
    assert found.footnote == "Kaplan-Meier, interval log, left end where flat; n = 3"


def test_a_time_gives_who_is_at_risk_and_the_survival_with_error_and_limits():
    found = survival(where={"ARM": "A"}, at=[4, 5, 6])
    assert [found.values[f"{name}_4"] for name in ("risk", "events", "censored", "survival")] == [
        2, 1, 0, Fraction(1, 3),
    ]  # fmt: skip
    assert [found.values[f"{name}_5"] for name in ("risk", "events", "censored")] == [1, 0, 0]
    assert [found.values[f"{name}_6"] for name in ("risk", "events", "censored")] == [1, 0, 1]
    # Greenwood by hand: S sqrt(1/(3 2) + 1/(2 1)) = sqrt(2/3) / 3, times 1.96 / S on the log scale
    error = (2 / 3) ** 0.5 / 3
    assert found.values["survival_4.error"] == pytest.approx(error)
    assert found.values["survival_4.low"] == pytest.approx(0.0672784, abs=1e-6)
    assert found.values["survival_4.high"] == 1


def test_after_the_last_time_nobody_is_followed_and_survival_is_unknown():
    found = survival(where={"ARM": "A"}, at=7)
    assert found.values["survival_7"] is None
    assert found.absent["survival_7"] == "nobody is followed at 7"


def test_survival_of_nobody_has_no_error():
    found = survival(table("AVAL CNSR\n1 0\n2 0"), at=2)
    assert (found.values["survival_2"], found.values["survival_2.error"]) == (0, None)
    assert found.absent["survival_2.error"] == (
        "survival at 2 is 0, where Greenwood's error has no value"
    )
    assert found.absent["survival_2.low"].startswith("survival at 2 is 0, where it has no interval")


@pytest.mark.parametrize("interval", ["spss", "plain", "log", "log-log"])
def test_a_median_that_is_not_reached_is_none_and_says_so(interval):
    found = survival(table("AVAL CNSR\n1 0\n2 1\n3 1\n4 1"), interval=interval)
    assert (found.values["median"], found.values["n"]) == (None, 4)
    assert "median" not in found.absent
    assert "median not reached" in str(found)


def test_when_all_are_censored_the_curve_stays_at_one():
    found = survival(table("AVAL CNSR\n1 1\n2 1"), at=2)
    assert [found.values[one] for one in ("events", "median", "low", "high", "survival_2")] == [
        0, None, None, None, 1,
    ]  # fmt: skip
    assert found.values["survival_2.error"] == 0


def test_a_group_of_one_has_a_median_but_no_limits():
    found = survival(table("AVAL CNSR\n5 0"), interval="spss")
    assert (found.values["n"], found.values["median"], found.values["low"]) == (1, 5, None)
    assert found.absent["low"].startswith("the form spss needs a curve from 0.55 to 0.45")


def test_a_group_of_nobody_has_no_curve():
    found = survival(where={"ARM": ["C", None]})
    assert found.values == {}
    assert found.reason == "the group is empty: no row of ADTTE has ARM C or None"


def test_only_the_form_spss_has_an_error_of_the_median():
    assert "error" not in survival(interval="spss").absent
    found = survival(interval="plain")
    assert found.absent["error"] == "the form plain has no standard error of the median"


def test_the_form_spss_has_no_interval_at_a_time():
    found = survival(interval="spss", at=3)
    assert found.values["survival_3.error"] > 0
    assert "spss is one of medians" in found.absent["survival_3.low"]


def test_a_row_without_a_time_is_refused_and_counted():
    rows = [*TIMES, {**TIMES[0], "AVAL": None}, {**TIMES[0], "AVAL": nan}]
    assert survival(rows).reason == "2 of 8 rows have no AVAL or no CNSR"


def test_a_landmark_and_the_reverse_of_a_curve_are_told():
    found = survival(landmark=3, reverse=True)
    assert found.values["n"] == 4
    assert "landmark at 3: 4 kept" in found.footnote
    assert "reverse Kaplan-Meier" in found.footnote


def log_rank(rows=TIMES, **said):
    return run(rows, log_rank={"of": "ADTTE", "by": "ARM", **said})


def test_a_log_rank_test_gives_what_each_group_had_and_what_it_expects():
    found = log_rank()
    # at risk in A and B at the events of weeks 2, 4, 5: 3 + 3, 2 + 2, 1 + 2
    assert found.values["A.expected"] == pytest.approx(3 / 6 + 2 / 4 + 1 / 3)
    assert found.values["B.expected"] == pytest.approx(3 / 6 + 2 / 4 + 2 / 3)
    assert [found.values[f"{arm}.{one}"] for arm in "AB" for one in ("n", "observed")] == [
        3, 2, 3, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("missing", [None, nan])
def test_rows_without_a_group_are_left_out_of_a_test_and_counted(missing):
    rows = [*TIMES, {**TIMES[0], "ARM": missing}, {**TIMES[3], "ARM": missing}]
    found = log_rank(rows)
    assert found.values == log_rank().values
    assert found.footnote.endswith("A 3, B 3; 2 without ARM left out")


def test_the_missing_are_a_group_where_the_plan_says_so():
    rows = [*TIMES, {**TIMES[0], "ARM": None}, {**TIMES[3], "ARM": None}]
    found = log_rank(rows, groups=["A", None])
    assert found.footnote.endswith("A 3, missing 2")


def test_groups_may_be_rows_that_are_each_told():
    between = {arm: {"of": "ADTTE", "where": {"ARM": arm}} for arm in "AB"}
    assert run(log_rank={"between": between}).values == log_rank().values


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"where": {"ARM": "A"}}, "a log-rank test compares at least two groups"),
        ({"groups": ["A", "C"]}, "the group C is empty: it has no curve"),
        ({"by": "SEX"}, "the table has no column SEX; it has SUBJ, ARM, AGE, AVAL, CNSR"),
        ({"of": "ADSL"}, "the study derives no table ADSL from this export"),
    ],
)
def test_a_test_that_cannot_be_made_says_why(said, reason):
    assert log_rank(**said).reason == reason


def test_a_regression_gives_its_coefficients_and_its_likelihood_ratio():
    found = run(cox={"of": "ADTTE", "covariates": "AGE", "ties": "efron"})
    # lifelines 0.30: coef -0.106178, se 0.113365, log-likelihood ratio test on 1 df
    assert found.values["AGE.value"] == pytest.approx(-0.106178, abs=1e-5)
    assert found.values["AGE.error"] == pytest.approx(0.113365, abs=1e-5)
    ratio = 2 * (found.values["log_likelihood"] - found.values["null_log_likelihood"])
    assert found.values["likelihood_ratio"] == pytest.approx(ratio)
    assert (found.values["df"], found.values["n"], found.values["events"]) == (1, 6, 3)


@pytest.mark.parametrize("missing", [None, nan])
def test_rows_without_a_covariate_are_left_out_of_a_regression_and_counted(missing):
    rows = [*TIMES, {**TIMES[0], "AGE": missing}]
    cox = {"of": "ADTTE", "covariates": ["AGE"], "ties": "breslow"}
    found = run(rows, cox=cox)
    assert found.values == run(cox=cox).values
    assert found.footnote.endswith("n = 6, 3 events, 1 with a missing covariate left out")


def test_a_regression_of_rows_without_covariates_says_that_nobody_is_left():
    rows = [{**row, "AGE": None} for row in TIMES]
    found = run(rows, cox={"of": "ADTTE", "covariates": "AGE", "ties": "efron"})
    assert found.reason == "the group is empty: it has no curve"


@pytest.mark.parametrize(
    ("unknown", "of", "percent"), [("in", 4, 50), ("out", 3, Fraction(200, 3))]
)
def test_a_count_has_the_denominator_that_is_meant(unknown, of, percent):
    rows = table("SEX\nM\nM\nF\n.")
    found = run(rows, count={"of": "ADTTE", "having": {"SEX": "M"}, "unknown": unknown})
    assert (found.values["n"], found.values["of"], found.values["percent"]) == (2, of, percent)


def test_a_percentage_of_unknown_ones_alone_cannot_be_computed():
    rows = table("SEX\n.\n.")
    found = run(rows, count={"of": "ADTTE", "having": {"SEX": "M"}, "unknown": "out"})
    assert found.values["percent"] is None
    assert found.absent["percent"] == "the group is empty once the unknown are left out"


def test_a_spread_leaves_the_missing_out_and_counts_them():
    rows = [*table("AGE\n40\n50\n60\n."), {"AGE": nan}]
    found = run(rows, spread={"of": "ADTTE", "column": "AGE"})
    assert [found.values[one] for one in ("n", "median", "min", "max")] == [3, 50, 40, 60]
    assert found.footnote.endswith("n = 3, 2 missing")


def test_tests_of_two_columns_leave_unknown_pairs_out():
    rows = table("X Y\n1 1\n2 3\n3 2\n4 4\n. 1\n2 .")
    found = run(rows, correlate={"of": "ADTTE", "columns": ["X", "Y"]})
    assert (found.values["n"], found.values["statistic"]) == (4, pytest.approx(0.8))
    assert found.footnote.endswith("n = 4, 2 unknown left out")
    rows = table("X Y\na p\na p\nb q\nb p\n. p")
    found = run(rows, compare={"of": "ADTTE", "test": "fisher", "rows": "X", "columns": "Y"})
    assert (found.values["n"], found.values["p"]) == (4, pytest.approx(1))
    rows = table("X Y\nY N\nY N\nN Y\nY Y\n. Y")
    found = run(rows, paired={"of": "ADTTE", "columns": ["X", "Y"], "value": "Y"})
    assert [found.values[one] for one in ("first", "second", "n", "p")] == [2, 1, 4, 1]


@pytest.mark.parametrize(
    ("cell", "values", "answer"),
    [
        (1.0, [1], True), ("1", [1], False), (True, [1], True), (None, [None], True),
        (None, ["x"], False), (nan, [1], False), (1, [nan], False), (inf, [1], False),
        (inf, [inf], True),
    ],
)  # fmt: skip
def test_cells_are_compared_as_numbers_where_they_are_some(cell, values, answer):
    assert matches(cell, values) is answer
