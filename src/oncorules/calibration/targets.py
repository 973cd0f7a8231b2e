"""What a cohort is calibrated to: the printed figures, by the analyses that give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from oncorules.analysis.plan.model import Plan, Survival
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.figure import Published
from oncorules.analysis.published.read import read_published
from oncorules.errors import CallError


@dataclass(frozen=True)
class MedianTarget:
    """A printed median with its limits, in months; a limit that is not printed is NaN."""

    name: str
    part: Survival
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Targets:
    """The printed figures of a study.

    Attributes:
        published: all of them.
        plan: the analyses that give them.
        printed: the printed value by analysis and role, such as `("dose_i", "median")`.
    """

    published: Published
    plan: Plan
    printed: Mapping[tuple[str, str], float]

    def medians(self) -> list[MedianTarget]:
        """Return all printed medians of survival, each analysis once."""
        found: dict[str, MedianTarget] = {}
        for name, analysis in self.plan.analyses.items():
            part = analysis.survival
            if part is None or (name, "median") not in self.printed:
                continue
            key = part.model_dump_json()
            numbers = [self.printed.get((name, role), nan) for role in ("median", "low", "high")]
            found.setdefault(key, MedianTarget(name, part, *numbers))
        return list(found.values())

    def value(self, analysis: str, role: str) -> float:
        """Return a printed value.

        Raises:
            CallError: the paper prints no such value.
        """
        if (analysis, role) not in self.printed:
            raise CallError(f"the paper prints no {role} of {analysis}")
        return self.printed[analysis, role]

    def count(self, cell: str) -> int:
        """Return a printed count of a table's cell, such as `table-1.sex.male.i`."""
        return int(self.value(cell, "n"))


def read_targets(study: str) -> Targets:
    """Return what a study prints, by the analyses that give it."""
    published = read_published(study)
    plan = read_plan(study, published)
    printed: dict[tuple[str, str], float] = {}
    for figure in published:
        if figure.analysis is not None:
            name, _, role = figure.analysis.partition(".")
        else:
            name, _, role = figure.id.rpartition(".")
        printed.setdefault((name, role), float(figure.printed.value))
    return Targets(published, plan, printed)
