"""Published against computed: distance in printed units, and a verdict for each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from oncorules.analysis.audit.audit import CONTRADICTS, Audited, audit
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.printed import round_half_up, shown

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

    A figure with an analysis is compared with what that gave. One that follows from other printed
    figures is as good as its arithmetic; what is quoted or designed cannot come out of an export.

    Args:
        published: the figures.
        outcomes: what the analyses of the plan gave, by name.
    """
    audited = {one.figure.id: one for one in audit(published)}
    return Agreements(
        published, tuple(_compare(figure, outcomes, audited[figure.id]) for figure in published)
    )


def _compare(figure: Figure, outcomes: Mapping[str, Outcome], audited: Audited) -> Agreement:
    contradicted = audited.verdict == CONTRADICTS
    if figure.analysis is None:
        return _without_analysis(figure, audited)
    name, _, part = figure.analysis.partition(".")
    outcome = outcomes[name]
    if outcome.reason:
        return Agreement(figure, None, None, NOT_COMPUTABLE, outcome.reason)
    if part not in outcome.values:
        listed = ", ".join(outcome.values)
        note = f"the analysis {name} gives no {part}; it gives {listed}"
        return Agreement(figure, None, None, NOT_COMPUTABLE, note)
    value = outcome.values[part]
    if value is None:
        verdict = IN_PRINT if contradicted else DIFFERS
        return Agreement(figure, "not reached", None, verdict, outcome.footnote)
    printed = figure.printed
    text = shown(value, printed.decimals)
    if printed.below and printed.shows(value):
        text = printed.text
    distance = abs(round_half_up(value, printed.decimals) - printed.value) / printed.unit
    if printed.shows(value):
        return Agreement(figure, text, Decimal(0), AGREES, outcome.footnote)
    if contradicted:
        return Agreement(figure, text, distance, IN_PRINT, f"{audited.note}; {outcome.footnote}")
    if figure.tolerance is not None and distance <= figure.tolerance.units:
        note = f"{figure.tolerance.reason}; {outcome.footnote}"
        return Agreement(figure, text, distance, WITHIN, note)
    return Agreement(figure, text, distance, DIFFERS, outcome.footnote)


def _without_analysis(figure: Figure, audited: Audited) -> Agreement:
    if audited.verdict == CONTRADICTS:
        return Agreement(figure, audited.computed, None, IN_PRINT, audited.note)
    if audited.verdict.startswith("recomputed"):
        note = f"follows from other printed figures: {audited.note}"
        return Agreement(figure, audited.computed, Decimal(0), AGREES, note)
    why = {
        "external": f"quoted from [{figure.source}]",
        "design": f"fixed by the design: {figure.source}",
    }.get(figure.kind, figure.not_computable or "no analysis of the plan gives it")
    return Agreement(figure, None, None, NOT_COMPUTABLE, why)
