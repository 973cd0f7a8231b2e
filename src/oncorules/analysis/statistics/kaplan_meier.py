"""Kaplan-Meier curves: survival, Greenwood's standard error, and who is at risk when.

lifelines fits; the fractions beside its floats decide what lies exactly at one half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oncorules.errors import CallError


@dataclass(frozen=True)
class Curve:
    """A fitted curve, one entry for each distinct time.

    Attributes:
        times: ascending, in the unit of the data.
        at_risk: just before the events of a time.
        events: at a time.
        censored: at a time, after its events.
        survival: after the events of a time, as fractions.
        error: Greenwood's standard error of the survival; None where it cannot be computed.
        reverse: censoring was taken for the event, as for the median follow-up.
    """

    times: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    censored: tuple[int, ...]
    survival: tuple[Fraction, ...]
    error: tuple[float | None, ...]
    reverse: bool = False

    @property
    def n(self) -> int:
        """How many were followed."""
        return self.at_risk[0]

    @property
    def method(self) -> str:
        """What was done, in words."""
        return "reverse Kaplan-Meier" if self.reverse else "Kaplan-Meier"

    def __str__(self) -> str:
        """Return the size of the curve in one line."""
        word = "censored" if self.reverse else "events"
        return f"{self.method}, n = {self.n}, {sum(self.events)} {word}"

    def survival_at(self, time: float) -> Fraction:
        """Return the survival after the events of a time."""
        before = [one for at, one in zip(self.times, self.survival, strict=True) if at <= time]
        return before[-1] if before else Fraction(1)


@dataclass(frozen=True)
class AtRisk:
    """Who stands below a plot at one tick: all but `at_risk` are counted before the tick."""

    tick: float
    at_risk: int
    events: int
    censored: int


def fit_survival(
    times: Sequence[float], events: Sequence[bool | int], *, reverse: bool = False, name: str = ""
) -> Curve:
    """Return the Kaplan-Meier curve of a group.

    Args:
        times: from the start, not negative.
        events: whether each time ends in an event; false or 0 is censored.
        reverse: take censoring for the event and an event for censoring.
        name: the group, for messages.

    Raises:
        CallError: the group is empty, a time is missing or negative, an event is no yes or no, or
            the two differ in length.

    >>> fit_survival([6, 6, 6, 6, 7], [1, 1, 1, 0, 1]).survival
    (Fraction(2, 5), Fraction(0, 1))
    """
    checked_times, checked_events = checked(times, events, name)
    happened = [not event for event in checked_events] if reverse else checked_events
    from lifelines import KaplanMeierFitter

    table = KaplanMeierFitter().fit(checked_times, happened).event_table
    table = table[table["removed"] > 0]
    moments = [float(time) for time in table.index]
    at_risk = [int(count) for count in table["at_risk"]]
    observed = [int(count) for count in table["observed"]]
    survival, error = [], []
    left, greenwood = Fraction(1), Fraction(0)
    for risk, count in zip(at_risk, observed, strict=True):
        left *= Fraction(risk - count, risk)
        if risk > count:
            greenwood += Fraction(count, risk * (risk - count))
        survival.append(left)
        error.append(float(left) * float(greenwood) ** 0.5 if left else None)
    return Curve(
        tuple(moments), tuple(at_risk), tuple(observed),
        tuple(int(count) for count in table["censored"]), tuple(survival), tuple(error), reverse,
    )  # fmt: skip


def count_at_risk(curve: Curve, ticks: Sequence[float]) -> list[AtRisk]:
    """Return who is at risk just before the events of each tick, and who left before it.

    lifelines counts after the events of a tick by default: 17 for 21 at week 6 of the
    6-mercaptopurine arm of Freireich's trial.
    """
    rows = []
    for tick in ticks:
        before = [place for place, time in enumerate(curve.times) if time < tick]
        events = sum(curve.events[place] for place in before)
        censored = sum(curve.censored[place] for place in before)
        rows.append(AtRisk(tick, curve.n - events - censored, events, censored))
    return rows


def checked(
    times: Sequence[float], events: Sequence[bool | int], name: str = ""
) -> tuple[list[float], list[bool]]:
    """Return times and events that a curve can be fitted to; the errors are those of a fit."""
    of = f" of {name}" if name else ""
    if len(times) != len(events):
        raise CallError(f"there are {len(times)} times{of} and {len(events)} events")
    if not len(times):
        raise CallError(f"the group{f' {name}' if name else ''} is empty: it has no curve")
    for time in times:
        if time is None or time != time or time < 0:
            shown = "missing" if time is None or time != time else f"{time:g}"
            raise CallError(f"a time{of} is {shown}; leave the subject out and say so")
    for event in events:
        if event not in (0, 1):
            raise CallError(f"an event{of} is {event!r}; expected 1 for an event, 0 for censored")
    return [float(time) for time in times], [bool(event) for event in events]
