"""Curves against a plain loop and statsmodels; who is at risk when."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.kaplan_meier import count_at_risk, fit_survival
from oncorules.errors import CallError

from .data import leukaemia, lung

SUBJECTS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)


def by_hand(subjects):
    """Survival after each distinct time, subject by subject."""
    left, found = Fraction(1), {}
    for time in sorted({time for time, _ in subjects}):
        risk = sum(other >= time for other, _ in subjects)
        events = sum(other == time and event for other, event in subjects)
        left *= 1 - Fraction(events, risk)
        found[time] = (risk, events, left)
    return found


@given(SUBJECTS)
def test_a_curve_is_that_of_a_plain_loop_in_any_order(subjects):
    curve = fit_survival(*zip(*subjects, strict=True))
    rows = zip(curve.at_risk, curve.events, curve.survival, strict=True)
    assert dict(zip(curve.times, rows, strict=True)) == by_hand(subjects)
    assert curve == fit_survival(*zip(*reversed(subjects), strict=True))


@given(SUBJECTS)
def test_reversed_twice_is_the_curve_itself(subjects):
    times, events = zip(*subjects, strict=True)
    swapped = fit_survival(times, [not event for event in events], reverse=True)
    assert (swapped.survival, swapped.events) == (
        fit_survival(times, events).survival,
        fit_survival(times, events).events,
    )


@pytest.mark.parametrize("group", [*leukaemia().values(), *lung().values()])
def test_greenwoods_error_is_that_of_statsmodels(group):
    from statsmodels.duration.survfunc import SurvfuncRight

    curve, other = fit_survival(*group), SurvfuncRight(*group)
    mine = {
        time: (float(s), error)
        for time, s, error, events in zip(
            curve.times, curve.survival, curve.error, curve.events, strict=True
        )
        if events and s
    }
    for time, survival, error in zip(
        other.surv_times, other.surv_prob, other.surv_prob_se, strict=True
    ):
        if survival:
            assert mine[time] == pytest.approx((survival, error), rel=1e-9)


def test_who_is_at_risk_is_counted_just_before_the_events_of_a_tick():
    rows = count_at_risk(fit_survival(*leukaemia()["6-MP"]), [0, 6, 7, 36])
    assert [(row.at_risk, row.events, row.censored) for row in rows] == [
        (21, 0, 0),
        (21, 0, 0),  # not 17, as after the events of week 6
        (17, 3, 1),
        (0, 9, 12),
    ]


@pytest.mark.parametrize(
    ("times", "events", "said"),
    [
        ([], [], "the group none is empty: it has no curve"),
        ([1, 2], [1], "there are 2 times of none and 1 events"),
        ([1, -2], [1, 0], "a time of none is -2; leave the subject out and say so"),
        ([1, None], [1, 0], "a time of none is missing"),
        ([1, float("nan")], [1, 0], "a time of none is missing"),
        ([1, float("inf")], [1, 0], "a time of none is inf; leave the subject out and say so"),
        ([1, "2"], [1, 0], 'a time of none is the text "2"; expected a number'),
        ([1, 2], [1, None], "an event of none is None; expected 1 for an event"),
        ([1, 2], [1, float("nan")], "an event of none is nan; expected 1 for an event"),
        ([1, 2], [1, 2], "an event of none is 2; expected 1 for an event"),
    ],
)
def test_what_has_no_curve_is_refused_in_words(times, events, said):
    with pytest.raises(CallError) as caught:
        fit_survival(times, events, name="none")
    assert said in str(caught.value)


@given(SUBJECTS, st.integers(0, 13))
def test_those_at_risk_and_those_who_left_before_add_up_to_the_group(subjects, tick):
    (row,) = count_at_risk(fit_survival(*zip(*subjects, strict=True)), [tick])
    assert row.at_risk == sum(time >= tick for time, _ in subjects)
    assert row.events == sum(time < tick and event for time, event in subjects)
    assert row.at_risk + row.events + row.censored == len(subjects)


@given(SUBJECTS)
def test_survival_is_that_of_lifelines(subjects):
    from lifelines import KaplanMeierFitter

    times, events = zip(*subjects, strict=True)
    theirs = KaplanMeierFitter().fit(times, events).survival_function_["KM_estimate"]
    curve = fit_survival(times, events)
    mine = [float(one) for one in curve.survival]
    assert mine == pytest.approx([theirs[time] for time in curve.times], abs=1e-12)


def test_columns_of_numpy_are_taken():
    import numpy as np

    one = fit_survival(np.array([6, 6, 7]), np.array([True, False, True]))
    assert one == fit_survival([6, 6, 7], [1, 0, 1])


def test_a_missing_tick_is_refused_and_a_count_prints_itself():
    curve = fit_survival(*leukaemia()["6-MP"])
    with pytest.raises(CallError, match="a tick is missing"):
        count_at_risk(curve, [6, float("nan")])
    assert str(count_at_risk(curve, [10])[0]) == (
        "15 at risk at 10, 4 events and 2 censored before"
    )
    assert (
        curve.convention == "Greenwood's standard error, at risk just before the events of a time"
    )


def test_all_events_at_one_time_end_the_curve():
    curve = fit_survival([5, 5, 5], [1, 1, 1])
    assert (curve.times, curve.survival, curve.error) == ((5,), (0,), (None,))


def test_a_single_subject_has_a_curve():
    assert fit_survival([3], [1]).survival == (0,)
    assert str(fit_survival([3], [0])) == "Kaplan-Meier, n = 1, 0 events"
