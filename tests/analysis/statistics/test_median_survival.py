"""Medians with every form of interval, against published values and other programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.median_survival import find_median
from oncorules.errors import CallError

from .data import leukaemia, lung, pooled

# survfit of R's survival package 3.x prints plain, log and log-log; SPSS output of the
# 6-mercaptopurine data prints 23 (SE 5.255, 12.700-33.300) and 8 (SE 1.669, 4.729-11.271).
PRINTED = {
    ("6-MP", "plain"): (23, 13, None), ("6-MP", "log"): (23, 16, None),
    ("6-MP", "log-log"): (23, 13, None), ("6-MP", "spss"): (23, 12.700, 33.300),
    ("placebo", "plain"): (8, 4, 11), ("placebo", "log"): (8, 4, 12),
    ("placebo", "log-log"): (8, 4, 11), ("placebo", "spss"): (8, 4.729, 11.271),
    ("lung", "log"): (310, 285, 363), ("men", "log"): (270, 212, 310),
    ("women", "log"): (426, 348, 550),
}  # fmt: skip
SUBJECTS = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=25)
FORMS = ("spss", "plain", "log", "log-log")


def group(name):
    if name == "lung":
        return pooled(lung())
    return {**leukaemia(), **lung()}[name]


@pytest.mark.parametrize(("name", "form"), PRINTED)
def test_published_medians_and_intervals_are_met_to_the_digit(name, form):
    found = find_median(fit_survival(*group(name)), interval=form, flat="midpoint")
    shown = tuple(
        end if end is None else round(end, 3) for end in (found.value, found.low, found.high)
    )
    assert shown == PRINTED[name, form]


def test_the_standard_error_of_the_form_of_spss_is_the_printed_one():
    errors = [
        find_median(fit_survival(*one), interval="spss").error for one in leukaemia().values()
    ]
    assert [round(error, 3) for error in errors] == [5.255, 1.669]


@pytest.mark.parametrize("name", ["6-MP", "placebo", "lung", "men", "women"])
@pytest.mark.parametrize(
    ("form", "theirs"), [("plain", "linear"), ("log", "log"), ("log-log", "cloglog")]
)
def test_limits_are_those_of_statsmodels(name, form, theirs):
    from statsmodels.duration.survfunc import SurvfuncRight

    low, high = SurvfuncRight(*group(name)).quantile_ci(0.5, method=theirs)
    found = find_median(fit_survival(*group(name)), interval=form)
    assert found.low == low
    assert (float("inf") if found.high is None else found.high) == high


@pytest.mark.parametrize("name", ["6-MP", "placebo", "men", "women"])
def test_the_median_and_its_log_log_limits_are_those_of_lifelines(name):
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    fitter = KaplanMeierFitter().fit(*group(name))
    low, high = median_survival_times(fitter.confidence_interval_).iloc[0]
    found = find_median(fit_survival(*group(name)), interval="log-log")
    assert found.value == fitter.median_survival_time_
    assert found.low == low
    assert (float("inf") if found.high is None else found.high) == high


def test_a_flat_stretch_at_one_half_has_two_ends():
    curve = fit_survival([1, 2, 3, 4], [1, 1, 1, 1])
    assert find_median(curve).value == 2
    assert find_median(curve, flat="midpoint").value == 2.5


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_reached_is_none(form):
    censored = find_median(fit_survival([1, 2, 3], [0, 0, 0]), interval=form)
    assert (censored.value, censored.low, censored.high) == (None, None, None)
    assert "not reached (NA to NA)" in str(censored)
    early = find_median(fit_survival([1, 2, 3, 4, 5], [1, 0, 0, 0, 0]), interval=form)
    assert early.value is None and early.high is None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("times", [[3], [5, 5, 5], [1, *[5] * 19]])
def test_a_limit_that_only_survival_of_0_would_reach_is_not_reached_as_in_r(form, times):
    found = find_median(fit_survival(times, [1] * len(times)), interval=form)
    assert (found.value, found.low, found.high) == (times[-1], None, None)


def in_floats(curve, form, z):
    """R's way: limits of S, ended at 0 and 1, and the first of them below one half."""
    from math import exp, log

    low = high = None
    for time, survival, error in zip(curve.times, curve.survival, curve.error, strict=True):
        s = float(survival)
        if not 0 < s < 1:
            continue
        if form == "plain":
            ends = s - z * error, s + z * error
        elif form == "log":
            ends = exp(log(s) - z * error / s), exp(log(s) + z * error / s)
        else:
            width = z * error / (s * log(s))
            ends = exp(-exp(log(-log(s)) - width)), exp(-exp(log(-log(s)) + width))
        low = time if low is None and ends[0] < 0.5 else low
        high = time if high is None and ends[1] < 0.5 else high
    return low, high


