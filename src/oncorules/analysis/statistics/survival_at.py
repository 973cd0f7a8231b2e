"""Survival at a time, such as two years, with its interval in the forms that R prints.

Sources: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2002, 1.4; the
limits of R's survfit, which ends them at 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp, log
from typing import Literal

from oncorules.analysis.statistics.confidence import errors_of, told
from oncorules.analysis.statistics.kaplan_meier import Curve, count_at_risk
from oncorules.errors import CallError

Scale = Literal["plain", "log", "log-log"]


@dataclass(frozen=True)
class SurvivalAt:
    """Survival at a time; None where it is not known.

    Attributes:
        time: in the unit of the data.
        value: the survival after the events of the time, as a fraction.
        error: Greenwood's standard error.
        low: the lower limit.
        high: the upper limit.
        at_risk: how many are at risk just before the events of the time.
        n: how many were followed.
        method: how the curve was fitted.
        convention: the form of the interval.
    """

    time: float
    value: Fraction | None
    error: float | None
    low: float | None
    high: float | None
    at_risk: int
    n: int
    method: str
    convention: str

    def __str__(self) -> str:
        """Return it in one line."""
        value, low, high = (
            "NA" if one is None else f"{float(one):.3f}"
            for one in (self.value, self.low, self.high)
        )
        return (
            f"{value} ({low} to {high}) at {self.time:g}, {self.at_risk} of {self.n} at risk "
            f"({self.convention})"
        )


def find_survival(
    curve: Curve, time: float, *, interval: Scale = "log", level: float = 0.95
) -> SurvivalAt:
    """Return the survival at a time with its interval.

    Args:
        curve: as fitted.
        time: in the unit of the curve. After the last time of a curve that ends above 0 nobody is
            followed, and survival is not known.
        interval: the scale on which the limits are worked out.
        level: of confidence.

    Raises:
        CallError: `the time is -1; give one from the start on`, `"x" is not plain, log or log-log`
            or `the level of confidence is 95; give one between 0 and 1`.

    >>> from oncorules.analysis.statistics.kaplan_meier import fit_survival
    >>> print(find_survival(fit_survival([1, 2, 3, 4, 5], [1, 1, 1, 1, 0]), 2))
    0.600 (0.293 to 1.000) at 2, 4 of 5 at risk (interval log)
    """
    if time is None or not time >= 0:
        raise CallError(f"the time is {time}; give one from the start on")
    z = errors_of(level)
    if interval not in ("plain", "log", "log-log"):
        raise CallError(f'"{interval}" is not plain, log or log-log')
    words = f"interval {interval}{told(level)}"
    value: Fraction | None = Fraction(1)
    error: float | None = 0.0
    for at, survival, its_error in zip(curve.times, curve.survival, curve.error, strict=True):
        if at <= time:
            value, error = survival, its_error
    if time > curve.times[-1] and value:
        value = error = None
    low, high = _limits(float(value or 0), error, interval, z)
    at_risk = count_at_risk(curve, [time])[0].at_risk
    return SurvivalAt(time, value, error, low, high, at_risk, curve.n, curve.method, words)


def _limits(
    s: float, error: float | None, interval: Scale, z: float
) -> tuple[float | None, float | None]:
    if error is None or s <= 0 or (interval == "log-log" and s >= 1):
        return None, None  # R: the logarithm has no value there
    width = z * error
    if interval == "plain":
        low, high = s - width, s + width
    elif interval == "log":
        low, high = s * exp(-width / s), s * exp(width / s)
    else:
        power = width / (s * log(s))  # below 0, so the first power makes the lower limit
        low, high = s ** exp(-power), s ** exp(power)
    return max(low, 0.0), min(high, 1.0)
