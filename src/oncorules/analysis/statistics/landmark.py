"""Landmark comparisons: only who is still followed at a time is compared from then on.

Who is retreated has lived until then, so a comparison from the first treatment favours the
retreated (guarantee-time bias); a landmark gives both groups the same start.
Source: Anderson, Cain and Gelber, Journal of Clinical Oncology 1983;1:710-719.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from oncorules.analysis.statistics.subjects import checked
from oncorules.errors import CallError

Origin = Literal["landmark", "start"]


@dataclass(frozen=True)
class Landmark:
    """Those who are compared from a landmark.

    Attributes:
        at: the landmark.
        kept: positions of those who are still followed.
        times: their times, from the origin.
        events: whether each ends in an event.
        event_before: how many had the event by the landmark.
        censored_before: how many were censored by the landmark.
        origin: where their times are counted from.
        method: how they were chosen.
    """

    at: float
    kept: tuple[int, ...]
    times: tuple[float, ...]
    events: tuple[bool, ...]
    event_before: int
    censored_before: int
    origin: Origin = "landmark"
    method: str = "landmark"

    @property
    def n(self) -> int:
        """How many are kept."""
        return len(self.kept)

    @property
    def convention(self) -> str:
        """Who is kept, and where their times are counted from."""
        return f"followed beyond the landmark, times from the {self.origin}"

    def __str__(self) -> str:
        """Return who is kept in one line."""
        return (
            f"landmark at {self.at:g}: {len(self.kept)} kept, {self.event_before} had the event "
            f"and {self.censored_before} were censored by then"
        )


def start_at(
    landmark: float,
    times: Sequence[float],
    events: Sequence[bool | int],
    name: str = "",
    *,
    origin: Origin = "landmark",
) -> Landmark:
    """Return those who are followed beyond a landmark; a time that equals it is not beyond it.

    Args:
        landmark: in the unit of the times.
        times: one per subject, from the start.
        events: whether each time ends in an event.
        name: the group, for messages.
        origin: count the times of those who are kept from the landmark, or as before from the
            start. No event lies before the landmark then, so survival stays 1 up to it.

    Raises:
        CallError: `the landmark is -1; give a time after the start`, `"x" is neither landmark nor
            start`, or times and events cannot be used.

    >>> print(start_at(18, [10, 18, 20, 40], [1, 0, 0, 1]))
    landmark at 18: 2 kept, 1 had the event and 1 were censored by then
    """
    if landmark is None or not landmark >= 0:
        shown = "missing" if landmark is None or landmark != landmark else f"{landmark:g}"
        raise CallError(f"the landmark is {shown}; give a time after the start")
    if origin not in ("landmark", "start"):
        raise CallError(f'"{origin}" is neither landmark nor start')
    found, happened = checked(times, events, name)
    kept = [place for place, time in enumerate(found) if time > landmark]
    gone = [happened[place] for place, time in enumerate(found) if time <= landmark]
    passed = landmark if origin == "landmark" else 0
    return Landmark(
        landmark, tuple(kept), tuple(found[place] - passed for place in kept),
        tuple(happened[place] for place in kept), sum(gone), len(gone) - sum(gone), origin,
    )  # fmt: skip
