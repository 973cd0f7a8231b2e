"""Landmarks: who is kept, who is left out and why."""

from __future__ import annotations

import pytest

from oncorules.analysis.statistics.landmark import start_at
from oncorules.errors import CallError


def test_a_landmark_keeps_who_is_followed_beyond_it():
    found = start_at(18, [10, 18, 18.1, 40, 17], [1, 1, 0, 1, 0])
    assert found.kept == (2, 3)
    assert found.times == pytest.approx((0.1, 22))
    assert found.events == (False, True)
    assert (found.event_before, found.censored_before) == (2, 1)
    assert str(found) == "landmark at 18: 2 kept, 2 had the event and 1 were censored by then"
    with pytest.raises(CallError, match="the landmark is -1; give a time after the start"):
        start_at(-1, [1], [1])
