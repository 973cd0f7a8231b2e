"""Survival at a time against printed values, lifelines and statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.survival_at import find_survival
from oncorules.errors import CallError

from .data import leukaemia, lung, pooled

# summary(survfit(...), times) of R's survival package.
PRINTED = {
    ("6-MP", 6): (0.857, 0.0764, 0.720, 1.000), ("6-MP", 7): (0.807, 0.0869, 0.653, 0.996),
    ("6-MP", 10): (0.753, 0.0963, 0.586, 0.968), ("6-MP", 13): (0.690, 0.1068, 0.510, 0.935),
    ("6-MP", 22): (0.538, 0.1282, 0.337, 0.858), ("6-MP", 23): (0.448, 0.1346, 0.249, 0.807),
    ("lung", 365.25): (0.409, 0.0358, 0.345, 0.486),
}  # fmt: skip
SUBJECTS = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=25)


def curve_of(name):
    return fit_survival(*(pooled(lung()) if name == "lung" else leukaemia()[name]))


@pytest.mark.parametrize(("name", "time"), PRINTED)
def test_printed_survival_is_met_to_the_digit(name, time):
    found = find_survival(curve_of(name), time)
    shown = (round(float(found.value), 3), round(found.error, 4))
    assert (*shown, round(found.low, 3), round(found.high, 3)) == PRINTED[name, time]


@pytest.mark.parametrize("name", ["6-MP", "placebo", "lung"])
def test_log_log_limits_are_those_of_lifelines(name):
    from lifelines import KaplanMeierFitter

    group = pooled(lung()) if name == "lung" else leukaemia()[name]
    theirs = KaplanMeierFitter().fit(*group).confidence_interval_
    curve = curve_of(name)
    for time, survival in zip(curve.times, curve.survival, strict=True):
        if 0 < survival < 1:
            found = find_survival(curve, time, interval="log-log")
            assert (found.low, found.high) == pytest.approx(tuple(theirs.loc[time]), rel=1e-6)


def test_plain_limits_are_survival_and_the_error_of_statsmodels_ended_at_0_and_1():
    from statsmodels.duration.survfunc import SurvfuncRight

    other = SurvfuncRight(*leukaemia()["6-MP"])
    for time, s, error in zip(other.surv_times, other.surv_prob, other.surv_prob_se, strict=True):
        found = find_survival(curve_of("6-MP"), time, interval="plain", level=0.9)
        ends = (max(s - 1.6448536 * error, 0), min(s + 1.6448536 * error, 1))
        assert (found.low, found.high) == pytest.approx(ends, rel=1e-6)
        assert found.convention == "interval plain, level 0.9"


@given(SUBJECTS, st.integers(0, 31), st.sampled_from(["plain", "log", "log-log"]))
def test_a_longer_unit_changes_nothing_and_the_limits_hold_the_value(subjects, time, interval):
    times, events = zip(*subjects, strict=True)
    one = find_survival(fit_survival(times, events), time, interval=interval)
    longer = fit_survival([2 * one for one in times], events)
    two = find_survival(longer, 2 * time, interval=interval)
    assert (one.value, one.low, one.high) == (two.value, two.low, two.high)
    if one.low is not None:
        assert 0 <= one.low <= float(one.value) + 1e-12 <= one.high + 2e-12 <= 1 + 2e-12


def test_before_the_first_event_all_survive_and_log_log_has_no_limits():
    curve = curve_of("6-MP")
    found = find_survival(curve, 5)
    assert (found.value, found.low, found.high, found.at_risk) == (1, 1, 1, 21)
    found = find_survival(curve, 5, interval="log-log")
    assert (found.value, found.low, found.high) == (1, None, None)


def test_after_the_last_time_survival_is_known_only_where_it_is_0():
    found = find_survival(curve_of("6-MP"), 36)
    assert found.value is None
    assert str(found) == "NA (NA to NA) at 36, 0 of 21 at risk (interval log)"
    assert find_survival(curve_of("6-MP"), 35).value is not None
    found = find_survival(curve_of("placebo"), 30)
    assert (found.value, found.low, found.high) == (0, None, None)


def test_what_cannot_be_asked_is_refused_in_words():
    curve = fit_survival([1], [1])
    for time in (-1, float("nan"), None):
        with pytest.raises(CallError, match=f"the time is {time}; give one from the start on"):
            find_survival(curve, time)
    with pytest.raises(CallError, match='"spss" is not plain, log or log-log'):
        find_survival(curve, 1, interval="spss")
    with pytest.raises(CallError, match="the level of confidence is 2; give one between 0 and 1"):
        find_survival(curve, 1, level=2)
