"""One rule on some rows of its table, with every clause, value, line and look-up beside the answer.

The query is the rule's own, built from the same parts; the clauses are more columns of it. Windows
and look-ups are computed over all rows before the rows that were asked for are picked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from oncorules.errors import Problem, RuleError
from oncorules.rules.catalogue.pages import source_text, used_parameters
from oncorules.rules.compiler.checks import (
    NOT_MET,
    OUTCOMES,
    BoundRule,
    RuleFault,
    fields,
    is_missing,
    note_parts,
    outcome_of,
    resolved_name,
)
from oncorules.rules.compiler.parts import Parts, PlacedError, build
from oncorules.rules.compiler.relation import FILE, ROW, Relation, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.clauses import Clause, take_apart
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.translate import translate, translate_tree
from oncorules.rules.language.values import Value
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import THIS_TABLE
from oncorules.rules.workspace import Workspace
from oncorules.validation.explain_parts import built_columns, found_rows
from oncorules.validation.explanation import (
    MISSING,
    TRUTHS,
    ExplainedClause,
    Explanation,
    MissingDecision,
    ShownParameter,
    ShownValue,
)
from oncorules.validation.questions import Questions, Reader, Row, shown
from oncorules.validation.roots import files_of, unit_columns
from oncorules.validation.wanted import Wanted

SUBJECT = "USUBJID"


def explain_rows(
    workspace: Workspace, one: RuleInstance, pack: str, wanted: Wanted
) -> list[Explanation]:
    """Return why a rule says what it says about some rows, in the order of the table.

    Args:
        workspace: the tables and packs.
        one: the rule on its table.
        pack: the id of the loaded pack that brought it.
        wanted: the rows.

    Raises:
        RuleError: the rule does not fit the tables, with `file:line:column`.
    """
    owner = next(loaded for loaded in workspace.packs if loaded.id == pack)
    try:
        return _Explained(workspace, one, owner).rows(wanted)
    except RuleFault as fault:
        place = one.place(*fault.path, offset=fault.error.offset)
        raise RuleError([Problem(place, str(fault))]) from None
    except FormulaError as error:
        path = error.path if isinstance(error, PlacedError) else ()
        raise RuleError([Problem(one.place(*path, offset=error.offset), str(error))]) from None


def _with_rows(relation: Relation) -> Relation:
    """Return a table whose file and row can be looked up like its columns."""
    if not relation.has_rows:
        return relation
    places = {name: Value("integer", column(name)) for name in (FILE, ROW)}
    return replace(relation, columns={**relation.columns, **places})


class _Explained:
    """A rule's parts, built, and the questions about them."""

    def __init__(self, workspace: Workspace, one: RuleInstance, owner: LoadedPack) -> None:
        self.workspace, self.one, self.owner = workspace, one, owner
        self.rule = one.rule
        self.here = _with_rows(workspace.relation(one.table, owner.id))
        self.condition = take_apart(self.rule.condition)
        where = self.rule.applies_to.where
        self.where = None if where is None else take_apart(where)
        self.units = unit_columns(workspace, one, owner)
        self.parts = self._noted()
        self.steps = Steps(self.here.table)
        build([self.parts], self.steps)
        self.scope = self.parts.current()
        self.ask = Questions()

    def _find(self, name: str) -> Relation:
        return _with_rows(self.workspace.relation(name, self.owner.id))

    def _noted(self) -> Parts:
        """Note what the rule reads, then units, and the place and key of rows looked up."""
        scope = self.workspace.scope(self.owner, self.one.id, self.rule.parameters)
        parts = note_parts(BoundRule(self.rule, scope), self.here, self._find, "r0.")
        for alias, read in list(parts.wanted.items()):
            lookup = self.rule.lookups[alias]
            there = self.here if lookup.from_ == THIS_TABLE else self._find(lookup.from_)
            units = [self.units[alias, name] for name in read if (alias, name) in self.units]
            places = [FILE, ROW] if there.has_rows else []
            for name in (*units, *there.key, *places):
                if name in there.columns:
                    parts.require_name(name, ("lookups", alias), alias)
        return parts

    def rows(self, wanted: Wanted) -> list[Explanation]:
        readers = self._readers()
        self.steps.add(exp.select(*self.ask.columns()).from_(self.steps.last))
        query = exp.select(exp.Star()).from_(self.steps.last)
        # No LIMIT beside ORDER BY: DuckDB 2.0 may try to fetch such rows late, and then fails.
        query = query.where(*readers.filters(wanted)).order_by(*readers.order)
        found = self.workspace.engine.run(self.steps.finish(query)).fetchall()
        return [readers.read(row) for row in found[: wanted.limit]]

    def _readers(self) -> _Readers:
        ask, scope, rule = self.ask, self.scope, self.rule
        key = {name: ask(display(self.here.columns[name])) for name in self.here.key}
        rows = (ask(column(FILE)), ask(column(ROW))) if self.here.has_rows else None
        missing = [
            (
                name,
                word,
                ask(is_missing(translate(resolved_name(name, rule, scope.columns), scope))),
            )
            for name, word in rule.if_missing.items()
        ]
        subject = self.here.columns.get(SUBJECT)
        return _Readers(
            explained=self,
            key=key,
            rows=rows,
            subject=None if subject is None else ask(display(subject)),
            outcome=ask(outcome_of(rule, scope)),
            where=None if self.where is None else self._clause(self.where),
            missing=missing,
            condition=self._clause(self.condition),
            columns=built_columns(self.workspace, self.owner, self.one, self.parts, ask),
            lookups=found_rows(self.workspace, self.owner, rule, self.one.table, self.parts, ask),
            message=self._message(),
        )

    def _clause(self, clause: Clause) -> Callable[[Row], ExplainedClause]:
        truth = self.ask(translate_tree(clause.node, self.scope).first)
        values = [self._value(words, node) for words, node in clause.reads]
        parts = [self._clause(part) for part in clause.parts]
        return lambda row: ExplainedClause(
            clause.text,
            TRUTHS[truth(row)],
            tuple(value(row) for value in values),
            tuple(part(row) for part in parts),
        )

    def _value(self, words: str, node: exp.Expr) -> Callable[[Row], ShownValue]:
        value = translate_tree(node, self.scope)
        text = self.ask(shown(value))
        # A product has the unit of one factor only where the other has none in the file either.
        unit = None if node.find(exp.Mul) else value.unit
        if isinstance(node, exp.Column) and (node.table, node.name) in self.units:
            label = self.units[node.table, node.name]
            columns = self.scope.aliases.get(node.table, {}) if node.table else self.scope.columns
            if label in columns:
                dynamic = self.ask(display(columns[label]))
                return lambda row: ShownValue(words, text(row), dynamic(row))
        return lambda row: ShownValue(words, text(row), unit)

    def _message(self) -> Callable[[Row], str]:
        message = (self.rule.message or self.rule.title).strip()
        values = {
            name: self.ask(
                display(translate(resolved_name(name, self.rule, self.scope.columns), self.scope))
            )
            for name in fields(message)
        }

        def written(row: Row) -> str:
            text = message
            for name, value in values.items():
                text = text.replace(f"{{{name}}}", value(row) or MISSING)
            return text

        return written

    def parameters(self) -> Iterator[ShownParameter]:
        """Go through the parameters that the rule reads."""
        resolved = self.workspace.parameters
        for one in used_parameters(self.owner, self.one.id, self.rule, resolved):
            source = source_text(one.declared.source)
            yield ShownParameter(one.name, str(one.value), one.unit, one.origin, source)