@given(SUBJECTS, st.sampled_from(["plain", "log", "log-log"]), st.sampled_from([0.8, 0.95]))
def test_limits_are_the_times_at_which_the_limits_of_survival_cross_a_half(subjects, form, level):
    from scipy import stats

    curve = fit_survival(*zip(*subjects, strict=True))
    found = find_median(curve, interval=form, level=level)
    assert (found.low, found.high) == in_floats(curve, form, stats.norm.ppf(0.5 + level / 2))


def test_a_curve_exactly_at_a_half_and_at_the_marks_of_spss_is_read_without_floats():
    # As a product of floats S(9) is 0.5499999999999999, and u would be 8.
    curve = fit_survival(range(1, 21), [1] * 20)
    found = find_median(curve, interval="spss")
    assert found.value == 10
    # S(9) = 0.55 is u, S(11) = 0.45 is l; SE of S(10) = sqrt(0.25 / 20), f = 0.1 / 2
    assert found.error == pytest.approx((0.25 / 20) ** 0.5 / 0.05)


def test_the_interval_of_spss_may_reach_below_0():
    found = find_median(fit_survival([1, 2, 30, 40, 50], [1] * 5), interval="spss")
    assert found.low < 0


def test_another_level_is_told():
    found = find_median(fit_survival(*leukaemia()["placebo"]), interval="spss", level=0.9)
    assert found.convention == "interval spss, left end where flat, level 0.9"
    assert found.high - found.low == pytest.approx(2 * 1.6448536 * found.error, rel=1e-6)


def test_the_median_follow_up_is_that_of_the_reverse_curve():
    times, events = leukaemia()["6-MP"]
    swapped = [1 - event for event in events]
    found = find_median(fit_survival(times, events, reverse=True))
    again = find_median(fit_survival(times, swapped))
    assert (found.value, found.low, found.high) == (again.value, again.low, again.high)
    assert found.method == "reverse Kaplan-Meier"


def test_the_form_of_spss_has_no_limits_of_one_or_two_subjects():
    for times in ([13.8], [4.7, 9.0]):
        found = find_median(fit_survival(times, [1] * len(times)), interval="spss")
        assert (found.value, found.low, found.high) == (times[0], None, None)


@given(SUBJECTS, st.sampled_from(FORMS), st.sampled_from(["left", "midpoint"]))
def test_a_longer_unit_stretches_median_and_limits(subjects, form, flat):
    times, events = zip(*subjects, strict=True)
    one = find_median(fit_survival(times, events), interval=form, flat=flat)
    two = find_median(fit_survival([2 * time for time in times], events), interval=form, flat=flat)
    for mine, theirs in ((one.value, two.value), (one.low, two.low), (one.high, two.high)):
        assert (mine is None) == (theirs is None)
        assert mine is None or 2 * mine == pytest.approx(theirs)
    if None not in (one.value, one.low, one.high):
        assert one.low <= one.value <= one.high


def test_an_unknown_form_and_level_are_refused():
    curve = fit_survival([1], [1])
    with pytest.raises(CallError, match='"loglog" is not spss, plain, log or log-log'):
        find_median(curve, interval="loglog")
    with pytest.raises(CallError, match='"right" is neither left nor midpoint'):
        find_median(curve, flat="right")
    with pytest.raises(CallError, match="the level of confidence is 95; give one between 0 and 1"):
        find_median(curve, level=95)
