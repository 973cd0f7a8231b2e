"""The median of a curve with its interval, in each of the forms that papers print.

- spss: median ± z SE with SE = Greenwood's SE of S at the median / f, f = (S(u) - S(l)) / (l - u),
  u the last event time with S >= 0.55, l the first one with S <= 0.45; not clipped at 0.
- plain, log, log-log: Brookmeyer and Crowley, the times at which the interval of S on that scale
  contains one half; R's survfit takes log, SAS and lifelines log-log. As in R, survival of 0 has no
  interval, so limits that the curve reaches only with its last subject are not reached.

Source of the first: the SPSS algorithms document ("KM Analysis") as quoted in answers on statistics
sites; it could not be opened. Of the others: Brookmeyer and Crowley, Biometrics 1982;38:29-41.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import Literal

from oncorules.analysis.statistics.confidence import errors_of, told
from oncorules.analysis.statistics.kaplan_meier import Curve
from oncorules.errors import CallError

Interval = Literal["spss", "plain", "log", "log-log"]
Flat = Literal["left", "midpoint"]
HALF = Fraction(1, 2)
UPPER, LOWER = Fraction(55, 100), Fraction(45, 100)


@dataclass(frozen=True)
class Median:
    """A median with its interval; what is not reached is None.

    Attributes:
        method: how the curve was fitted.
        convention: the form of the interval, and what is taken where the curve is flat at a half.
        n: how many were followed.
        events: how many had the event.
        value: the median.
        low: the lower limit.
        high: the upper limit.
        error: the standard error of the median, in the form `spss`.
    """

    method: str
    convention: str
    n: int
    events: int
    value: float | None
    low: float | None
    high: float | None
    error: float | None = None

    def __str__(self) -> str:
        """Return the median in one line."""
        low, high = ("NA" if end is None else f"{end:.3f}" for end in (self.low, self.high))
        value = "not reached" if self.value is None else f"{self.value:.3f}"
        return f"{value} ({low} to {high}), n = {self.n}, {self.events} events ({self.convention})"


def find_median(
    curve: Curve, *, interval: Interval = "log", flat: Flat = "left", level: float = 0.95
) -> Median:
    """Return the median of a curve with its interval.

    Args:
        curve: as fitted.
        interval: the form of the interval.
        flat: what to take where survival is exactly one half for a while: the left end (SPSS,
            lifelines) or the midpoint (R, SAS). It holds for the limits of plain, log and log-log.
        level: of confidence.

    Raises:
        CallError: `the level of confidence is 95; give one between 0 and 1`, `"x" is not spss,
            plain, log or log-log` or `"x" is neither left nor midpoint`.

    >>> from oncorules.analysis.statistics.kaplan_meier import fit_survival
    >>> print(find_median(fit_survival([1, 2, 3, 4, 5], [1, 1, 1, 1, 0])))
    3.000 (2.000 to NA), n = 5, 4 events (interval log, left end where flat)
    """
    z = errors_of(level)
    if flat not in ("left", "midpoint"):
        raise CallError(f'"{flat}" is neither left nor midpoint')
    value = _quantile(curve, [float(one - HALF) for one in curve.survival], flat)
    error = None
    if interval == "spss":
        low, high, error = _normal(curve, value, z)
    elif interval in SCALES:
        low, high = _inverted(curve, SCALES[interval], z, flat)
    else:
        raise CallError(f'"{interval}" is not spss, plain, log or log-log')
    words = f"interval {interval}, {'left end' if flat == 'left' else flat} where flat{told(level)}"
    return Median(curve.method, words, curve.n, sum(curve.events), value, low, high, error)


def _normal(
    curve: Curve, median: float | None, z: float
) -> tuple[float | None, float | None, float | None]:
    happened = [place for place, count in enumerate(curve.events) if count]
    above = [place for place in happened if curve.survival[place] >= UPPER]
    below = [place for place in happened if curve.survival[place] <= LOWER]
    at = next((place for place in happened if curve.survival[place] <= HALF), None)
    if median is None or at is None or not above or not below or curve.error[at] is None:
        return None, None, None
    u, low = above[-1], below[0]
    density = float(curve.survival[u] - curve.survival[low]) / (curve.times[low] - curve.times[u])
    error = float(curve.error[at] or 0.0) / density
    return median - z * error, median + z * error, error


def _quantile(curve: Curve, distance: list[float], flat: Flat) -> float | None:
    """Return the first time at which a falling curve is at or below a line, None if never."""
    for place, one in enumerate(distance):
        if one > 0:
            continue
        if one == 0 and flat == "midpoint":
            later = [at for at in range(place + 1, len(distance)) if distance[at] < 0]
            if later:
                return (curve.times[place] + curve.times[later[0]]) / 2
        return curve.times[place]
    return None


Scale = tuple[Callable[[float], float], Callable[[float], float]]
SCALES: dict[str, Scale] = {
    # g(S), and the standard error of g(S) per standard error of S
    "plain": (lambda s: s, lambda s: 1.0),
    "log": (lambda s: log(s), lambda s: 1 / s),
    "log-log": (lambda s: log(-log(s)), lambda s: -1 / (s * log(s))),
}


def _inverted(
    curve: Curve, scale: Scale, z: float, flat: Flat
) -> tuple[float | None, float | None]:
    """Return the times at which the lower and the upper limit of S cross one half."""
    transform, slope = scale
    lower: list[float] = []
    upper: list[float] = []
    half = transform(0.5)
    falling = transform(0.9) < transform(0.1)  # log(-log S) rises while S falls
    for survival, error in zip(curve.survival, curve.error, strict=True):
        s = float(survival)
        if error is None or s <= 0:  # no interval: neither limit crosses here
            lower.append(1.0)
            upper.append(1.0)
            continue
        if s >= 1:
            lower.append(1.0)
            upper.append(1.0)
            continue
        width = z * error * abs(slope(s))
        ends = (transform(s) - width, transform(s) + width)
        if falling:
            ends = (-ends[1], -ends[0])
        line = -half if falling else half
        lower.append(ends[0] - line)
        upper.append(ends[1] - line)
    return _quantile(curve, lower, flat), _quantile(curve, upper, flat)
