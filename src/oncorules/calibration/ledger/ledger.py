"""The acceptance ledger: each printed figure, its verdict on the twin, its interval in cohorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from oncorules.analysis.agreement.compare import (
    AGREES,
    IN_PRINT,
    NOT_COMPUTABLE,
    Agreement,
    compare_figures,
)
from oncorules.analysis.agreement.run_study import StudyRun, run_study
from oncorules.analysis.published.figure import Figure, Published
from oncorules.calibration.ledger.conventions import conventions_of
from oncorules.calibration.ledger.intervals import Interval, Progress, find_intervals
from oncorules.errors import CallError, DataError
from oncorules.generators.blocks import sampler
from oncorules.generators.design import find_designed
from oncorules.generators.moved import Model

EXACT, UNDER_CONVENTION = "exact", "exact under a convention"
APPROXIMATE, IMPOSSIBLE = "approximate", "impossible"
VERDICTS = (EXACT, UNDER_CONVENTION, APPROXIMATE, IMPOSSIBLE, NOT_COMPUTABLE)


@dataclass(frozen=True)
class Entry:
    """One figure of the ledger.

    Attributes:
        figure: as printed.
        twin: what the twin gives, as it would be printed; None where it gives nothing.
        verdict: one of `VERDICTS`.
        why: the convention, the distance, the proof, or why nothing can be computed.
        interval: where cohorts put it; None where they do not give it.
    """

    figure: Figure
    twin: str | None
    verdict: str
    why: str
    interval: Interval | None


@dataclass(frozen=True)
class Ledger:
    """All figures of a paper.

    Attributes:
        published: the paper.
        entries: in its order.
        cohorts: how many were drawn.
        seed: of the cohorts.
    """

    published: Published
    entries: tuple[Entry, ...]
    cohorts: int
    seed: int

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def counts(self) -> dict[tuple[str, bool | None], int]:
        """Return how many figures have each verdict, inside, outside and without an interval."""
        return Counter(
            (one.verdict, None if one.interval is None else one.interval.inside) for one in self
        )

    @property
    def outside(self) -> list[Entry]:
        """The figures whose printed value lies outside its interval."""
        return [one for one in self if one.interval is not None and not one.interval.inside]


def make_ledger(
    study: str, export: str, *, cohorts: int, seed: int, progress: Progress | None = None
) -> Ledger:
    """Return the ledger of a study.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: its twin.
        cohorts: how many of the paper's size are drawn, at least 1.
        seed: of the cohorts.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: there is no such study, or 0 cohorts were asked for.
        RuleError: a file of the study cannot be used.
        DataError: the study has no solved cohort, or the export cannot be read.
    """
    model = model_of(study)
    if cohorts < 1:
        raise CallError(f"{cohorts} cohorts give no interval; draw at least 1, better 2,000")
    run = run_study(study, export, progress=progress)
    verdicts = find_verdicts(study, export, run, progress)
    intervals = find_intervals(model, run.published, run.plan, cohorts, seed, progress=progress)
    entries = (
        Entry(one.figure, one.computed, *verdicts[one.figure.id], intervals.get(one.figure.id))
        for one in compare_figures(run.published, run.outcomes)
    )
    return Ledger(run.published, tuple(entries), cohorts, seed)


def model_of(study: str | Path) -> Model:
    """Return the model that cohorts of a study are drawn from.

    Raises:
        CallError: there is no such study.
        DataError: it has no solved cohort.
    """
    folder = find_designed(study)
    model = sampler(folder, 0).model
    if not isinstance(model, Model):
        raise DataError(f"the study {folder.name} is an invented one: no paper prints its figures")
    return model


def find_verdicts(
    study: str, export: str, run: StudyRun, progress: Progress | None = None
) -> Mapping[str, tuple[str, str]]:
    """Return the verdict of each figure on the twin, and why.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: its twin.
        run: what the twin gives.
        progress: called with what is being done, how many steps are done, and of how many.
    """
    agreements = compare_figures(run.published, run.outcomes)
    conventions = conventions_of(study, export, run, agreements, progress)
    return {one.figure.id: _judge(one, conventions.get(one.figure.id)) for one in agreements}


def _judge(one: Agreement, convention: str | None) -> tuple[str, str]:
    if one.verdict == AGREES:
        return (EXACT, one.note) if convention is None else (UNDER_CONVENTION, convention)
    if one.verdict in (IN_PRINT, NOT_COMPUTABLE):
        return IMPOSSIBLE if one.verdict == IN_PRINT else NOT_COMPUTABLE, one.note
    if one.distance is None:
        return APPROXIMATE, f"not reached; {one.note}"
    units = f"{one.distance:f} unit{'' if one.distance == 1 else 's'} of the last digit away"
    return APPROXIMATE, f"{units}; {one.note}"
