"""The examples of rules and derived tables, run as little exports through the real compiler.

All examples of a rule that share their parameters run in one query: every table carries the number
of its example (`#example`), look-ups match on it and windows stay inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from oncorules.data.model import Model, standard_model
from oncorules.errors import CallError, Problem, RuleError
from oncorules.rules.checks import OUTCOMES, Plan
from oncorules.rules.display import display
from oncorules.rules.example_tables import Given, Row, given_of_rule, given_of_table, store
from oncorules.rules.loaded import LoadedPack, RuleInstance
from oncorules.rules.model import Example, Rule, Table
from oncorules.rules.parameters import Resolved, resolve_parameters
from oncorules.rules.relation import EXAMPLE, FILE, ROW, column, qualified
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine

Progress = Callable[[str, int, int], None]
Outcomes = dict[tuple[int, object], int]
_ROW = (FILE, ROW)


@dataclass(frozen=True)
class Failure:
    """An example whose answer is not the one it expects."""

    place: str
    rule_id: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Return the line that a rule author sees."""
        return f"{self.place}: {self.rule_id}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class ExampleRun:
    """What became of the examples of some packs.

    Attributes:
        count: how many answers were compared.
        rules: how many rules and derived tables have examples.
        failures: the answers that differ.
        without: rules and tables that have no example.
    """

    count: int
    rules: int
    failures: tuple[Failure, ...]
    without: tuple[str, ...] = ()


def run_examples(
    packs: Sequence[LoadedPack],
    *,
    rules: Iterable[str] = (),
    exclude: Iterable[str] = (),
    progress: Progress | None = None,
) -> ExampleRun:
    """Run the examples of packs and compare every answer.

    Args:
        packs: loaded with their examples.
        rules: ids of rules and names of tables to take; all when empty.
        exclude: ids and names to leave out.
        progress: called with what is run, how many are done, and of how many.

    Raises:
        RuleError: a formula or an example does not fit the tables.
    """
    from oncorules.engine.duckdb import Engine

    only, out = set(rules), set(exclude)
    count, tested = 0, 0
    failures: list[Failure] = []
    without: list[str] = []
    with Engine(jobs=1) as engine:
        bench = Bench(engine, packs)
        todo = [item for item in bench.subjects() if (not only or item.name in only)]
        todo = [item for item in todo if item.name not in out]
        for number, item in enumerate(todo):
            if progress is not None:
                progress(item.name, number, len(todo))
            if not item.examples:
                without.append(item.name)
                continue
            tested += 1
            for answer in bench.answers(item):
                count += 1
                if answer.expected != answer.found:
                    failures.append(Failure(answer.place, item.name, answer.expected, answer.found))
    return ExampleRun(count, tested, tuple(failures), tuple(without))


@dataclass(frozen=True)
class Answer:
    """One expected answer of an example beside the one that was found."""

    place: str
    expected: str
    found: str


@dataclass(frozen=True)
class Subject:
    """A rule on one table, or a derived table, with its examples."""

    name: str
    pack: LoadedPack
    examples: tuple[Example, ...]
    rule: RuleInstance | None = None
    table: Table | None = None

    def place(self, *path: object) -> str:
        """Return `file:line:column` of a part."""
        if self.rule is not None:
            return self.rule.place(*path)
        return self.pack.place("tables", self.name, *path)


