"""Why a derived column has its value: its lines on the rows of one subject, and what lies behind.

The rows are made as the table itself makes them, of the same parts; the conditions of the lines are
more columns of that query. Rows that `until` and `keep` leave out are explained too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.catalogue.pages import source_text, used_parameters
from oncorules.rules.compiler.lines import LINE, words_of
from oncorules.rules.compiler.parts import DECIDE, PlacedError
from oncorules.rules.compiler.tables import rows_made
from oncorules.rules.deriving.reading import Reading, needed_part
from oncorules.rules.language.clauses import Clause, own_words, take_apart
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.translate import translate_tree
from oncorules.rules.loading.model import OTHERWISE, Column, Decide, Table
from oncorules.validation.answer_explanation import (
    AnswerExplanation,
    ExplainedColumn,
    ExplainedLine,
)
from oncorules.validation.answer_grids import grids_of
from oncorules.validation.explanation import TRUTHS, ExplainedClause, ShownParameter, ShownValue
from oncorules.validation.questions import Questions, Row, shown

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.rules.session import Session

SUBJECT = "USUBJID"
DEEPEST = 2  # columns within columns that a clause is taken apart into


def explain_answer(
    session: Session, answer: str, subject: str, key: Mapping[str, str], most: int
) -> tuple[list[AnswerExplanation], int]:
    """Return why a column has its values on the rows of a subject, and how many rows are left out.

    Args:
        session: the run.
        answer: `COLUMN`, or `TABLE.COLUMN` where several derived tables have it.
        subject: the subject.
        key: values of the key, as people see them, that the rows must have.
        most: how many rows are explained.

    Raises:
        CallError: no derived table has such a column, or no row such a key.
        RuleError: a formula does not fit, with `file:line:column`.
    """
    pack, name, column = find_answer(session.packs, answer)
    try:
        return _Answer(session, pack, name, column).rows(subject, key, most)
    except FormulaError as error:
        path = error.path if isinstance(error, PlacedError) else ()
        place = pack.place("tables", name, *path, offset=error.offset)
        raise RuleError([Problem(place, str(error))]) from None


def find_answer(packs: Sequence[LoadedPack], answer: str) -> tuple[LoadedPack, str, str]:
    """Return the pack, the derived table and the column that an answer names."""
    wanted, _, column = answer.rpartition(".")
    having = [
        (pack, name, label)
        for pack in packs
        for name, table in pack.tables.items()
        for label in _built(table)
    ]
    found = [one for one in having if one[2] == column and wanted in ("", one[1])]
    if not found:
        known = {form for _, name, label in having for form in (label, f"{name}.{label}")}
        raise CallError(f'no derived table has the column "{answer}"{did_you_mean(answer, known)}')
    if len(found) > 1:
        listed = ", ".join(f"{name}.{label}" for _, name, label in found)
        raise CallError(f'"{answer}" can be any of {listed}; write one of these')
    return found[0]


def _built(table: Table) -> tuple[str, ...]:
    return () if table.stack else (*table.columns, *(table.decide.sets if table.decide else ()))


class _Answer:
    """A column of a derived table, its rows made, and the questions about them."""

    def __init__(self, session: Session, pack: LoadedPack, name: str, column: str) -> None:
        self.session, self.pack, self.name, self.column = session, pack, name, column
        self.table = pack.tables[name]
        workspace = session.workspace
        reading = Reading(session.packs, workspace.model)
        reading.follow(name, pack.id, {column, SUBJECT})
        for other, columns in self.table.explain.items():
            reading.follow(other, pack.id, columns)
        workspace.read = {
            label: read for label, read in reading.derived().items() if label not in reading.whole
        }
        whole = self.table.model_copy(update={"until": None, "keep": None})
        scope = workspace.scope(pack, name, whole.parameters)
        made = {column, *whole.one_row_per}
        find = lambda other: workspace.relation(other, pack.id)  # noqa: E731
        self.made, self.parts, self.steps, grouped = rows_made(whole, find, scope, made)
        if grouped:
            raise CallError(
                f"{name}.{column} is made of several rows; ask for a column of the table they are "
                f"in, {self.table.from_}"
            )
        self.scope = self.parts.current()
        self.ask = Questions()

    def rows(
        self, subject: str, key: Mapping[str, str], most: int
    ) -> tuple[list[AnswerExplanation], int]:
        keys = {name: self.scope.value(exp.column(name)) for name in self.made.one_row_per}
        for name in key:
            if name not in keys:
                near = did_you_mean(name, keys)
                listed = ", ".join(keys)
                raise CallError(f'"{name}" is not of the key of {self.name}, {listed}{near}')
        readers = {name: self.ask(display(value)) for name, value in keys.items()}
        columns = list(self._columns())
        self.steps.add(exp.select(*self.ask.columns()).from_(self.steps.last))
        query = exp.select(exp.Star()).from_(self.steps.last)
        for name, text in {**key, SUBJECT: subject}.items():
            if name in readers:
                same = exp.EQ(this=readers[name].column, expression=exp.Literal.string(text))
                query = query.where(same)
        query = query.order_by(*(readers[name].column for name in keys))
        found = self.session.engine.run(self.steps.finish(query)).fetchall()
        if not found:
            asked = "".join(f", {name} {text}" for name, text in key.items())
            raise CallError(f"{self.name} has no row of {subject}{asked}")
        told = []
        parameters = tuple(self._parameters())
        for row in found[:most]:
            at = {name: reader(row) for name, reader in readers.items()}
            grids = tuple(grids_of(self.session, self.pack, self.table, at))
            explained = tuple(column(row) for column in columns)
            told.append(
                AnswerExplanation(self.pack.id, self.name, at, explained, grids, parameters)
            )
        return told, max(0, len(found) - most)

    def _columns(self) -> Iterator[Callable[[Row], ExplainedColumn]]:
        """Go through the column that was asked for, and those with lines that it reads."""
        todo, seen = [self.column], set[str]()
        while todo:
            name = todo.pop(0)
            if name in seen:
                continue
            seen.add(name)
            reader, read = self._column(name)
            yield reader
            todo += [
                one for one in read if one in self.table.columns and _has_lines(self.table, one)
            ]

    def _column(self, name: str) -> tuple[Callable[[Row], ExplainedColumn], list[str]]:
        decide = self.table.decide
        spec: Column | Decide
        path: tuple[str, ...]
        if decide is not None and name in decide.sets:
            spec, path = decide, ("decide", "lines")
            number = self.parts.ready.get(DECIDE)
            lines = [(line.when, line.values.get(name, "null")) for line in decide.lines]
        else:
            spec, path = self.table.columns[name], ("columns", name, "first_true")
            number = self.parts.ready.get(name + LINE)
            lines = [(line.when, line.result) for line in spec.first_true or ()]
        value = self.scope.value(exp.column(name))
        text = self.ask(shown(value))
        at = None if number is None else self.ask(number.first)
        tell: list[Callable[[Row], ExplainedLine]] = []
        read: list[str] = []
        words = words_of(spec) if number is not None else ()
        for place, (when, gives) in enumerate(lines, start=1):
            clause = None if when == OTHERWISE else take_apart(when)
            read += [] if clause is None else _bare(clause)
            label = (
                words[place - 1] if clause is None or words[place - 1] != own_words(when) else ""
            )
            label = "" if label.startswith(f"{gives}: ") else label
            where = self.pack.place("tables", self.name, *path, place - 1)
            tell.append(self._line(place, gives, clause, label, where, at))
        reads: list[Callable[[Row], ShownValue]] = []
        formula = ""
        if isinstance(spec, Column) and spec.rows is not None:
            names = list(spec.decide_by or ())[:-1]
            read += names
            reads = [self._value(one, exp.column(one)) for one in names]
            for place, cells in enumerate(words, start=1):
                where = self.pack.place("tables", self.name, "columns", name, "rows", place - 1)
                tell.append(self._row(place, cells, where, at))
        elif isinstance(spec, Column) and spec.value is not None:
            formula = own_words(spec.value)
            clause = take_apart(spec.value)
            read += _bare(clause)
            reads = [self._value(*one) for leaf in clause.leaves() for one in leaf.reads]
        source = source_text(self.table.source) if self.table.source is not None else "not said"

        def explained(row: Row) -> ExplainedColumn:
            told = tuple(one(row) for one in tell)
            values = tuple(one(row) for one in reads)
            return ExplainedColumn(name, text(row), value.unit, told, values, formula, source)

        return explained, read

    def _line(
        self,
        place: int,
        gives: str,
        clause: Clause | None,
        words: str,
        where: str,
        at: Callable[[Row], int | None] | None,
    ) -> Callable[[Row], ExplainedLine]:
        read = None if clause is None else self._clause(clause, DEEPEST)

        def line(row: Row) -> ExplainedLine:
            told = None if read is None else read(row)
            truth = "true" if told is None else told.truth
            decided = at is not None and abs(at(row) or 0) == place
            return ExplainedLine(gives, truth, decided, told, words, where)

        return line

    def _row(
        self, place: int, cells: str, where: str, at: Callable[[Row], int | None] | None
    ) -> Callable[[Row], ExplainedLine]:
        def line(row: Row) -> ExplainedLine:
            number = (at(row) or 0) if at is not None else 0
            # Of the rows below the one that decides, it is not said whether they match as well.
            truth = "false" if place < number else "true" if place == number else ""
            return ExplainedLine(cells, truth, place == number, None, "", where)

        return line

    def _clause(self, clause: Clause, deep: int) -> Callable[[Row], ExplainedClause]:
        truth = self.ask(translate_tree(clause.node, self.scope).first)
        parts = [self._clause(part, deep) for part in clause.parts]
        values = [self._value(*one) for one in clause.reads]
        for name in _bare(clause) if not clause.parts and deep else ():
            inner = self._made_of(name)
            if inner is not None and isinstance(clause.node, exp.Column):
                parts, values = [self._clause(inner, deep - 1)], []
            elif inner is not None:
                parts.append(self._named(name, inner, deep - 1))
        return lambda row: ExplainedClause(
            clause.text,
            TRUTHS[truth(row)],
            tuple(value(row) for value in values),
            tuple(part(row) for part in parts),
        )

    def _made_of(self, name: str) -> Clause | None:
        """Return the condition that a column of the table is, if it is one."""
        spec = self.table.columns.get(name)
        if spec is None or spec.value is None or name not in self.parts.ready:
            return None
        return _condition(spec.value) if self.parts.ready[name].kind == "boolean" else None

    def _named(self, name: str, clause: Clause, deep: int) -> Callable[[Row], ExplainedClause]:
        """Return a column that a clause reads, with the clauses it is made of."""
        inner = self._clause(clause, deep)
        truth = self.ask(self.parts.ready[name].first)
        return lambda row: ExplainedClause(name, TRUTHS[truth(row)], (), (inner(row),))

    def _value(self, words: str, node: exp.Expr) -> Callable[[Row], ShownValue]:
        value = translate_tree(node, self.scope)
        text = self.ask(shown(value))
        unit = None if node.find(exp.Mul) else value.unit
        return lambda row: ShownValue(words, text(row), unit)

    def _parameters(self) -> Iterator[ShownParameter]:
        resolved = self.session.workspace.parameters
        used = needed_part(self.table, {self.column}, self.pack)
        for one in used_parameters(self.pack, self.name, used, resolved):
            source = source_text(one.declared.source)
            yield ShownParameter(one.name, str(one.value), one.unit, one.origin, source)


def _has_lines(table: Table, name: str) -> bool:
    return name in table.columns and table.columns[name].value is None


def _bare(clause: Clause) -> list[str]:
    """Return the columns that a clause reads on its own row."""
    found = [
        column.name
        for column in clause.node.find_all(exp.Column)
        if not column.table and column.find_ancestor(exp.Window) is None
    ]
    return list(dict.fromkeys(found))


def _condition(formula: str) -> Clause:
    """Return the clauses of a condition; `coalesce(..., false)` around it is passed over."""
    whole = own_words(formula)
    inner = whole.removeprefix("coalesce(").removesuffix(", false)")
    node = take_apart(whole).node
    if isinstance(node, exp.Anonymous) and whole == f"coalesce({inner}, false)":
        return take_apart(inner)
    return take_apart(whole)
