"""Edits held against an export: how many rows get another answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from oncorules.errors import OncorulesError
from oncorules.rules.compiler.checks import BoundRule, RuleFault, plan_checks
from oncorules.rules.compiler.relation import column
from oncorules.rules.examples.subject import Subject, Variant
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Rule, Table
from oncorules.rules.loading.parameters import Resolved
from oncorules.rules.mutating.edit import Edit
from oncorules.rules.session import Session
from oncorules.rules.workspace import Workspace


@dataclass(frozen=True)
class Changed:
    """How many rows of an export get another answer, of how many."""

    rows: int
    of: int


def rows_changed(session: Session, subject: Subject, edit: Edit) -> Changed | None:
    """Return how many rows of a rule's table, or of a derived table, an edit changes.

    Args:
        session: the export, with the pack of the rule.
        subject: the rule, table or term.
        edit: the edit.

    Returns:
        None where the rule cannot be asked of this export.
    """
    import duckdb

    try:
        if subject.rule is not None:
            return _of_rule(session.workspace, subject, edit)
        return _of_table(session.workspace, subject, edit)
    except (OncorulesError, RuleFault, FormulaError, duckdb.Error):
        return None


def _of_rule(workspace: Workspace, subject: Subject, edit: Edit) -> Changed:
    one, pack = subject.rule, subject.pack
    assert one is not None
    bound = []
    for variant in (Variant(one.rule), edit):
        rule = variant.item
        assert isinstance(rule, Rule)
        other = replace(workspace, parameters=_values(workspace, subject, variant))
        scope = other.scope(pack, one.id, rule.parameters)
        bound.append(BoundRule(rule.model_copy(update={"message": None}), scope))
    relation = workspace.relation(one.table, pack.id)
    plan = plan_checks(relation, bound, lambda name: workspace.relation(name, pack.id))
    masks: list[exp.Expr] = [column(mask, "o") for mask in plan.masks]
    counted = exp.select(*masks, exp.Count(this=exp.Star())).from_(plan.query.subquery("o"))
    changed = total = 0
    for *packed, rows in workspace.engine.run(counted.group_by(*masks)).fetchall():
        was, now = (packed[plan.masks.index(rule.mask)] >> rule.shift & 3 for rule in plan.rules)
        total += rows
        changed += rows if was != now else 0
    return Changed(changed, total)


def _of_table(workspace: Workspace, subject: Subject, edit: Edit) -> Changed:
    pack, name = subject.pack, subject.owner
    before = workspace.relation(name, pack.id)
    changed = changed_pack(subject, edit)
    values = _values(workspace, subject, edit)
    other = workspace.changed(changed, name, values, f"{workspace.prefix}edited.")
    try:
        after = other.relation(name, pack.id)
        columns = [column(label) for label in before.columns]
        rows = [exp.select(*columns).from_(one.table) for one in (before, after)]
        query = exp.select(exp.Count(this=exp.Star()))
        gone = exp.Except(this=rows[0], expression=rows[1], distinct=False)
        [[differing]] = _counted(workspace, query.from_(exp.Subquery(this=gone, alias="d")))
        [[total]] = _counted(workspace, query.from_(before.table))
        return Changed(differing, total)
    finally:
        other.drop()


def _counted(workspace: Workspace, query: exp.Select) -> Sequence[Sequence[Any]]:
    return workspace.engine.run(query).fetchall()


def changed_pack(subject: Subject, variant: Variant) -> LoadedPack:
    """Return the pack of a derived table or term with another one in its place."""
    pack, item = subject.pack, variant.item
    if subject.graded is None:
        assert isinstance(item, Table)
        return replace(pack, tables={**pack.tables, subject.name: item})
    assert isinstance(item, Grading)
    grading = subject.graded.with_term(item.terms[0]).grading
    return replace(pack, gradings={**pack.gradings, subject.owner: grading})


def _values(workspace: Workspace, subject: Subject, variant: Variant) -> Resolved:
    """Return the parameters of a run, those of an edit changed for its rule or table."""
    return workspace.parameters.changed(subject.pack.id, subject.owner, variant.settings)
