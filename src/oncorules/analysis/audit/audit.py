"""The audit of a paper: a verdict for each figure it prints, without any patient data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oncorules.analysis.audit.checked import Check, Checked
from oncorules.analysis.audit.orders import check_centres, check_orders, check_pooled
from oncorules.analysis.audit.p_values import check_p_values
from oncorules.analysis.audit.percentages import check_percentages, check_shares
from oncorules.analysis.audit.repeated import check_repeated
from oncorules.analysis.audit.sums import check_bounds, check_computed, check_sums
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.read import read_published

CONTRADICTS = "contradicts"
VERDICTS = (
    CONTRADICTS,
    "recomputed exactly",
    "recomputed to rounding",
    "recomputed under a convention",
    "cohort figure",
    "external",
    "design",
)

# What is printed twice is compared last: where one of the two contradicts its own count, the
# other one is right.
CHECKS: tuple[Check, ...] = (
    check_percentages, check_shares, check_sums, check_computed, check_bounds, check_p_values,
    check_orders, check_centres, check_pooled, check_repeated,
)  # fmt: skip


@dataclass(frozen=True)
class Audited:
    """A figure with its verdict.

    Attributes:
        figure: as printed.
        verdict: one of `VERDICTS`.
        computed: what the computation would print, where it is one text.
        note: the arithmetic of every check, in words.
    """

    figure: Figure
    verdict: str
    computed: str | None
    note: str


@dataclass(frozen=True)
class Audit:
    """All figures of a paper with their verdicts.

    Attributes:
        published: the paper.
        figures: in the order of the paper.
    """

    published: Published
    figures: tuple[Audited, ...]

    def __iter__(self) -> Iterator[Audited]:
        return iter(self.figures)

    @property
    def contradictions(self) -> list[Audited]:
        """The figures that contradict others, in the order of the paper."""
        return [one for one in self if one.verdict == CONTRADICTS]

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many figures there are of each class and verdict."""
        return Counter((one.figure.kind, one.verdict) for one in self)

    def __str__(self) -> str:
        """Return one line per verdict."""
        found = Counter(one.verdict for one in self)
        return "\n".join(f"{found[verdict]:5,} {verdict}" for verdict in VERDICTS)


def audit(study: str | Path | Published) -> Audit:
    """Return whether the figures of a paper agree with each other; no patient data is read.

    Args:
        study: the id of a shipped study, the folder of one, or figures that were read.

    Raises:
        CallError: there is no such study.
        RuleError: its files cannot be used.
    """
    published = study if isinstance(study, Published) else read_published(study)
    checks: dict[str, list[Checked]] = {}
    wrong: dict[str, Checked] = {}
    for check in CHECKS:
        for one in check(published, wrong):
            checks.setdefault(one.id, []).append(one)
            if not one.agrees:
                wrong.setdefault(one.id, one)
    return Audit(
        published, tuple(_judge(figure, checks.get(figure.id, [])) for figure in published)
    )


def _judge(figure: Figure, checks: list[Checked]) -> Audited:
    failed = [one for one in checks if not one.agrees]
    if failed:
        computed = next((one.computed for one in failed if one.computed is not None), None)
        return Audited(figure, CONTRADICTS, computed, _joined(failed))
    computed = next((one.computed for one in checks if one.computed is not None), None)
    note = _joined(checks)
    if figure.kind == "external":
        return Audited(figure, "external", computed, note or f"quoted from [{figure.source}]")
    if figure.kind == "design":
        return Audited(figure, "design", computed, note or (figure.source or ""))
    if figure.kind == "cohort" or not checks:
        return Audited(figure, "cohort figure", computed, note)
    convention = next((one.convention for one in checks if one.convention), "")
    if convention:
        return Audited(figure, "recomputed under a convention", computed, note)
    exact = all(one.exact for one in checks)
    return Audited(
        figure, "recomputed exactly" if exact else "recomputed to rounding", computed, note
    )


def _joined(checks: list[Checked]) -> str:
    return "; ".join(dict.fromkeys(one.note for one in checks))
