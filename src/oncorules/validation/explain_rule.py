"""One rule on some rows of its table, with every clause, value, line and look-up beside the answer.

The query is the rule's own, built from the same parts; the clauses are more columns of it. Windows
and look-ups are computed over all rows before the rows that were asked for are picked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.engine.result import Result
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
    Explanation,
    MissingDecision,
    ShownParameter,
)
from oncorules.validation.part_readers import (
    ClauseReader,
    ColumnReader,
    LookupReader,
    MissingReader,
    ValueReader,
)
from oncorules.validation.questions import Questions, Reader, Row, shown
from oncorules.validation.roots import files_of, unit_columns
from oncorules.validation.wanted import Wanted

if TYPE_CHECKING:
    import pyarrow as pa

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
    with _placed_faults(one):
        return ask_rule(workspace, one, pack).rows(wanted)


def ask_rule(workspace: Workspace, one: RuleInstance, pack: str) -> AskedRule:
    """Return a rule with the questions about its rows; it answers once, with rows or batches.

    Args:
        workspace: the tables and packs.
        one: the rule on its table.
        pack: the id of the loaded pack that brought it.

    Raises:
        RuleError: the rule does not fit the tables, with `file:line:column`.
    """
    with _placed_faults(one):
        owner = next(loaded for loaded in workspace.packs if loaded.id == pack)
        return _Explained(workspace, one, owner).readers()


@contextmanager
def _placed_faults(one: RuleInstance) -> Iterator[None]:
    try:
        yield
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

    def run(self, filters: Sequence[exp.Expr], order: Sequence[exp.Expr]) -> Result:
        """Return the answers on those rows; can be called once."""
        self.steps.add(exp.select(*self.ask.columns()).from_(self.steps.last))
        query = exp.select(exp.Star()).from_(self.steps.last)
        # No LIMIT beside ORDER BY: DuckDB 2.0 may try to fetch such rows late, and then fails.
        query = query.where(*filters).order_by(*order)
        return self.workspace.engine.run(self.steps.finish(query))

    def readers(self) -> AskedRule:
        """Ask everything that is told of a row."""
        ask, scope, rule = self.ask, self.scope, self.rule
        key = {name: ask(display(self.here.columns[name])) for name in self.here.key}
        rows = (ask(column(FILE)), ask(column(ROW))) if self.here.has_rows else None
        missing = [
            MissingReader(
                name,
                word,
                ask(is_missing(translate(resolved_name(name, rule, scope.columns), scope))),
            )
            for name, word in rule.if_missing.items()
        ]
        subject = self.here.columns.get(SUBJECT)
        return AskedRule(
            explained=self,
            key=key,
            rows_of=rows,
            subject=None if subject is None else ask(display(subject)),
            outcome=ask(outcome_of(rule, scope)),
            where=None if self.where is None else self._clause(self.where),
            missing=missing,
            condition=self._clause(self.condition),
            columns=built_columns(self.workspace, self.owner, self.one, self.parts, ask),
            lookups=found_rows(self.workspace, self.owner, rule, self.one.table, self.parts, ask),
            message=self._message(),
        )

    def _clause(self, clause: Clause) -> ClauseReader:
        return ClauseReader(
            clause.text,
            self.ask(translate_tree(clause.node, self.scope).first),
            tuple([self._value(words, node) for words, node in clause.reads]),
            tuple([self._clause(part) for part in clause.parts]),
        )

    def _value(self, words: str, node: exp.Expr) -> ValueReader:
        value = translate_tree(node, self.scope)
        text = self.ask(shown(value))
        if isinstance(node, exp.Column) and (node.table, node.name) in self.units:
            label = self.units[node.table, node.name]
            columns = self.scope.aliases.get(node.table, {}) if node.table else self.scope.columns
            if label in columns:
                return ValueReader(words, text, self.ask(display(columns[label])))
        # A product has the unit of one factor only where the other has none in the file either.
        return ValueReader(words, text, None if node.find(exp.Mul) else value.unit)

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
class AskedRule:
    """What reads an explanation from one row of answers.

    Attributes:
        explained: the rule, and its parts as they are built.
        key: the key of the row.
        rows_of: its file and row, when it is a row of a file.
        subject: its subject.
        outcome: what the rule says of it.
        where: the scope.
        missing: the decisions for missing values, in their order.
        condition: the condition.
        columns: the columns that are built for the rule.
        lookups: the rows that its look-ups found.
        message: the message of the finding.
    """

    explained: _Explained
    key: Mapping[str, Reader]
    rows_of: tuple[Reader, Reader] | None
    subject: Reader | None
    outcome: Reader
    where: ClauseReader | None
    missing: Sequence[MissingReader]
    condition: ClauseReader
    columns: Sequence[ColumnReader]
    lookups: Sequence[LookupReader]
    message: Callable[[Row], str]

    def rows(self, wanted: Wanted) -> list[Explanation]:
        """Return the explanations of some rows, in the order of the table."""
        found = self.explained.run(self.filters(wanted), self.order).fetchall()
        return [self.read(row) for row in found[: wanted.limit]]

    def findings(self) -> Iterator[pa.RecordBatch]:
        """Go through the answers on all rows that break the rule, in the order of its findings.

        The columns of a batch are the answers; `Reader.place` says which.
        """
        wanted = Wanted(outcomes=(NOT_MET,))
        yield from self.explained.run(self.filters(wanted), self.order).batches()

    @property
    def parameters(self) -> tuple[ShownParameter, ...]:
        """The parameters that the rule reads."""
        return tuple(self.explained.parameters())

    @property
    def order(self) -> list[exp.Expr]:
        """The order of the rows: that of the files, or of the key."""
        readers = self.rows_of if self.rows_of is not None else tuple(self.key.values())
        return [reader.column for reader in readers]

    def filters(self, wanted: Wanted) -> list[exp.Expr]:
        """Return the conditions of the rows that are asked for."""
        answers = [exp.Literal.number(number) for number in wanted.outcomes]
        found: list[exp.Expr] = [exp.In(this=self.outcome.column, expressions=answers)]
        if wanted.row is not None and self.rows_of is not None:
            for reader, number in zip(self.rows_of, (wanted.file or 0, wanted.row), strict=True):
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
        number = None if self.rows_of is None else self.rows_of[1](row)
        where = None if self.where is None else self.where(row)
        missing = tuple(MissingDecision(m.name, m.answer, m.gone(row)) for m in self.missing)
        condition = self.condition(row)
        return Explanation(
            rule_id=this.one.id,
            title=this.rule.title,
            severity=this.rule.severity,
            source=source_text(this.rule.source),
            table=this.one.table,
            file=files[self.rows_of[0](row)] if self.rows_of is not None and files else None,
            row=number,
            key={name: reader(row) for name, reader in self.key.items()},
            outcome=OUTCOMES[outcome],
            because=because(
                None if where is None else where.truth,
                [(one.name, one.answer, one.is_missing) for one in missing],
                condition.truth,
            ),
            message=self.message(row) if outcome == NOT_MET else None,
            scope=where,
            if_missing=missing,
            condition=condition,
            columns=tuple(column(row) for column in self.columns),
            lookups=tuple(lookup(row) for lookup in self.lookups),
            parameters=self.parameters,
        )


def because(scope: str | None, missing: Iterable[tuple[str, str, bool]], condition: str) -> str:
    """Return what decided, in a sentence.

    Args:
        scope: the truth of the scope, where there is one.
        missing: for each decision of `if_missing`: the name, the answer, whether it is missing.
        condition: the truth of the condition.
    """
    if scope == "false":
        return "the scope is false, so the rule does not look at this row"
    if scope == "unknown":
        return "the scope is unknown"
    for name, answer, gone in missing:
        if gone:
            return f"{name} is missing, which counts as {answer}"
    return f"the condition is {condition}"
