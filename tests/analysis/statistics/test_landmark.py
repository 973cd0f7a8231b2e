"""Landmarks: who is kept, who is left out and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.landmark import start_at
from oncorules.errors import CallError


def test_a_landmark_keeps_who_is_followed_beyond_it():
    found = start_at(18, [10, 18, 18.1, 40, 17], [1, 1, 0, 1, 0])
    assert found.kept == (2, 3)
    assert found.times == pytest.approx((0.1, 22))
    assert found.events == (False, True)
    assert (found.event_before, found.censored_before) == (2, 1)
    assert str(found) == "landmark at 18: 2 kept, 2 had the event and 1 were censored by then"
    assert (found.method, found.n) == ("landmark", 2)
    assert found.convention == "followed beyond the landmark, times from the landmark"


def test_times_may_stay_counted_from_the_start():
    found = start_at(18, [10, 18, 18.5, 40], [1, 1, 0, 1], origin="start")
    assert (found.kept, found.times) == ((2, 3), (18.5, 40))
    assert found.convention == "followed beyond the landmark, times from the start"


SUBJECTS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)


@given(SUBJECTS, st.integers(0, 13))
def test_nobody_is_lost_and_either_origin_gives_the_same_curve(subjects, landmark):
    times, events = zip(*subjects, strict=True)
    found = start_at(landmark, times, events)
    assert found.n + found.event_before + found.censored_before == len(subjects)
    other = start_at(landmark, times, events, origin="start")
    if found.n:
        one, two = fit_survival(found.times, found.events), fit_survival(other.times, other.events)
        assert one.survival == two.survival
        # Survival beyond the landmark, given that one lived until it.
        whole = fit_survival(times, events)
        until = whole.survival_at(landmark)
        last = whole.times[-1]
        assert one.survival_at(last - landmark) * until == whole.survival_at(last)


@pytest.mark.parametrize(
    ("landmark", "shown"), [(-1, "-1"), (float("nan"), "missing"), (None, "missing")]
)
def test_what_is_no_landmark_is_refused_in_words(landmark, shown):
    with pytest.raises(CallError, match=f"the landmark is {shown}; give a time after the start"):
        start_at(landmark, [1], [1])


def test_an_unknown_origin_and_an_empty_group_are_refused_in_words():
    with pytest.raises(CallError, match='"end" is neither landmark nor start'):
        start_at(1, [1], [1], origin="end")
    with pytest.raises(CallError, match="the group late is empty"):
        start_at(1, [], [], "late")
