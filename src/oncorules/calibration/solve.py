"""Solves the cohort of a study anew and writes it, whole or not at all; a stopped run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oncorules.analysis.audit.audit import audit
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.read import find_study, read_published
from oncorules.calibration.contradictions import refuse_contradictions
from oncorules.calibration.kept_stages import KeptStages, key_of
from oncorules.calibration.medians import Missed
from oncorules.calibration.prrt.calendar import columns_of, fix_calendar
from oncorules.calibration.prrt.plan import PLAN, Plan
from oncorules.calibration.prrt.resolve import resolve
from oncorules.calibration.stages import Progress, Stages
from oncorules.calibration.targets import targets_of
from oncorules.errors import DataError, OutputError, RuleError
from oncorules.generators.design import FILE as DESIGN
from oncorules.generators.design import read_design
from oncorules.generators.latent import FOLDER, write_cohort

KEPT = "unfinished.npz"
"""The stages of a run that was stopped, beside the files that it will write."""


@dataclass(frozen=True)
class Written:
    """A cohort that was solved and written.

    Attributes:
        seed: from which it was solved.
        subjects: how many there are.
        medians: how many medians of survival are printed.
        missed: which of them are not as printed.
    """

    seed: int
    subjects: int
    medians: int
    missed: tuple[Missed, ...]


def solve(
    study: str | Path,
    out: Path,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    note: Callable[[str], None] = lambda text: None,
    plan: Plan = PLAN,
) -> Written:
    """Solve the cohort of a study and write it.

    Args:
        study: the id of a shipped study, or the folder of one.
        out: the folder for the cohort; its files are replaced.
        seed: of the solver, that of the study's design when left out.
        progress: is told what each stage of the search reached.
        note: is told what was found of a run that was stopped.
        plan: how long the stages are.

    Raises:
        CallError: there is no such study.
        DataError: it has no design of a synthetic cohort.
        RuleError: printed figures contradict each other, with the place of each of them.
        OutputError: the folder cannot be written to; what was there before stays.
    """
    root = find_study(study)
    design = read_design(root)
    days = design.sampled
    if design.solver is None or days is None:
        raise DataError(
            f"{root.name}/{FOLDER}/{DESIGN} has no solver: or no sampled:, so no twin can be solved"
        )
    seed = design.seed if seed is None else seed
    published = read_published(study)
    refuse_contradictions(audit(published))
    targets = targets_of(published, read_plan(study, published))
    is_new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}); choose another folder with --out"
        ) from None
    kept = KeptStages(out / KEPT, key_of(targets, seed, plan))
    if kept.note:
        note(kept.note)
    if progress is not None:
        progress("searching", 0, plan.stages)  # the first stage takes its time
    try:
        solution = resolve(targets, seed, Stages(plan.stages, progress, kept), plan)
        fix_calendar(solution.cohort, design.cut_off, days)
    except RuleError:  # other figures are needed, and nothing of this run serves them
        kept.remove()
        if is_new:
            out.rmdir()
        raise
    subjects, courses = columns_of(solution.cohort)
    write_cohort(subjects, courses, out)
    kept.remove()
    return Written(seed, len(subjects), solution.medians, solution.missed)
