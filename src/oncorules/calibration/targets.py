"""What a cohort is calibrated to: the printed figures, by the analyses that give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import nan
from pathlib import Path

from oncorules.analysis.plan.model import Plan, Survival
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.read import read_published
from oncorules.calibration.contradictions import NoSuchCohort, problems_of
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
        figures: the figure that prints it, by the same.
    """

    published: Published
    plan: Plan
    printed: Mapping[tuple[str, str], float]
    figures: Mapping[tuple[str, str], Figure]
    _asked: dict[str, Figure] = field(default_factory=dict)

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
        return self._ask(analysis, role)

    def count(self, cell: str) -> int:
        """Return the count of a table's cell, such as `table-1.sex.male.i`; 0 where none stands."""
        return int(self._ask(cell, "n")) if (cell, "n") in self.printed else 0

    @contextmanager
    def dealing(self) -> Iterator[None]:
        """Deal out what is asked for inside.

        Raises:
            RuleError: no cohort has all of it; every figure is named with its place.
        """
        self._asked.clear()
        try:
            yield
        except NoSuchCohort as error:
            raise problems_of(list(self._asked.values()), str(error)) from error

    def _ask(self, analysis: str, role: str) -> float:
        figure = self.figures[analysis, role]
        self._asked[figure.id] = figure
        return self.printed[analysis, role]


def targets_of(published: Published, plan: Plan) -> Targets:
    """Return what a paper prints, by the analyses that give it."""
    figures: dict[tuple[str, str], Figure] = {}
    for figure in published:
        if figure.analysis is not None:
            name, _, role = figure.analysis.partition(".")
        else:
            name, _, role = figure.id.rpartition(".")
        figures.setdefault((name, role), figure)
    printed = {key: float(figure.printed.value) for key, figure in figures.items()}
    return Targets(published, plan, printed, figures)


def read_targets(study: str | Path) -> Targets:
    """Return what a study prints, by the analyses that give it.

    Args:
        study: the id of a shipped study, or the folder of one.
    """
    published = read_published(study)
    return targets_of(published, read_plan(study, published))
