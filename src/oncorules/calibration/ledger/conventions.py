"""Which figures agree under the conventions of plan and study only, and would not under others.

A paper seldom says which form of an interval, which quartiles or which denominator it took, or
whether a death ends a time without progression. Each other choice of the plan and of the study's
own parameters is tried: a figure that no longer agrees is exact under the convention that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oncorules.analysis.agreement.compare import AGREES, Agreements, compare_figures
from oncorules.analysis.agreement.run_study import Progress, StudyRun, run_study
from oncorules.analysis.audit.audit import audit
from oncorules.analysis.plan.model import Analysis, Plan
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.plan.run import run_plan
from oncorules.analysis.published.read import find_study
from oncorules.rules.loading.loader import load_pack

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


def conventions_of(
    study: str, export: str, run: StudyRun, agreements: Agreements, progress: Progress | None = None
) -> dict[str, str]:
    """Return, for each figure that agrees under a convention only, that convention in words.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: its twin.
        run: what the twin gives.
        agreements: its figures with their verdicts.
        progress: called with what is being done, how many steps are done, and of how many.
    """
    agreeing = {one.figure.id for one in agreements if one.verdict == AGREES}
    found: dict[str, list[str]] = {}
    choices = list(_choices(study))
    for number, (name, kept_value, value) in enumerate(choices):
        if progress is not None:
            progress(f"derived with {name}: {value}", number, len(choices))
        other = run_study(study, export, settings={name: value})
        lost = _differing(compare_figures(run.published, other.outcomes))
        for id in sorted(lost & agreeing):
            found.setdefault(id, []).append(f"{name}: {kept_value}, not {value}")
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
    return _differing(compare_figures(run.published, outcomes))


def _differing(agreements: Agreements) -> set[str]:
    return {one.figure.id for one in agreements if one.verdict != AGREES}


def _choices(study: str) -> Iterator[tuple[str, str, str]]:
    """Yield the study's own parameters with choices: name, the value kept, and another one."""
    pack = load_pack(find_study(study), examples=False)
    for name, parameter in pack.parameters.items():
        if parameter.choices and pack.origin("parameters", name) == pack.id:
            for value in parameter.choices:
                if value != parameter.value:
                    yield name, str(parameter.value), str(value)
