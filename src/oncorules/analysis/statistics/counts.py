"""Counts and percentages with the denominator that was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
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
        percent = "NA" if self.percent is None else f"{float(self.percent):.1f}"
        return f"{self.count} ({percent} %) of {self.of} ({self.convention})"


def count_share(answers: Sequence[bool | None], unknown: Unknown) -> Share:
    """Return how many of a group have something.

    Args:
        answers: true, false, or None where it is not known.
        unknown: `in` leaves those in the denominator, `out` takes them out.

    >>> print(count_share([True, False, None, True], "out"))
    2 (66.7 %) of 3 (1 unknown left out of the denominator)
    """
    if unknown not in ("in", "out"):
        raise CallError(f'"{unknown}" is neither in nor out')
    missing = sum(answer is None for answer in answers)
    of = len(answers) if unknown == "in" else len(answers) - missing
    place = "in" if unknown == "in" else "left out of"
    words = f"{missing} unknown {place} the denominator"
    return Share(sum(answer is True for answer in answers), of, missing, words)
