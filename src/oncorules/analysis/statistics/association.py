"""Tests of association: Fisher, chi-squared, Spearman.

scipy does the arithmetic; it is imported by the call that needs it.
Source of the choices: Agresti, Categorical Data Analysis, 2002, 3.2 and 3.5; Spearman's p by t is
that of SPSS and SAS, and R's for values that are equal.
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
        CallError: `the table needs 2 rows of 2 counts`, `a count is negative` or `a count is 2.5;
            expected a whole number`.

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
        correction: Yates' continuity correction, which only a 2 by 2 table has.

    Raises:
        CallError: `a chi-squared test needs at least two rows and two columns`, `a row or a column
            of the table has no counts; leave it out`, `the table needs rows of equal length` or
            `Yates' correction is one of a table of two rows and two columns`.

    >>> found = chi_squared([[8, 2], [1, 5]])
    >>> round(found.statistic, 3), found.df, round(found.p, 4)
    (6.112, 1, 0.0134)
    """
    from scipy import stats

    counts = _counts(table)
    if len(counts) < 2 or len(counts[0]) < 2:
        raise CallError("a chi-squared test needs at least two rows and two columns")
    if not all(map(sum, counts)) or not all(map(sum, zip(*counts, strict=True))):
        raise CallError("a row or a column of the table has no counts; leave it out")
    if correction and (len(counts), len(counts[0])) != (2, 2):
        raise CallError("Yates' correction is one of a table of two rows and two columns")
    found = stats.chi2_contingency(counts, correction=correction)
    words = "with Yates' correction" if correction else "without continuity correction"
    n = sum(map(sum, counts))
    return Association(
        "Pearson's chi-squared test", words, n, float(found.statistic), int(found.dof),
        float(found.pvalue),
    )  # fmt: skip


def chi_squared_p(statistic: float, df: int) -> float:
    """Return the p value of a chi-squared statistic.

    Raises:
        CallError: `chi-squared with 0 degrees of freedom has no p value` or `chi-squared cannot be
            -1`.

    >>> round(chi_squared_p(3.841, 1), 3)
    0.05
    """
    from scipy import stats

    if df < 1:
        raise CallError(f"chi-squared with {df} degrees of freedom has no p value")
    if not statistic >= 0:
        raise CallError(f"chi-squared cannot be {statistic:g}")
    return float(stats.chi2.sf(statistic, df))


def spearman(first: Sequence[float], second: Sequence[float]) -> Association:
    """Return Spearman's rank correlation; equal values share the mean of their ranks.

    Args:
        first: one value of each pair.
        second: the other value of each pair.

    Raises:
        CallError: `2 and 1 values make no pairs`, `a value of a pair is missing; leave the pair out
            and say so`, `a correlation needs values that differ` or `a correlation of 2 pairs has
            no p value; it takes at least 3`.

    >>> round(spearman([1, 2, 3, 4], [1, 3, 2, 4]).p, 3)
    0.2
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

    Raises:
        CallError: `a correlation of 2 pairs has no p value; it takes at least 3` or `a correlation
            is between -1 and 1, not 1.2`.

    >>> round(spearman_p(0.5, 20), 4)
    0.0248
    """
    from scipy import stats

    if n < 3:
        raise CallError(f"a correlation of {n} pairs has no p value; it takes at least 3")
    if not abs(rho) <= 1 + 1e-9:
        raise CallError(f"a correlation is between -1 and 1, not {rho:g}")
    if abs(rho) >= 1:
        return 0.0
    t = rho * ((n - 2) / (1 - rho * rho)) ** 0.5
    return float(2 * stats.t.sf(abs(t), n - 2))


def _counts(
    table: Sequence[Sequence[int]], shape: tuple[int, int] | None = None
) -> list[list[int]]:
    counts = [list(row) for row in table]
    widths = {len(row) for row in counts}
    if len(widths) != 1 or (shape is not None and (len(counts), *widths) != shape):
        wanted = f"{shape[0]} rows of {shape[1]} counts" if shape else "rows of equal length"
        raise CallError(f"the table needs {wanted}")
    for count in (count for row in counts for count in row):
        if count is None or count != count:
            raise CallError("a count is missing")
        if count != int(count):
            raise CallError(f"a count is {count}; expected a whole number")
    if any(count < 0 for row in counts for count in row):
        raise CallError("a count is negative")
    return [[int(count) for count in row] for row in counts]
