"""Published against computed: distance in printed units, and a verdict for each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oncorules.analysis.agreement.evaluate import Evaluated, Evaluator
from oncorules.analysis.audit.audit import CONTRADICTS, Audited, audit
from oncorules.analysis.audit.repeated import reads_like
from oncorules.analysis.plan.outcome import NOT_REACHED, Outcome
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.printed import MINUS, round_half_up, shown

AGREES, WITHIN, DIFFERS = "agrees as printed", "within tolerance", "differs"
IN_PRINT, NOT_COMPUTABLE = "contradicts in print", "not computable"
VERDICTS = (DIFFERS, IN_PRINT, WITHIN, AGREES, NOT_COMPUTABLE)


@dataclass(frozen=True)
class Agreement:
    """A figure beside what was computed.

    Attributes:
        figure: as printed.
        computed: as it would be printed; None where nothing was computed.
        distance: in units of the last printed digit, after rounding.
        verdict: one of `VERDICTS`.
        note: method and convention, the reason of a tolerance, or why nothing was computed.
    """

    figure: Figure
    computed: str | None
    distance: Decimal | None
    verdict: str
    note: str


@dataclass(frozen=True)
class Agreements:
    """All figures of a paper beside what an export gives."""

    published: Published
    figures: tuple[Agreement, ...]

    def __iter__(self) -> Iterator[Agreement]:
        return iter(self.figures)

    def counts(self) -> dict[str, int]:
        """Return how many figures have each verdict."""
        return Counter(one.verdict for one in self)

    def agreeing(self) -> set[str]:
        """Return the ids of the figures that agree, as printed or within their tolerance."""
        return {one.figure.id for one in self if one.verdict in (AGREES, WITHIN)}

    def __str__(self) -> str:
        """Return one line per verdict."""
        found = self.counts()
        return "\n".join(f"{found.get(verdict, 0):5,} {verdict}" for verdict in VERDICTS)


def compare_figures(published: Published, outcomes: Mapping[str, Outcome]) -> Agreements:
    """Return each figure of a paper with its verdict.

    A figure is compared with what its analysis gave, or with what follows from what others gave;
    what is quoted or designed cannot come out of an export.

    Args:
        published: the figures.
        outcomes: what the analyses of the plan gave, by name.
    """
    audited = {one.figure.id: one for one in audit(published)}
    evaluator = Evaluator(published, outcomes)
    return Agreements(
        published,
        tuple(
            _compare(figure, evaluator.value_of(figure), audited[figure.id]) for figure in published
        ),
    )


def _compare(figure: Figure, found: Evaluated, audited: Audited) -> Agreement:
    contradicted = audited.verdict == CONTRADICTS
    if found.reason:
        if contradicted:
            return Agreement(figure, audited.computed, None, IN_PRINT, audited.note)
        return Agreement(figure, None, None, NOT_COMPUTABLE, found.reason)
    value = found.value
    if value is None:
        verdict = IN_PRINT if contradicted else DIFFERS
        return Agreement(figure, NOT_REACHED, None, verdict, found.note)
    printed = figure.printed
    text = shown(value, printed.decimals)
    if MINUS in printed.text:
        text = text.replace("-", MINUS)
    if printed.below and printed.shows(value):
        text = printed.text
    distance = abs(round_half_up(value, printed.decimals) - printed.value) / printed.unit
    if reads_like(figure, _decimal(value)):
        return Agreement(figure, text, Decimal(0), AGREES, found.note)
    if contradicted:
        return Agreement(figure, text, distance, IN_PRINT, f"{audited.note}; {found.note}")
    if figure.tolerance is not None and distance <= figure.tolerance.units:
        note = f"{figure.tolerance.reason}; {found.note}"
        return Agreement(figure, text, distance, WITHIN, note)
    return Agreement(figure, text, distance, DIFFERS, found.note)


def _decimal(value: Fraction | float | int) -> Decimal:
    exact = Fraction(value)
    return Decimal(exact.numerator) / Decimal(exact.denominator)
