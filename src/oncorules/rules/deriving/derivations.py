"""Derived tables, gradings and selections: from an entry of a pack to its query in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.compiler.checks import BoundRule, RuleFault
from oncorules.rules.compiler.needs import PlacedError, placed
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.compiler.tables import compile_table
from oncorules.rules.deriving.selection_flow import find_steps
from oncorules.rules.deriving.selections import compile_selection
from oncorules.rules.grading.gradings import compile_grading
from oncorules.rules.grading.term_rows import term_rows
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Selection, Table

if TYPE_CHECKING:
    from oncorules.rules.workspace import Workspace

Compiled = tuple[exp.Select, Relation]


def compile_derived(workspace: Workspace, name: str, pack: LoadedPack) -> Compiled:
    """Return the query of a derived table and the relation it becomes.

    Args:
        workspace: the run.
        name: an entry of `tables`, `gradings` or `selections`.
        pack: the pack that has it.

    Raises:
        RuleError: a formula does not fit, with `file:line:column`.
    """
    found = pack.derived(name)
    assert found is not None
    section, item = found
    label = f"{workspace.prefix}{pack.id}:{name}"

    def find(other: str) -> Relation:
        return workspace.relation(other, pack.id)

    try:
        if isinstance(item, Selection):
            return _compile_selection(workspace, label, item, pack)
        scope = workspace.scope(pack, name, item.parameters)
        if isinstance(item, Grading):
            return compile_grading(label, item, find, scope)
        if item.terms_of is not None:
            terms = _terms(workspace, label, item.terms_of, pack)
            rows = item.model_copy(update={"from_": terms.name, "terms_of": None})
            return compile_table(
                label, rows, lambda n: terms if n == terms.name else find(n), scope
            )
        return compile_table(label, item, find, scope, workspace.read.get((pack.id, name)))
    except FormulaError as error:
        path = error.path if isinstance(error, PlacedError) else ()
        place = pack.place(section, name, *path, offset=error.offset)
        raise RuleError([Problem(place, str(error))]) from None


def _terms(workspace: Workspace, label: str, grading: str, pack: LoadedPack) -> Relation:
    """Return the terms of a grading as a stored table."""
    with placed(("terms_of",)):
        if grading not in pack.gradings:
            near = did_you_mean(grading, pack.gradings)
            raise FormulaError(f'there is no grading "{grading}"{near}')
        query, columns = term_rows(pack.gradings[grading])
    name = f"{label}#terms"
    workspace.engine.store(name, query)
    workspace.stored.append(name)
    return Relation(name, columns, ("TERM",))


def key_of_derived(workspace: Workspace, name: str, pack: LoadedPack) -> tuple[str, ...]:
    """Return the columns that name a row of a derived table."""
    found = pack.derived(name)
    assert found is not None
    _, item = found
    if isinstance(item, Table):
        return item.one_row_per
    return workspace.key(item.of, pack.id)


def _compile_selection(
    workspace: Workspace, label: str, selection: Selection, pack: LoadedPack
) -> Compiled:
    steps = find_steps(selection, pack, workspace.packs)
    bound = [
        BoundRule(one.rule, workspace.scope(owner, one.id, one.rule.parameters))
        for one, owner in steps
    ]
    try:
        return compile_selection(
            label, selection, bound, lambda other: workspace.relation(other, pack.id)
        )
    except RuleFault as fault:
        one = next(one for one, _ in steps if one.id == fault.rule.id)
        place = one.place(*fault.path, offset=fault.error.offset)
        raise RuleError([Problem(place, str(fault))]) from None
