"""Counts, quantiles and landmarks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.analysis.statistics.counts import count_share
from oncorules.analysis.statistics.landmark import start_at
from oncorules.analysis.statistics.quantiles import find_quantiles
from oncorules.errors import CallError


def test_the_unknown_are_in_the_denominator_or_out_of_it():
    answers = [True] * 25 + [False] * 139 + [None] * 4
    inside, outside = count_share(answers, "in"), count_share(answers, "out")
    assert (inside.count, inside.of, round(float(inside.percent), 1)) == (25, 168, 14.9)
    assert (outside.count, outside.of, round(float(outside.percent), 1)) == (25, 164, 15.2)
    assert "4 unknown left out of the denominator" in str(outside)
    assert count_share([None], "out").percent is None
    with pytest.raises(CallError, match='"maybe" is neither in nor out'):
        count_share([True], "maybe")


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=30))
def test_quartiles_are_those_of_numpy_by_either_rule(values):
    import numpy as np

    for rule, theirs in (("spss", "weibull"), ("r7", "linear")):
        found = find_quantiles(values, rule)
        expected = np.quantile(values, [0.25, 0.5, 0.75], method=theirs)
        assert [float(one) for one in (found.q1, found.median, found.q3)] == pytest.approx(expected)
        assert (found.low, found.high, found.n) == (min(values), max(values), len(values))


def test_quantiles_of_nothing_are_refused():
    with pytest.raises(CallError, match="the group is empty"):
        find_quantiles([])
    with pytest.raises(CallError, match="a value is missing"):
        find_quantiles([1, None])
    with pytest.raises(CallError, match='"r6" is no rule for quartiles; there are spss, r7'):
        find_quantiles([1], "r6")


def test_a_landmark_keeps_who_is_followed_beyond_it():
    found = start_at(18, [10, 18, 18.1, 40, 17], [1, 1, 0, 1, 0])
    assert found.kept == (2, 3)
    assert found.times == pytest.approx((0.1, 22))
    assert found.events == (False, True)
    assert (found.event_before, found.censored_before) == (2, 1)
    assert str(found) == "landmark at 18: 2 kept, 2 had the event and 1 were censored by then"
    with pytest.raises(CallError, match="the landmark is -1; give a time after the start"):
        start_at(-1, [1], [1])
