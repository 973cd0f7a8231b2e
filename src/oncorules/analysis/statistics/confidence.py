"""The level of confidence of an interval."""

from __future__ import annotations

from statistics import NormalDist

from oncorules.errors import CallError


def checked_level(level: float) -> float:
    """Return a level of confidence that is one.

    Raises:
        CallError: `the level of confidence is 95; give one between 0 and 1`.
    """
    if not 0 < level < 1:
        raise CallError(f"the level of confidence is {level}; give one between 0 and 1")
    return level


def errors_of(level: float) -> float:
    """Return how many standard errors a two-sided interval reaches to each side.

    >>> round(errors_of(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + checked_level(level) / 2)


def told(level: float) -> str:
    """Return the words for a level, which are none for the usual 0.95.

    >>> told(0.95), told(0.9)
    ('', ', level 0.9')
    """
    return "" if level == 0.95 else f", level {level:g}"
