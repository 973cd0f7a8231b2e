"""Counts and percentages with the denominator that was meant, and rounding as papers round.

Python rounds a half to the even digit, and 12.25 is printed as 12.2; papers print 12.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Literal

from oncorules.errors import CallError

Unknown = Literal["in", "out"]


@dataclass(frozen=True)
class Share:
    """So many of a group.

    Attributes:
        count: who has it.
        of: the denominator.
        unknown: of how many it is not known.
        convention: whether those are in the denominator.
    """

    count: int
    of: int
    unknown: int
    convention: str
    method: str = "count and percentage"

    @property
    def n(self) -> int:
        """The denominator."""
        return self.of

    @property
    def percent(self) -> Fraction | None:
        """The percentage; None of an empty group."""
        return Fraction(100 * self.count, self.of) if self.of else None

    def __str__(self) -> str:
        """Return it in one line."""
        percent = "NA" if self.percent is None else f"{round_half_up(self.percent, 1)}"
        return f"{self.count} ({percent} %) of {self.of} ({self.convention})"


def count_share(answers: Sequence[bool | int | float | None], unknown: Unknown) -> Share:
    """Return how many of a group have something.

    Args:
        answers: one per subject: true or 1, false or 0, None or NaN where it is not known.
        unknown: `in` leaves those in the denominator, `out` takes them out.

    Raises:
        CallError: `"x" is neither in nor out`, or `an answer is 2; expected 1 for yes, 0 for no,
            None where it is not known`.

    Source: ours; papers use either denominator, often without a word.

    >>> print(count_share([True, False, None, True], "out"))
    2 (66.7 %) of 3 (1 unknown left out of the denominator)
    """
    if unknown not in ("in", "out"):
        raise CallError(f'"{unknown}" is neither in nor out')
    # NumPy's True is not Python's, so answers are compared, never looked at with `is`.
    known = [answer for answer in answers if answer is not None and answer == answer]
    for answer in known:
        if answer not in (0, 1):
            raise CallError(
                f"an answer is {answer!r}; expected 1 for yes, 0 for no, None where it is not known"
            )
    missing = len(answers) - len(known)
    of = len(answers) if unknown == "in" else len(known)
    place = "in" if unknown == "in" else "left out of"
    words = f"{missing} unknown {place} the denominator"
    return Share(sum(bool(answer) for answer in known), of, missing, words)


def round_half_up(value: Fraction | Decimal | float | int, decimals: int) -> Decimal:
    """Return a value rounded to so many decimals, a half away from zero.

    Args:
        value: exact; a float is taken for the binary fraction that it is, and 0.15 lies below 0.15.
        decimals: digits behind the point; negative ones round to tens, hundreds, ...

    >>> round_half_up(Fraction(1, 8), 2), round_half_up(Decimal("0.005"), 2)
    (Decimal('0.13'), Decimal('0.01'))
    >>> round_half_up(12.25, 1), round_half_up(-12.25, 1)
    (Decimal('12.3'), Decimal('-12.3'))
    """
    scaled = Fraction(value) * Fraction(10) ** decimals
    whole = floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
    return Decimal(whole).scaleb(-decimals)
