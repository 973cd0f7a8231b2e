"""Tests of association: Fisher, chi-squared, McNemar, Spearman, and exact binomial intervals.

scipy does the arithmetic; it is imported by the call that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oncorules.errors import CallError


@dataclass(frozen=True)
class Association:
    """The answer of a test.

    Attributes:
        method: which test.
        convention: how it was computed where there is a choice.
        n: of how many.
        statistic: the statistic, where the test has one.
        df: its degrees of freedom.
        p: two-sided.
    """

    method: str
    convention: str
    n: int
    statistic: float | None
    df: int | None
    p: float

    def __str__(self) -> str:
        """Return the answer in one line."""
        parts = [f"{self.method}, n = {self.n}"]
        if self.statistic is not None:
            parts.append(f"statistic {self.statistic:.3f}")
        if self.df is not None:
            parts.append(f"df {self.df}")
        return ", ".join([*parts, f"p = {self.p:.4f}"]) + f" ({self.convention})"


def fisher_exact(table: Sequence[Sequence[int]]) -> Association:
    """Return Fisher's exact test of a 2 by 2 table of counts.

    Args:
        table: two rows of two counts.

    Raises:
        CallError: the table has another shape, or a count is negative.

    >>> round(fisher_exact([[8, 2], [1, 5]]).p, 5)
    0.03497
    """
    from scipy import stats

    counts = _counts(table, (2, 2))
    p = float(stats.fisher_exact(counts).pvalue)
    n = sum(map(sum, counts))
    return Association("Fisher's exact test", "two-sided", n, None, None, p)


def chi_squared(table: Sequence[Sequence[int]], *, correction: bool = False) -> Association:
    """Return Pearson's chi-squared test of a table of counts.

    Args:
        table: rows of counts.
        correction: Yates' continuity correction, for a 2 by 2 table.

    Raises:
        CallError: a row or column has no count above zero, or the rows differ in length.
    """
    from scipy import stats

    counts = _counts(table)
    if len(counts) < 2 or len(counts[0]) < 2:
        raise CallError("a chi-squared test needs at least two rows and two columns")
    if not all(map(sum, counts)) or not all(map(sum, zip(*counts, strict=True))):
        raise CallError("a row or a column of the table has no counts; leave it out")
    found = stats.chi2_contingency(counts, correction=correction)
    words = "with Yates' correction" if correction else "without continuity correction"
    n = sum(map(sum, counts))
    return Association(
        "Pearson's chi-squared test", words, n, float(found.statistic), int(found.dof),
        float(found.pvalue),
    )  # fmt: skip


def chi_squared_p(statistic: float, df: int) -> float:
    """Return the p value of a chi-squared statistic.

    >>> round(chi_squared_p(3.841, 1), 3)
    0.05
    """
    from scipy import stats

    if df < 1:
        raise CallError(f"chi-squared with {df} degrees of freedom has no p value")
    return float(stats.chi2.sf(statistic, df))


def mcnemar_exact(only_first: int, only_second: int) -> Association:
    """Return McNemar's exact test of paired yes-or-no answers.

    Args:
        only_first: pairs with yes in the first answer alone.
        only_second: pairs with yes in the second answer alone.
    """
    from scipy import stats

    n = only_first + only_second
    if min(only_first, only_second) < 0:
        raise CallError("the number of pairs cannot be negative")
    p = float(stats.binomtest(only_first, n).pvalue) if n else 1.0
    return Association("McNemar's test", "exact, two-sided, of the unequal pairs", n, None, None, p)


def spearman(first: Sequence[float], second: Sequence[float]) -> Association:
    """Return Spearman's rank correlation; equal values share the mean of their ranks.

    Raises:
        CallError: the sequences differ in length, have fewer than three pairs or a missing value,
            or one of them does not vary.
    """
    from scipy import stats

    if len(first) != len(second):
        raise CallError(f"{len(first)} and {len(second)} values make no pairs")
    if any(value is None or value != value for value in (*first, *second)):
        raise CallError("a value of a pair is missing; leave the pair out and say so")
    if len(set(first)) < 2 or len(set(second)) < 2:
        raise CallError("a correlation needs values that differ")
    rho = float(stats.spearmanr(first, second).statistic)
    words = "p from t with n - 2 degrees of freedom"
    p = spearman_p(rho, len(first))
    return Association("Spearman's rank correlation", words, len(first), rho, len(first) - 2, p)


def spearman_p(rho: float, n: int) -> float:
    """Return the two-sided p value of a rank correlation of n pairs (t approximation).

    >>> round(spearman_p(0.5, 20), 4)
    0.0248
    """
    from scipy import stats

    if n < 3:
        raise CallError(f"a correlation of {n} pairs has no p value; it takes at least 3")
    if abs(rho) >= 1:
        return 0.0
    t = rho * ((n - 2) / (1 - rho * rho)) ** 0.5
    return float(2 * stats.t.sf(abs(t), n - 2))


def binomial_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a proportion.

    Args:
        count: how many of n.
        n: at least 1.
        level: of confidence.

    >>> [round(end, 4) for end in binomial_interval(0, 10)]
    [0.0, 0.3085]
    """
    from scipy import stats

    if not 0 <= count <= n or n < 1:
        raise CallError(f"{count} of {n} is no proportion")
    found = stats.binomtest(count, n).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def _counts(
    table: Sequence[Sequence[int]], shape: tuple[int, int] | None = None
) -> list[list[int]]:
    counts = [list(row) for row in table]
    widths = {len(row) for row in counts}
    if len(widths) != 1 or (shape is not None and (len(counts), *widths) != shape):
        wanted = f"{shape[0]} rows of {shape[1]} counts" if shape else "rows of equal length"
        raise CallError(f"the table needs {wanted}")
    if any(count < 0 for row in counts for count in row):
        raise CallError("a count is negative")
    return counts
