"""Which figures agree under the conventions of the plan only, and would not under others.

A paper seldom says which form of an interval, which quartiles or which denominator it took. Each
other choice that the product knows is tried on the same rows: a figure that no longer agrees is
exact under the convention that the plan names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oncorules.analysis.agreement.compare import AGREES, Agreements, compare_figures
from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.audit.audit import audit
from oncorules.analysis.plan.model import Analysis, Plan
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.plan.run import run_plan

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("survival", "interval"): ("spss", "plain", "log", "log-log"),
    ("survival", "flat"): ("left", "midpoint"),
    ("spread", "quartiles"): ("spss", "r7"),
    ("count", "unknown"): ("in", "out"),
}
"""By kind of analysis and its setting, what can be chosen."""
TOLD: Mapping[str, Callable[[str], str]] = {
    "interval": lambda value: f"interval {value}",
    "flat": lambda value: f"{'left end' if value == 'left' else value} where flat",
    "quartiles": lambda value: f"quartiles {value}",
    "unknown": lambda value: f"unknown {'in' if value == 'in' else 'left out of'} the denominator",
}
UNDER_A_CONVENTION = "recomputed under a convention"


def conventions_of(run: StudyRun, agreements: Agreements) -> dict[str, str]:
    """Return, for each figure that agrees under a convention only, that convention in words.

    Args:
        run: what the twin gives.
        agreements: its figures with their verdicts.
    """
    agreeing = {one.figure.id for one in agreements if one.verdict == AGREES}
    found: dict[str, list[str]] = {}
    for (kind, setting), values in CHOICES.items():
        kept: dict[str, set[str]] = {}
        for value in values:
            for analyses, before in _changed(run.plan, kind, setting, value):
                for id in _lost(run, analyses) & agreeing:
                    kept.setdefault(id, set()).add(before)
        for id, words in kept.items():
            found.setdefault(id, []).extend(TOLD[setting](word) for word in sorted(words))
    for one in audit(run.published):
        if one.verdict == UNDER_A_CONVENTION and one.figure.id in agreeing:
            found.setdefault(one.figure.id, []).append(one.note)
    return {id: "; ".join(words) for id, words in found.items()}


def _changed(
    plan: Plan, kind: str, setting: str, value: str
) -> Iterator[tuple[dict[str, Analysis], str]]:
    """Yield the analyses that have another choice, with a new one, by the choice they had."""
    by_choice: dict[str, dict[str, Analysis]] = {}
    for name, analysis in plan.analyses.items():
        part: Any = getattr(analysis, kind)
        before = None if part is None else getattr(part, setting)
        if before is not None and before != value:
            other = part.model_copy(update={setting: value})
            changed = analysis.model_copy(update={kind: other})
            by_choice.setdefault(before, {})[name] = changed
    for before, analyses in by_choice.items():
        yield analyses, before


def _lost(run: StudyRun, analyses: Mapping[str, Analysis]) -> set[str]:
    """Return the figures that some other analyses do not give as printed."""
    plan = run.plan.model_copy(update={"analyses": dict(analyses)})
    outcomes: dict[str, Outcome] = {**run.outcomes, **run_plan(plan, run.tables)}
    found = compare_figures(run.published, outcomes)
    return {one.figure.id for one in found if one.verdict != AGREES}