@dataclass(frozen=True)
class _Readers:
    """What reads the answers to the questions from one row of the query."""

    explained: _Explained
    key: Mapping[str, Reader]
    rows: tuple[Reader, Reader] | None
    subject: Reader | None
    outcome: Reader
    where: Callable[[Row], ExplainedClause] | None
    missing: Sequence[tuple[str, str, Reader]]
    condition: Callable[[Row], ExplainedClause]
    columns: Callable[[Row], Any]
    lookups: Callable[[Row], Any]
    message: Callable[[Row], str]

    @property
    def order(self) -> list[exp.Expr]:
        """The order of the rows: that of the files, or of the key."""
        readers = self.rows if self.rows is not None else tuple(self.key.values())
        return [reader.column for reader in readers]

    def filters(self, wanted: Wanted) -> list[exp.Expr]:
        """Return the conditions of the rows that are asked for."""
        answers = [exp.Literal.number(number) for number in wanted.outcomes]
        found: list[exp.Expr] = [exp.In(this=self.outcome.column, expressions=answers)]
        if wanted.row is not None and self.rows is not None:
            for reader, number in zip(self.rows, (wanted.file or 0, wanted.row), strict=True):
                found.append(exp.EQ(this=reader.column, expression=exp.Literal.number(number)))
        for name, text in (wanted.key or {}).items():
            if name in self.key:
                same = exp.Null() if text is None else exp.Literal.string(text)
                found.append(exp.NullSafeEQ(this=self.key[name].column, expression=same))
        if wanted.subject is not None and self.subject is not None:
            same = exp.Literal.string(wanted.subject)
            found.append(exp.EQ(this=self.subject.column, expression=same))
        return found

    def read(self, row: Row) -> Explanation:
        """Return the explanation of one row."""
        this, outcome = self.explained, self.outcome(row)
        files = files_of(this.workspace, this.one.table, this.owner.id)
        number = None if self.rows is None else self.rows[1](row)
        where = None if self.where is None else self.where(row)
        missing = tuple(MissingDecision(n, word, gone(row)) for n, word, gone in self.missing)
        condition = self.condition(row)
        return Explanation(
            rule_id=this.one.id,
            title=this.rule.title,
            severity=this.rule.severity,
            source=source_text(this.rule.source),
            table=this.one.table,
            file=files[self.rows[0](row)] if self.rows is not None and files else None,
            row=number,
            key={name: reader(row) for name, reader in self.key.items()},
            outcome=OUTCOMES[outcome],
            because=_because(where, missing, condition),
            message=self.message(row) if outcome == NOT_MET else None,
            scope=where,
            if_missing=missing,
            condition=condition,
            columns=self.columns(row),
            lookups=self.lookups(row),
            parameters=tuple(this.parameters()),
        )


def _because(
    where: ExplainedClause | None, missing: Sequence[MissingDecision], condition: ExplainedClause
) -> str:
    if where is not None and where.truth == "false":
        return "the scope is false, so the rule does not look at this row"
    if where is not None and where.truth == "unknown":
        return "the scope is unknown"
    for one in missing:
        if one.is_missing:
            return f"{one.name} is missing, which counts as {one.answer}"
    return f"the condition is {condition.truth}"
