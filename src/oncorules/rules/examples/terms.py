"""The examples of the terms of a grading: what a term reads, and the grade that it gives.

Each row is one result. Its columns are the names that the term reads (VALUE, UNIT, ULN ...) and
parameters by name; `expect` is a grade, `not evaluable`, or `not graded` when the result is not
one of this term. A test, specimen, category or unit that an example does not name is the first of
the term; the unit of another result, such as BASELINE_UNIT, is the unit of the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oncorules.errors import OncorulesError, Problem, RuleError, did_you_mean
from oncorules.rules.compiler.needs import PlacedError
from oncorules.rules.compiler.relation import EXAMPLE, Relation, absent
from oncorules.rules.examples.given import EXPECT, Expected, Given, Misfit, Path
from oncorules.rules.examples.stage import Stage, rows_of
from oncorules.rules.examples.subject import Answer, GradedTerm, Variant
from oncorules.rules.examples.tables import Row, cell_text, store_rows
from oncorules.rules.grading.formulas import TEST, UNIT
from oncorules.rules.grading.gradings import compile_terms, readable
from oncorules.rules.grading.limits import printed_limits
from oncorules.rules.grading.sides import CATEGORY, SPECIMEN, Side
from oncorules.rules.grading.terms import VARIANT
from oncorules.rules.grading.units import common_unit
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Kind, Value
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Term
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.rules.loading.parameters import Resolved

NOT_EVALUABLE, NOT_GRADED = "not evaluable", "not graded"
ROWS = "what the term reads"
_GRADES = ("0", "1", "2", "3", "4", "5")


def given_of_term(graded: GradedTerm, pack: LoadedPack, empty: Workspace) -> Iterator[Given]:
    """Go through the examples of a term; each row is one of its own.

    Args:
        graded: the term.
        pack: the pack that has it.
        empty: knows the columns of every table.

    Raises:
        Misfit: an example does not fit the term.
        RuleError: a formula of the grading does not fit, with `file:line:column`.
    """
    term = graded.term
    if not term.examples:
        return
    known = kinds_of(graded, pack, empty)
    parameters = {*graded.grading.parameters, *empty.parameters.of(pack.id, graded.name)}
    for number, example in enumerate(term.examples):
        path: Path = ("examples", number)
        if example.grid is None:
            raise Misfit('a term has examples with "columns" and "rows"', path)
        columns = example.grid.columns
        if EXPECT not in columns:
            raise Misfit('the last column of an example is "expect"', (*path, "columns"))
        for label in columns:
            if label != EXPECT and label not in known and label not in parameters:
                near = did_you_mean(label, [*known, *parameters])
                message = f'"{label}" is nothing that the term reads{near}'
                raise Misfit(message, (*path, "columns", label))
        for position, row in enumerate(example.grid.rows):
            here = (*path, "rows", position)
            cells = dict(zip(columns, row, strict=True))
            answer = _answer(cells.pop(EXPECT), here)
            own = {label: cell for label, cell in cells.items() if label in known}
            settings = {
                label: cell
                for label, cell in cells.items()
                if label not in known and cell is not None
            }
            tables = {ROWS: [Row(_filled(own, term, known), here)]}
            expected = (Expected(answer, here, row=1),)
            yield Given(tables, expected, {**example.with_, **settings}, here)


def kinds_of(graded: GradedTerm, pack: LoadedPack, empty: Workspace) -> dict[str, Kind]:
    """Return what the terms of a grading can read, with the kind of each.

    Raises:
        RuleError: a formula of the grading does not fit, with `file:line:column`.
    """
    grading = graded.grading
    try:
        names = readable(
            grading,
            lambda name: empty.relation(name, pack.id),
            empty.scope(pack, graded.name, grading.parameters),
        )
    except FormulaError as error:
        path = error.path if isinstance(error, PlacedError) else ()
        place = pack.place("gradings", graded.name, *path, offset=error.offset)
        raise RuleError([Problem(place, str(error))]) from None
    return {
        label: value.kind
        for label, value in names.items()
        if "#" not in label and value.kind != "missing"
    }


def _answer(cell: object, path: Path) -> str:
    word = cell_text(cell)
    if word in (*_GRADES, NOT_EVALUABLE, NOT_GRADED):
        return str(word)
    found = "nothing" if word is None else f'"{word}"'
    near = "" if word is None else did_you_mean(word, (NOT_EVALUABLE, NOT_GRADED))
    message = f'expected a grade, "{NOT_EVALUABLE}" or "{NOT_GRADED}", found {found}{near}'
    raise Misfit(message, path)


def _filled(cells: dict[str, Any], term: Term, known: Mapping[str, Kind]) -> dict[str, Any]:
    """Return the cells with what an example need not say."""
    printed = [unit for unit, _ in printed_limits(term)]
    usual: dict[str, Any] = {
        TEST: term.test[0],
        UNIT: printed[0] if printed else common_unit(term.test[0]) or "unit",
        SPECIMEN: term.specimen[0].upper() if term.specimen else None,
        CATEGORY: term.category[0].upper() if term.category else None,
    }
    filled = {**{label: cell for label, cell in usual.items() if label in known}, **cells}
    for label in known:
        if label.endswith(f"_{UNIT}"):
            filled.setdefault(label, filled.get(UNIT))
    return filled


class TermStage(Stage):
    """The stored examples of one term that share their parameters."""

    def _store(self) -> None:
        graded = self.subject.graded
        assert graded is not None
        rows = [
            Row(row.cells, row.path, example=number)
            for number, given in enumerate(self.group)
            for row in given.tables[ROWS]
        ]
        kinds = kinds_of(graded, self.subject.pack, self.bench.empty)
        engine_name = f"{self.workspace.prefix}{ROWS}"
        filled = {label: kinds[label] for row in rows for label in row.cells}
        held = store_rows(self.workspace, engine_name, filled, rows)
        gone: dict[str, Value] = {label: absent(kind) for label, kind in kinds.items()}
        self.given = Relation(engine_name, {**gone, **held}, ())

    def answers(self, workspace: Workspace | None = None) -> list[Answer]:
        """Return the answers of the examples; see `Stage.answers`."""
        graded = self.subject.graded
        assert graded is not None
        resolved = (workspace or self.workspace).parameters
        try:
            return self._judge([graded.alone], resolved)[0]
        except FormulaError as error:
            path = error.path if isinstance(error, PlacedError) else ()
            place = self.subject.place(*path[2:], offset=error.offset)
            raise RuleError([Problem(place, str(error))]) from None

    def answers_of(self, variants: Sequence[Variant]) -> list[list[Answer] | None]:
        """Return the answers for each variant of the term, None for one that cannot be used."""
        plain = [number for number, one in enumerate(variants) if not one.settings]
        judged: list[list[Answer] | None] = [None] * len(variants)
        for number, answers in zip(plain, self._tried([variants[n] for n in plain]), strict=True):
            judged[number] = answers
        for number, variant in enumerate(variants):
            if variant.settings:
                judged[number] = self._tried([variant])[0]
        return judged

    def outcomes_of(self, variant: Variant) -> set[str]:
        """Return nothing: a term is not asked whether an example stands on a limit."""
        return set()

    def _tried(self, variants: Sequence[Variant]) -> list[list[Answer] | None]:
        """Try variants with equal settings together; those that cannot be used fall out."""
        import duckdb

        graded = self.subject.graded
        assert graded is not None
        judged: list[list[Answer] | None] = [None] * len(variants)
        todo = list(range(len(variants)))
        while todo:
            pack, settings = self.subject.pack.id, variants[todo[0]].settings
            resolved = self.resolved(pack, graded.name, settings)
            gradings = [one for n in todo if isinstance(one := variants[n].item, Grading)]
            try:
                for number, answers in zip(todo, self._judge(gradings, resolved), strict=True):
                    judged[number] = answers
                return judged
            except FormulaError as error:
                path = error.path if isinstance(error, PlacedError) else ()
                if len(path) < 2 or path[0] != "terms":
                    return judged
                todo.pop(int(path[1]))
            except (OncorulesError, duckdb.Error):
                if len(todo) == 1:
                    return judged
                return [self._tried([variant])[0] for variant in variants]
        return judged

    def _judge(self, gradings: Sequence[Grading], resolved: Resolved) -> list[list[Answer]]:
        """Grade the examples by the first term of each grading, all in one query."""
        graded, workspace = self.subject.graded, self.workspace
        assert graded is not None
        terms = tuple(grading.terms[0] for grading in gradings)
        pack, grading = self.subject.pack, gradings[0].model_copy(update={"terms": terms})
        other = Workspace(
            workspace.engine, workspace.model, workspace.packs, resolved, {}, examples=True
        )
        scope = other.scope(pack, graded.name, grading.parameters)
        name = f"{self.bench.next_prefix()}graded"
        query, relation = compile_terms(name, grading, self.given, scope)
        workspace.engine.store(name, query)
        try:
            rows = rows_of(workspace, relation)
        finally:
            workspace.engine.drop(name)
        found = {(row[VARIANT], row[EXAMPLE]): row for row in rows}
        return [
            [
                Answer(
                    self.subject.place(*wanted.path),
                    wanted.answer,
                    _told(found[str(place), str(number)], Side(term.direction), wanted.answer),
                )
                for number, given in enumerate(self.group)
                for wanted in given.expected
            ]
            for place, term in enumerate(terms)
        ]


def _told(row: Mapping[str, str | None], side: Side, wanted: str) -> str:
    if row[side.term] is None:
        return NOT_GRADED
    grade = row[side.grade]
    if grade is not None:
        return grade
    return NOT_EVALUABLE if wanted == NOT_EVALUABLE else f"{NOT_EVALUABLE} ({row[side.reason]})"
