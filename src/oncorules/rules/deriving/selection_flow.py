"""The criteria of a selection in a run, and the flow of subjects through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.errors import CallError, DataError, did_you_mean
from oncorules.rules.compiler.needs import placed
from oncorules.rules.compiler.relation import EXAMPLE, Relation, column
from oncorules.rules.deriving.selections import AttritionRow, attrition_query, attrition_rows
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import Selection

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine
    from oncorules.rules.workspace import Workspace

Step = tuple[RuleInstance, LoadedPack]


def find_steps(selection: Selection, pack: LoadedPack, packs: Sequence[LoadedPack]) -> list[Step]:
    """Return the criteria of a selection in order, each with the loaded pack that brings it.

    Args:
        selection: the entry as written.
        pack: its pack, whose criteria are found before those of others.
        packs: all packs of the run.

    Raises:
        FormulaError: a step is no criterion of the selection's table; `path` tells which.
    """
    ordered = sorted(packs, key=lambda other: other.id != pack.id)
    known = [(one, owner) for owner in ordered for one in owner.rule_instances]
    steps: list[Step] = []
    for number, wanted in enumerate(selection.steps):
        with placed(("steps", number)):
            named = [step for step in known if step[0].id == wanted]
            if not named:
                near = did_you_mean(wanted, {one.id for one, _ in known})
                raise FormulaError(f'there is no rule "{wanted}" in these packs{near}')
            if named[0][0].rule.kind != "eligibility":
                raise FormulaError(f'"{wanted}" is a check; a step is a rule of kind eligibility')
            fitting = [step for step in named if step[0].table == selection.of]
            if not fitting:
                raise FormulaError(
                    f'"{wanted}" applies to {named[0][0].table}, and the selection is of '
                    f"{selection.of}"
                )
            if wanted in selection.steps[:number]:
                raise FormulaError(f'"{wanted}" stands twice in the steps')
            steps.append(fitting[0])
    return steps


def attrition(workspace: Workspace, name: str, pack: str) -> list[AttritionRow]:
    """Return how many entered each step of a selection, failed it, were undecided, and are left.

    Args:
        workspace: the run.
        name: the selection.
        pack: the id of the pack that names it.

    Raises:
        CallError: there is no such selection.
    """
    owners = sorted(workspace.packs, key=lambda other: other.id != pack)
    owner = next((one for one in owners if name in one.selections), None)
    if owner is None:
        known = [label for one in owners for label in one.selections]
        raise CallError(f'there is no selection "{name}"{did_you_mean(name, known)}')
    selection = owner.selections[name]
    relation = workspace.relation(name, owner.id)
    query = attrition_query(relation, len(selection.steps))
    counts = workspace.engine.run(query).fetchone() or ()
    rules = [one.rule for one, _ in find_steps(selection, owner, workspace.packs)]
    return attrition_rows(counts, rules, selection)


def refuse_undecided(engine: Engine, name: str, selection: Selection, relation: Relation) -> None:
    """Stop at the first row for which a criterion could not be decided, if the selection says so.

    Raises:
        DataError: `selection salvage: SALVAGE-PLAT-01 is not evaluable for USUBJID 01-005 ...`.
    """
    if selection.if_not_evaluable != "stop" or EXAMPLE in relation.columns:
        return
    there = exp.Not(this=exp.Is(this=column("NOTEVAL"), expression=exp.Null()))
    keys = [relation.columns[key] for key in relation.key]
    counted = exp.Window(this=exp.Count(this=exp.Star()))
    query = (
        exp.select(column("NOTEVAL"), counted, *map(display, keys))
        .from_(relation.table)
        .where(there)
        .order_by(*(key.first.copy() for key in keys))
        .limit(1)
    )
    found = engine.run(query).fetchone()
    if found is None:
        return
    rule, count, *cells = found
    key = ", ".join(f"{label} {cell}" for label, cell in zip(relation.key, cells, strict=True))
    more = "" if count == 1 else f" and {count - 1} more"
    raise DataError(
        f"selection {name}: {rule} is not evaluable for {key}{more}; complete the data, or let the "
        'selection say "if_not_evaluable: leave out" or "keep"'
    )
