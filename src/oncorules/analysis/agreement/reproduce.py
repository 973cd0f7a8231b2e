"""Reproduces the figures of a paper: derive, analyse, compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oncorules.analysis.agreement.compare import Agreements, compare_figures
from oncorules.analysis.agreement.run_study import Progress, run_study
from oncorules.analysis.plan.outcome import Outcome


@dataclass(frozen=True)
class Reproduction:
    """What an export gives for a study.

    Attributes:
        agreements: each figure with its verdict.
        outcomes: what the analyses gave, by name.
        notes: what was noticed on the way.
    """

    agreements: Agreements
    outcomes: Mapping[str, Outcome]
    notes: tuple[str, ...]


def reproduce(
    study: str, export: str | Path | None = None, *, progress: Progress | None = None
) -> Reproduction:
    """Return the figures of a study's paper beside what an export gives.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: the trial's export; without it, the rows that the study says come with a library.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: there is no such study, or neither an export nor rows of its own.
        RuleError: a file of the study cannot be used.
        DataError: the export cannot be read.
    """
    run = run_study(study, export, progress=progress)
    return Reproduction(compare_figures(run.published, run.outcomes), run.outcomes, run.notes)
