"""What a test of a figure is to do: pass, fail, be skipped, or fail as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from oncorules.analysis.agreement.baseline import drifted
from oncorules.analysis.agreement.compare import (
    AGREES,
    DIFFERS,
    IN_PRINT,
    NOT_COMPUTABLE,
    WITHIN,
    Agreement,
    Agreements,
)

Expectation = Literal["pass", "fail", "skip", "expected failure"]
GONE = "the study has no figure of this id any more"


@dataclass(frozen=True)
class Expected:
    """One figure as a test.

    Attributes:
        id: of the figure.
        does: what the test does.
        reason: why it does not pass, in a line.
        agreement: the figure beside what was computed; None of one that is gone.
    """

    id: str
    does: Expectation
    reason: str = ""
    agreement: Agreement | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what a failure says: printed, computed, distance, method, and where it stands."""
        one = self.agreement
        if one is None:
            return (f"{self.id}: {self.reason}",)
        distance = [] if one.distance is None else [f"{one.distance:f} in units of the last digit"]
        return (
            f"{self.id}: {self.reason or one.verdict}",
            f"printed   {one.figure.printed.text}",
            f"computed  {'nothing' if one.computed is None else one.computed}",
            *(f"distance  {text}" for text in distance),
            f"method    {one.note}",
            f"place     {one.figure.place}",
            f"file      {one.figure.place.line}",
        )


def expect(agreements: Agreements, baseline: set[str] | None = None) -> list[Expected]:
    """Return each figure of a paper as a test, then those of the baseline that are gone.

    A figure that agreed in the baseline must agree; with a baseline, one that differs and never
    agreed is an expected failure, as one that contradicts in print always is.

    Args:
        agreements: each figure with its verdict.
        baseline: ids of the figures that agreed before; None where nobody kept them.
    """
    lost = set(drifted(agreements, baseline or set()))
    figures = [_expected(one, one.figure.id in lost, baseline is not None) for one in agreements]
    return [*figures, *_gone(agreements, lost)]


def _gone(agreements: Agreements, lost: set[str]) -> Iterator[Expected]:
    for id in sorted(lost - set(agreements.published.figures)):
        yield Expected(id, "fail", f"it agreed in the baseline, and {GONE}")


def _expected(one: Agreement, lost: bool, kept: bool) -> Expected:
    id = one.figure.id
    if lost:
        return Expected(id, "fail", f"{one.verdict}, and agreed in the baseline", one)
    if one.verdict in (AGREES, WITHIN):
        return Expected(id, "pass", "", one)
    if one.verdict == NOT_COMPUTABLE:
        return Expected(id, "skip", one.note, one)
    if one.verdict == IN_PRINT:
        return Expected(id, "expected failure", f"{IN_PRINT}: {one.note}", one)
    if kept:
        return Expected(id, "expected failure", "it did not agree in the baseline", one)
    return Expected(id, "fail", DIFFERS, one)
