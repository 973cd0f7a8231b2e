"""Landmark comparisons: only who is still followed at a time is compared from then on.

Who is retreated has lived until then, so a comparison from the first treatment favours the
retreated (guarantee-time bias); a landmark gives both groups the same start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oncorules.analysis.statistics.subjects import checked
from oncorules.errors import CallError


@dataclass(frozen=True)
class Landmark:
    """Those who are compared from a landmark.

    Attributes:
        at: the landmark.
        kept: positions of those who are still followed.
        times: their times from the landmark.
        events: whether each ends in an event.
        event_before: how many had the event by the landmark.
        censored_before: how many were censored by the landmark.
    """

    at: float
    kept: tuple[int, ...]
    times: tuple[float, ...]
    events: tuple[bool, ...]
    event_before: int
    censored_before: int

    def __str__(self) -> str:
        """Return who is kept in one line."""
        return (
            f"landmark at {self.at:g}: {len(self.kept)} kept, {self.event_before} had the event "
            f"and {self.censored_before} were censored by then"
        )


def start_at(
    landmark: float, times: Sequence[float], events: Sequence[bool | int], name: str = ""
) -> Landmark:
    """Return those whose time is longer than a landmark, counted from it.

    Raises:
        CallError: the landmark is negative, or times and events cannot be used.
    """
    if landmark < 0:
        raise CallError(f"the landmark is {landmark:g}; give a time after the start")
    found, happened = checked(times, events, name)
    kept = [place for place, time in enumerate(found) if time > landmark]
    gone = [happened[place] for place, time in enumerate(found) if time <= landmark]
    return Landmark(
        landmark, tuple(kept), tuple(found[place] - landmark for place in kept),
        tuple(happened[place] for place in kept), sum(gone), len(gone) - sum(gone),
    )  # fmt: skip
