"""Exact answers of the binomial distribution: the interval of a proportion, and McNemar's test.

Sources: Clopper and Pearson, Biometrika 1934;26:404-413; Agresti, Categorical Data Analysis, 2002,
10.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oncorules.analysis.statistics.association import Association
from oncorules.analysis.statistics.confidence import checked_level, told
from oncorules.errors import CallError


@dataclass(frozen=True)
class Proportion:
    """A proportion with its interval.

    Attributes:
        count: how many.
        n: of how many.
        low: the lower limit, from 0 to 1.
        high: the upper limit, from 0 to 1.
        convention: the form of the interval.
        method: what was done.
    """

    count: int
    n: int
    low: float
    high: float
    convention: str
    method: str = "proportion"

    @property
    def value(self) -> Fraction:
        """The proportion."""
        return Fraction(self.count, self.n)

    def __str__(self) -> str:
        """Return it in one line."""
        return (
            f"{self.count} of {self.n}, {float(self.value):.3f} ({self.low:.3f} to "
            f"{self.high:.3f}; {self.convention})"
        )


def binomial_interval(count: int, n: int, level: float = 0.95) -> Proportion:
    """Return a proportion with its exact (Clopper-Pearson) interval.

    Args:
        count: how many of n.
        n: at least 1.
        level: of confidence.

    Raises:
        CallError: `3 of 2 is no proportion` or `the level of confidence is 95; give one between 0
            and 1`.

    >>> print(binomial_interval(0, 10))
    0 of 10, 0.000 (0.000 to 0.308; exact (Clopper-Pearson))
    """
    from scipy import stats

    checked_level(level)
    if not 0 <= count <= n or n < 1 or count != int(count) or n != int(n):
        raise CallError(f"{count} of {n} is no proportion")
    found = stats.binomtest(int(count), int(n)).proportion_ci(level, method="exact")
    words = f"exact (Clopper-Pearson){told(level)}"
    return Proportion(int(count), int(n), float(found.low), float(found.high), words)


def mcnemar_exact(only_first: int, only_second: int) -> Association:
    """Return McNemar's exact test of paired yes-or-no answers.

    Args:
        only_first: pairs with yes in the first answer alone.
        only_second: pairs with yes in the second answer alone.

    Raises:
        CallError: `the number of pairs cannot be negative`.

    >>> print(mcnemar_exact(1, 8))
    McNemar's test, n = 9, p = 0.0391 (exact, two-sided, of the unequal pairs)
    """
    from scipy import stats

    n = only_first + only_second
    if min(only_first, only_second) < 0:
        raise CallError("the number of pairs cannot be negative")
    p = float(stats.binomtest(only_first, n).pvalue) if n else 1.0
    return Association("McNemar's test", "exact, two-sided, of the unequal pairs", n, None, None, p)
