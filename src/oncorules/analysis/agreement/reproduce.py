"""Reproduces the figures of a paper: validate, derive, analyse, compare."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from oncorules.analysis.agreement.compare import Agreements, compare_figures
from oncorules.analysis.plan.library_data import write_library_data
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.plan.run import run_plan
from oncorules.analysis.published.read import find_study, read_published
from oncorules.errors import CallError
from oncorules.rules.deriving.derive import derive
from oncorules.rules.loading.pack_files import PACK_FILE


@dataclass(frozen=True)
class Reproduction:
    """What an export gives for a study.

    Attributes:
        agreements: each figure with its verdict.
        outcomes: what the analyses gave, by name.
        notes: what was noticed on the way.
    """

    agreements: Agreements
    outcomes: dict[str, Outcome]
    notes: tuple[str, ...]


def reproduce(
    study: str,
    export: str | Path | None = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> Reproduction:
    """Return the figures of a study's paper beside what an export gives.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: the trial's export; without it, the rows that the study says come with a library.
        progress: called with what is being done.

    Raises:
        CallError: there is no such study, or neither an export nor rows of its own.
        RuleError: a file of the study cannot be used.
        DataError: the export cannot be read.
    """
    told = progress or (lambda _: None)
    told("reading the study")
    published = read_published(study)
    plan = read_plan(study, published)
    root = find_study(study)
    if not (root / PACK_FILE).is_file():
        raise CallError(f"the study {published.id} has no {PACK_FILE}, so it derives nothing yet")
    with ExitStack() as stack:
        source = export
        if source is None:
            if plan.data is None:
                raise CallError(
                    f"the study {published.id} has no rows of its own; give --export DIR"
                )
            folder = write_library_data(plan.data)
            stack.callback(folder.close)
            source = folder.path
        told("deriving")
        wanted = {table for one in plan.analyses.values() for table in one.tables}
        result = stack.enter_context(derive(str(source), study=study))
        tables = {one.name: result.table(one.name) for one in result.tables if one.name in wanted}
        notes = tuple(f"{note.place}: {note.text}" for note in result.notes)
    told("analysing")
    outcomes = run_plan(plan, tables)
    told("comparing")
    return Reproduction(compare_figures(published, outcomes), outcomes, notes)
