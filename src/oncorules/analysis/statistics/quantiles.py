"""Median, range and quartiles, by the rule that a paper used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from oncorules.errors import CallError

Rule = Literal["spss", "r7"]
RULES: dict[Rule, str] = {
    "spss": "weighted average at (n + 1) p (SPSS)",
    "r7": "linear at 1 + (n - 1) p (R type 7, pandas, numpy)",
}


@dataclass(frozen=True)
class Quantiles:
    """Median, quartiles and range of a group; exact fractions of the values given."""

    n: int
    median: Fraction
    q1: Fraction
    q3: Fraction
    low: Fraction
    high: Fraction
    convention: str
    method: str = "median, quartiles, range"

    def __str__(self) -> str:
        """Return them in one line."""
        median, q1, q3, low, high = (
            f"{float(one):g}" for one in (self.median, self.q1, self.q3, self.low, self.high)
        )
        return f"{median} ({q1} to {q3}; {low} to {high}), n = {self.n} ({self.convention})"


def find_quantiles(values: Sequence[float | int | Decimal], rule: Rule = "spss") -> Quantiles:
    """Return median, quartiles and range.

    Args:
        values: at least one, in any unit; the missing are left out by the caller, who says so.
        rule: how quartiles between two values are found.

    Raises:
        CallError: `the group is empty: it has no median`, `a value is missing; leave it out and say
            so`, `a value is inf; a range takes numbers` or `"x" is no rule for quartiles; there are
            spss, r7`.

    Source: SPSS, HAVERAGE; Hyndman and Fan, American Statistician 1996;50:361-365, types 6 and 7.

    >>> print(find_quantiles([1, 2, 3, 4]))
    2.5 (1.25 to 3.75; 1 to 4), n = 4 (weighted average at (n + 1) p (SPSS))
    """
    if rule not in RULES:
        raise CallError(f'"{rule}" is no rule for quartiles; there are {", ".join(RULES)}')
    if not len(values):
        raise CallError("the group is empty: it has no median")
    if any(value is None or value != value for value in values):
        raise CallError("a value is missing; leave it out and say so")
    for value in values:
        if value in (float("inf"), -float("inf")):
            raise CallError(f"a value is {value}; a range takes numbers")
    # NumPy's numbers become Python's: its integers overflow, and a float32 makes no fraction.
    plain = values.tolist() if hasattr(values, "tolist") else values
    ordered = sorted(Fraction(value) for value in plain)
    median, q1, q3 = (_at(ordered, Fraction(part, 4), rule) for part in (2, 1, 3))
    return Quantiles(len(ordered), median, q1, q3, ordered[0], ordered[-1], RULES[rule])


def _at(ordered: Sequence[Fraction], p: Fraction, rule: Rule) -> Fraction:
    n = len(ordered)
    place = (n + 1) * p if rule == "spss" else 1 + (n - 1) * p
    place = min(max(place, Fraction(1)), Fraction(n))  # the weights of SPSS end at the values
    below = int(place)
    above = min(below + 1, n)
    return ordered[below - 1] + (place - below) * (ordered[above - 1] - ordered[below - 1])
