"""The DuckDB SQL of rules and derived tables, compiled without an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.model import Model
from oncorules.rules.compiler.checks import OUTCOMES, Plan
from oncorules.rules.compiler.relation import FILE, LAST, ROW, SHOWN, SQL_TYPES
from oncorules.rules.deriving.reading import tables_read
from oncorules.rules.language.values import Kind
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.parameters import Resolved
from oncorules.rules.session import model_of
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine
    from oncorules.rules.catalogue.catalogue import Subject


def sql_of(
    subject: Subject, packs: Sequence[LoadedPack], parameters: Resolved, *, plan: bool = False
) -> str:
    """Return the statements of a rule on each of its tables, or of a derived table.

    Args:
        subject: the rule or table.
        packs: all packs of the call.
        parameters: the value of every parameter.
        plan: the statement of all rules on the table, with those of the subject among them.

    Raises:
        RuleError: a formula does not fit the table model, with `file:line:column`.
    """
    with _workspace(packs, parameters) as workspace:
        return _sql(workspace, subject, packs if plan else ())


def statements(
    subjects: Iterable[Subject], packs: Sequence[LoadedPack], parameters: Resolved
) -> Iterator[str]:
    """Go through the statements of several rules and derived tables, as `sql_of` gives them.

    Raises:
        RuleError: a formula does not fit the table model, with `file:line:column`.
    """
    with _workspace(packs, parameters) as workspace:
        for subject in subjects:
            yield _sql(workspace, subject, ())


@contextmanager
def _workspace(packs: Sequence[LoadedPack], parameters: Resolved) -> Iterator[Workspace]:
    from oncorules.engine.duckdb import Engine

    model = model_of(packs)
    with Engine(jobs=1) as engine:
        present = _make_tables(engine, model, packs)
        yield Workspace(engine, model, packs, parameters, present)


def _sql(workspace: Workspace, subject: Subject, packs: Sequence[LoadedPack]) -> str:
    if subject.table is not None:
        query, relation = workspace.compile(subject.id, subject.pack)
        head = f"-- the rows of {relation.name}, one per {', '.join(relation.key)}"
        return f"{head}\n{_pretty(query)}"
    return "\n\n".join(_of_rule(workspace, subject, one, packs) for one in subject.rules)


def _of_rule(
    workspace: Workspace, subject: Subject, one: RuleInstance, packs: Sequence[LoadedPack]
) -> str:
    """Return the statement of a rule on one table; with packs, of all their rules on it."""
    members = [(one, subject.pack.id)]
    if packs:
        members = [
            (other, pack.id)
            for pack in packs
            for other in pack.rule_instances
            if other.table == one.table and pack.id == subject.pack.id
        ]
    plan = workspace.plan(one.table, [rule for rule, _ in members], [pack for _, pack in members])
    return "\n".join([*_heading(one, plan), _pretty(plan.query)])


def _heading(one: RuleInstance, plan: Plan) -> list[str]:
    answers = ", ".join(f"{number} {word}" for number, word in enumerate(OUTCOMES))
    if len(plan.rules) == 1:
        return [f"-- {one.id} on {one.table}", f'-- the answer "{plan.masks[0]}": {answers}']
    lines = [f"-- {len(plan.rules)} rules on {one.table}, two bits each: {answers}"]
    for rule in plan.rules:
        lines.append(f'-- {rule.rule.id}: "{rule.mask}" >> {rule.shift} & 3')
    return lines


def _pretty(query: exp.Query) -> str:
    return query.sql("duckdb", pretty=True, max_text_width=90) + ";"


def _make_tables(
    engine: Engine, model: Model, packs: Sequence[LoadedPack]
) -> dict[str, dict[str, Kind]]:
    """Store every table of the export that the packs name, without rows but with all columns."""
    present: dict[str, dict[str, Kind]] = {}
    for name in sorted(tables_read(packs)):
        declared = model.table(name)
        if declared is None:
            continue  # the rule that reads it is refused with its place
        kinds: dict[str, Kind] = {label: column.type for label, column in declared.columns.items()}
        trees = [_empty(FILE, "SMALLINT"), _empty(ROW, "BIGINT")]
        for label, kind in kinds.items():
            trees.append(_empty(label, SQL_TYPES[kind]))
            if kind == "date":
                trees.append(_empty(label + LAST, SQL_TYPES[kind]))
            if kind != "text":
                trees.append(_empty(label + SHOWN, SQL_TYPES["text"]))
        engine.store(name, exp.select(*trees).where(exp.false()))
        present[name] = kinds
    return present


def _empty(name: str, sql_type: str) -> exp.Expr:
    return exp.alias_(exp.cast(exp.Null(), sql_type), name, quoted=True)
