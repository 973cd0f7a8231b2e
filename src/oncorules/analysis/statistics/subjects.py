"""The times and events of a group, refused with a sentence where no curve can be fitted to them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf

from oncorules.errors import CallError


def checked(
    times: Sequence[float], events: Sequence[bool | int], name: str = ""
) -> tuple[list[float], list[bool]]:
    """Return times and events that a curve can be fitted to, as Python's floats and booleans.

    Args:
        times: one per subject, from the start, in any unit.
        events: 1 or true for an event, 0 or false for a censored time.
        name: the group, for messages.

    Raises:
        CallError: `there are 2 times and 1 events`, `the group is empty: it has no curve`, `a time
            is -1; leave the subject out and say so` or `an event is 2; expected 1 for an event, 0
            for censored`.

    >>> checked([1, 2.5], [1, 0])
    ([1.0, 2.5], [True, False])
    """
    of = f" of {name}" if name else ""
    if len(times) != len(events):
        raise CallError(f"there are {len(times)} times{of} and {len(events)} events")
    if not len(times):
        raise CallError(f"the group{f' {name}' if name else ''} is empty: it has no curve")
    for time in times:
        if isinstance(time, str):
            raise CallError(f'a time{of} is the text "{time}"; expected a number')
        if time is None or time != time or time < 0 or isinf(time):
            shown = "missing" if time is None or time != time else f"{float(time):g}"
            raise CallError(f"a time{of} is {shown}; leave the subject out and say so")
    for event in events:
        if event not in (0, 1):
            raise CallError(f"an event{of} is {event!r}; expected 1 for an event, 0 for censored")
    return [float(time) for time in times], [bool(event) for event in events]
