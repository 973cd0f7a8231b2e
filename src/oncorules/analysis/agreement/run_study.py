"""Runs the plan of a study on an export: derive its tables, then every analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.analysis.agreement.needed import Needed
from oncorules.analysis.plan.library_data import write_library_data
from oncorules.analysis.plan.model import Plan
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.plan.run import run_plan
from oncorules.analysis.published.figure import Published
from oncorules.analysis.published.read import find_study, read_published
from oncorules.errors import CallError
from oncorules.rules.deriving.derive import derive
from oncorules.rules.deriving.derived import DeriveResult
from oncorules.rules.deriving.selection_flow import attrition
from oncorules.rules.deriving.selections import AttritionRow
from oncorules.rules.loading.pack_files import PACK_FILE

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class StudyRun:
    """What an export gives for a study.

    Attributes:
        published: what the paper prints.
        plan: the analyses, tables and figures of the study.
        tables: the derived tables that the plan reads, as rows by name.
        outcomes: what the analyses gave, by name.
        selections: who left at which criterion, by the name of the selection; a row per criterion.
        parameters: the values that held, by name.
        notes: what was noticed on the way.
    """

    published: Published
    plan: Plan
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    outcomes: Mapping[str, Outcome]
    selections: Mapping[str, Sequence[AttritionRow]]
    parameters: Mapping[str, object]
    notes: tuple[str, ...]


def run_study(
    study: str,
    export: str | Path | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> StudyRun:
    """Return what an export gives for the analyses of a study.

    Args:
        study: the id of a shipped study, or the folder of one.
        export: the trial's export; without it, the rows that the study says come with a library.
        settings: other values of the study's parameters.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: there is no such study, or neither an export nor rows of its own; the plan draws
            a selection that the study does not publish.
        RuleError: a file of the study cannot be used.
        DataError: the export cannot be read, or has none of the tables that the study starts from.
    """
    published = read_published(study)
    plan = read_plan(study, published)
    root = find_study(study)
    if not (root / PACK_FILE).is_file():
        raise CallError(f"the study {published.id} has no {PACK_FILE}, so it derives nothing")
    with ExitStack() as stack:
        source = export
        if source is None:
            if plan.data is None:
                raise CallError(f"the study {published.id} has no rows of its own; give an export")
            folder = write_library_data(plan.data)
            stack.callback(folder.close)
            source = folder.path
        result = stack.enter_context(
            derive(str(source), study=study, settings=settings, progress=progress)
        )
        needed = Needed(result.session)
        needed.refuse_unrelated(plan, published.id)
        wanted = plan.derived_tables
        tables = {
            one.name: result.table(one.name).to_pylist()
            for one in result.tables
            if one.name in wanted
        }
        workspace = result.session.workspace
        pack = workspace.packs[0].id
        selections = {name: _flow(result, name) for name in sorted(plan.selections)}
        parameters = {
            name: value.value for name, value in workspace.parameters.of(pack, "").items()
        }
        notes = tuple(f"{note.place}: {note.text}" for note in result.notes)
        outcomes = {
            name: needed.outcome(found, plan.analyses[name])
            for name, found in run_plan(plan, tables).items()
        }
    return StudyRun(published, plan, tables, outcomes, selections, parameters, notes)


def _flow(result: DeriveResult, name: str) -> list[AttritionRow]:
    pack = result.session.packs[0]
    published = {entry.from_ for entry in pack.publish.values()}
    if name in pack.selections and name not in published:  # only what is published is kept
        raise CallError(f"the pack {pack.id} does not publish the selection {name}; add it")
    return attrition(result.session.workspace, name, pack.id)
