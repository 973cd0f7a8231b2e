"""Kaplan-Meier curves: survival, Greenwood's standard error, and who is at risk when.

lifelines counts who is at risk, has the event and is censored at each time; the fractions made of
its counts decide what lies exactly at one half, which its floats cannot.
Sources: Kaplan and Meier, JASA 1958;53:457-481; Greenwood's variance S^2 sum d / (n (n - d)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oncorules.analysis.statistics.subjects import checked
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

    @property
    def convention(self) -> str:
        """Which standard error, and who stands first where an event and censoring share a time."""
        return "Greenwood's standard error, at risk just before the events of a time"

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
    """Who stands below a plot at one tick.

    Attributes:
        tick: in the unit of the data.
        at_risk: just before the events of the tick: whose time is the tick or later.
        events: before the tick, from the start on; those of the tick are not among them.
        censored: before the tick, from the start on; so the three add up to the group.
    """

    tick: float
    at_risk: int
    events: int
    censored: int

    def __str__(self) -> str:
        """Return them in one line."""
        return (
            f"{self.at_risk} at risk at {self.tick:g}, {self.events} events and {self.censored} "
            "censored before"
        )


def fit_survival(
    times: Sequence[float], events: Sequence[bool | int], *, reverse: bool = False, name: str = ""
) -> Curve:
    """Return the Kaplan-Meier curve of a group.

    Args:
        times: one per subject, from the start, in any unit, not negative.
        events: whether each time ends in an event; false or 0 is censored.
        reverse: take censoring for the event and an event for censoring.
        name: the group, for messages.

    Raises:
        CallError: `the group is empty: it has no curve`, `there are 2 times and 1 events`, `a time
            is -1; leave the subject out and say so` or `an event is 2; expected 1 for an event, 0
            for censored`.

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

    Args:
        curve: as fitted; of a reverse curve, censoring is the event.
        ticks: in the unit of the curve, in any order.

    Raises:
        CallError: `a tick is missing`.

    >>> print(count_at_risk(fit_survival([6, 6, 6, 6, 7], [1, 1, 1, 0, 1]), [6])[0])
    5 at risk at 6, 0 events and 0 censored before
    """
    rows = []
    for tick in ticks:
        if tick is None or tick != tick:
            raise CallError("a tick is missing")
        before = [place for place, time in enumerate(curve.times) if time < tick]
        events = sum(curve.events[place] for place in before)
        censored = sum(curve.censored[place] for place in before)
        rows.append(AtRisk(tick, curve.n - events - censored, events, censored))
    return rows
