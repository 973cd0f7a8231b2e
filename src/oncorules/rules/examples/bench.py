"""An engine in which the examples of some packs are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oncorules.errors import Problem, RuleError
from oncorules.rules.compiler.reach import owner_of
from oncorules.rules.examples.given import Given, Misfit, given_of_rule, given_of_table
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Answer, Subject, subjects_of
from oncorules.rules.examples.terms import TermStage, given_of_term
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.parameters import Resolved, resolve_parameters
from oncorules.rules.session import model_of
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine


class Bench:
    """An engine in which the examples of some packs are run."""

    def __init__(self, engine: Engine, packs: Sequence[LoadedPack]) -> None:
        """Take an engine without an export, and loaded packs."""
        self.engine, self.packs = engine, packs
        self.model = model_of(packs)
        self.defaults: Resolved = resolve_parameters(packs)
        self.empty = Workspace(
            engine, self.model, packs, self.defaults, {}, prefix="empty.", examples=True
        )
        self._serial = 0

    def subjects(self) -> Iterator[Subject]:
        """Go through the rules (on their first table), derived tables and terms of the packs."""
        return subjects_of(self.packs)

    def stages(self, subject: Subject) -> list[Stage]:
        """Store the examples of a rule or table.

        Those that differ in their parameters, or in the derived tables that they give instead of
        having them derived, are stored apart.

        Raises:
            RuleError: an example does not fit its rule, with `file:line:column`.
        """
        groups: dict[str, list[Given]] = {}
        for given in self._given(subject):
            derived = {n for n in given.tables if owner_of(n, subject.pack.id, self.packs)}
            alike = repr((sorted(given.settings.items()), sorted(derived)))
            groups.setdefault(alike, []).append(given)
        make = Stage if subject.graded is None else TermStage
        return [make(self, subject, group) for group in groups.values()]

    def answers(self, subject: Subject) -> list[Answer]:
        """Return the answers of all examples of a rule or table."""
        answers: list[Answer] = []
        for stage in self.stages(subject):
            answers += stage.answers()
            stage.drop()
        return answers

    def check(self, subject: Subject) -> None:
        """Read the formulas of a rule or table that has no example.

        Raises:
            RuleError: a formula does not fit the tables, with `file:line:column`.
        """
        if subject.rule is not None:
            self.empty.plan(subject.rule.table, [subject.rule], [subject.pack.id])
        elif subject.table is not None:
            self.empty.relation(subject.name, subject.pack.id)

    def next_prefix(self) -> str:
        """Return what stands before the names of the tables of one workspace."""
        self._serial += 1
        return f"x{self._serial}."

    def _given(self, subject: Subject) -> list[Given]:
        pack = subject.pack.id
        try:
            if subject.rule is not None:
                return list(given_of_rule(subject.rule, pack, self.empty))
            if subject.graded is not None:
                return list(given_of_term(subject.graded, subject.pack, self.empty))
            assert subject.table is not None
            return list(given_of_table(subject.name, subject.table, pack, self.empty))
        except Misfit as misfit:
            fault = Problem(subject.place(*misfit.path), str(misfit))
        except FormulaError as error:
            fault = Problem(subject.place("examples"), str(error))
        if subject.rule is not None:
            # A formula that cannot be used explains more than an example that does not fit it.
            self.empty.plan(subject.rule.table, [subject.rule], [pack])
        raise RuleError([fault])