class Bench:
    """An engine in which the examples of some packs are run."""

    def __init__(self, engine: Engine, packs: Sequence[LoadedPack]) -> None:
        """Take an engine without an export, and loaded packs."""
        self.engine, self.packs = engine, packs
        self.model: Model = standard_model()
        for pack in packs:
            if pack.export_tables:
                self.model = self.model.with_tables(pack.export_tables)
        self._serial = 0

    def subjects(self) -> Iterator[Subject]:
        """Go through the rules (on their first table) and the derived tables of the packs."""
        for pack in self.packs:
            seen: set[str] = set()
            for one in pack.rule_instances:
                if one.id not in seen:
                    seen.add(one.id)
                    yield Subject(one.id, pack, one.rule.examples, rule=one)
            for name, table in pack.tables.items():
                yield Subject(name, pack, table.examples, table=table)

    def answers(self, subject: Subject, *, mutated: Rule | Table | None = None) -> list[Answer]:
        """Return the answers of all examples of a rule or table.

        Args:
            subject: whose examples are run.
            mutated: a changed rule or table that is tried in its place.
        """
        groups: dict[str, list[Given]] = {}
        for number, given in enumerate(self._given(subject)):
            marked = replace(given, number=number)
            groups.setdefault(repr(sorted(given.settings.items())), []).append(marked)
        found: list[Answer] = []
        for group in groups.values():
            found += self._run(subject, group, mutated)
        return found

    def _given(self, subject: Subject) -> Iterator[Given]:
        try:
            if subject.rule is not None:
                yield from given_of_rule(subject.rule, subject.pack, self.model)
            elif subject.table is not None:
                yield from given_of_table(subject.table)
        except ValueError as error:
            path = error.args[1] if len(error.args) > 1 else ("examples",)
            raise RuleError([Problem(subject.place(*path), str(error.args[0]))]) from None

    def _run(
        self, subject: Subject, group: Sequence[Given], mutated: Rule | Table | None
    ) -> list[Answer]:
        workspace = self._workspace(subject, group[0].settings)
        names = self._store(workspace, subject, group)
        try:
            if subject.rule is not None:
                return self._of_rule(workspace, subject, group, mutated)
            return self._of_table(workspace, subject, group, mutated)
        finally:
            for name in {*names, *workspace.stored}:
                self.engine.drop(name)

    def _workspace(self, subject: Subject, settings: Mapping[str, Any]) -> Workspace:
        addressed = {
            address if ":" in address else f"{subject.pack.id}:{_owned(address, subject)}": value
            for address, value in settings.items()
        }
        try:
            resolved: Resolved = resolve_parameters(self.packs, settings=addressed)
        except CallError as error:
            raise RuleError([Problem(subject.place("examples"), str(error))]) from None
        self._serial += 1
        return Workspace(
            self.engine, self.model, self.packs, resolved, {}, prefix=f"x{self._serial}."
        )

    def _store(self, workspace: Workspace, subject: Subject, group: Sequence[Given]) -> list[str]:
        tables: dict[str, list[Row]] = {}
        for given in group:
            for name, rows in given.tables.items():
                tables.setdefault(name, []).extend(
                    replace(row, example=given.number) for row in rows
                )
        return [
            store(workspace, subject.pack.id, name, rows, subject.place)
            for name, rows in tables.items()
        ]

    def _of_rule(
        self,
        workspace: Workspace,
        subject: Subject,
        group: Sequence[Given],
        mutated: Rule | Table | None,
    ) -> list[Answer]:
        assert subject.rule is not None
        one = subject.rule
        if mutated is not None:
            assert isinstance(mutated, Rule)
            one = replace(one, rule=mutated)
        plan = workspace.plan(one.table, [one], [subject.pack.id])
        by_row, by_key = self._outcomes(workspace, plan)
        answers = []
        for given in group:
            for wanted in given.expected:
                known = by_row if isinstance(wanted.row, int) else by_key
                outcome = known.get((given.number, wanted.row))
                found = "no such row" if outcome is None else OUTCOMES[outcome]
                answers.append(Answer(subject.place(*wanted.path), wanted.answer, found))
        return answers

    def _outcomes(self, workspace: Workspace, plan: Plan) -> tuple[Outcomes, Outcomes]:
        """Return the outcome by (example, row), and by (example, key as text)."""
        relation, mask = plan.relation, column(plan.masks[0], "o")
        named = [key for key in relation.key if key in relation.columns]
        outcomes = plan.query.subquery("o")
        if not relation.has_rows:
            keys = [column(f"#key.{key}", "o") for key in (EXAMPLE, *named)]
            query = exp.select(keys[0], exp.Null(), mask, *keys[1:]).from_(outcomes)
        else:
            keys = [display(qualified(relation.columns[key], "s")) for key in named]
            same = exp.and_(
                *(exp.EQ(this=column(place, "o"), expression=column(place, "s")) for place in _ROW)
            )
            mark = qualified(relation.columns[EXAMPLE], "s").first
            query = (
                exp.select(mark, column(ROW, "o"), mask, *keys)
                .from_(outcomes)
                .join(exp.alias_(relation.table, "s", table=True), on=same)
            )
        by_row: Outcomes = {}
        by_key: Outcomes = {}
        for example, row, bits, *key in workspace.engine.run(query).fetchall():
            by_row[example, row] = bits & 3
            texts = ["" if cell is None else str(cell) for cell in key]
            by_key[example, " / ".join(texts)] = bits & 3
            if texts:
                by_key.setdefault((example, texts[0]), bits & 3)
        return by_row, by_key

    def _of_table(
        self,
        workspace: Workspace,
        subject: Subject,
        group: Sequence[Given],
        mutated: Rule | Table | None,
    ) -> list[Answer]:
        assert subject.table is not None
        if mutated is not None:
            assert isinstance(mutated, Table)
            tables = {**subject.pack.tables, subject.name: mutated}
            changed = replace(subject.pack, tables=tables)
            workspace.packs = [
                changed if pack.id == changed.id else pack for pack in workspace.packs
            ]
        relation = workspace.relation(subject.name, subject.pack.id)
        shown = {name: display(value) for name, value in relation.columns.items()}
        query = exp.select(
            *(exp.alias_(tree, name, quoted=True) for name, tree in shown.items())
        ).from_(relation.table)
        rows = [
            dict(zip(shown, row, strict=True)) for row in workspace.engine.run(query).fetchall()
        ]
        answers = []
        for given in group:
            own = [row for row in rows if row.get(EXAMPLE) == str(given.number)]
            for wanted in given.expected:
                place = subject.place(*wanted.path)
                answers.append(Answer(place, wanted.answer, wanted.compare(own)))
            if given.complete and len(own) != len(given.expected):
                place = subject.place(*given.path)
                answers.append(Answer(place, f"{len(given.expected)} rows", f"{len(own)} rows"))
        return answers


def _owned(address: str, subject: Subject) -> str:
    own = subject.rule.rule.parameters if subject.rule else {}
    own = subject.table.parameters if subject.table else own
    return f"{subject.name}.{address}" if address in own else address
