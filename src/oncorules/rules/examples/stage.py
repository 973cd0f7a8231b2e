"""The stored examples of one rule or table, and the answers that variants of it give there.

Examples of a rule that share their parameters make one stage: every table carries the number
of its example (`#example`), look-ups match on it and windows stay inside it. A stage keeps its
tables, so that many variants of a rule are tried against them in one query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from oncorules.errors import CallError, OncorulesError, Problem, RuleError
from oncorules.rules.compiler.checks import OUTCOMES, BoundRule, Plan, RuleFault, plan_checks
from oncorules.rules.compiler.relation import EXAMPLE, FILE, ROW, Relation, column, qualified
from oncorules.rules.examples.given import Expected, Given
from oncorules.rules.examples.subject import Answer, Subject, Variant
from oncorules.rules.examples.tables import Row, store
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Value
from oncorules.rules.loading.parameters import Resolved, resolve_parameters
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.rules.examples.bench import Bench


class Stage:
    """The stored examples of one rule or table that share their parameters and derived tables.

    Attributes:
        subject: whose examples they are.
        workspace: what names mean on this stage.
    """

    def __init__(self, bench: Bench, subject: Subject, group: Sequence[Given]) -> None:
        """Store the tables of the examples."""
        self.bench, self.subject, self.group = bench, subject, group
        self.workspace = Workspace(
            bench.engine,
            bench.model,
            bench.packs,
            self._resolve(group[0]),
            {},
            prefix=bench.next_prefix(),
            examples=True,
            empty=bench.empty,
        )
        self._store()

    def _store(self) -> None:
        tables: dict[str, list[Row]] = {}
        for number, given in enumerate(self.group):
            for name, rows in given.tables.items():
                tables.setdefault(name, []).extend(replace(row, example=number) for row in rows)
        for name, rows in tables.items():
            store(self.workspace, self.subject.pack.id, name, rows)

    def _resolve(self, given: Given) -> Resolved:
        settings = {self.subject.address(name): value for name, value in given.settings.items()}
        if not settings:
            return self.bench.defaults
        try:
            return resolve_parameters(self.bench.packs, settings=settings)
        except CallError as error:
            place = self.subject.place(*given.path, "with")
            raise RuleError([Problem(place, str(error).removeprefix("--set "))]) from None

    def drop(self) -> None:
        """Remove what is stored."""
        self.workspace.drop()

    def resolved(self, pack: str, owner: str, settings: Mapping[str, Any]) -> Resolved:
        """Return the parameters of this stage, some of them other for one rule or table."""
        defaults = self.bench.defaults.values
        free = {
            name: settings[name]
            for name, current in self.workspace.parameters.of(pack, owner).items()
            if name in settings and current.origin == defaults[current.key].origin
        }
        return self.workspace.parameters.changed(pack, owner, free)

    def answers(self, workspace: Workspace | None = None) -> list[Answer]:
        """Return the answers of the examples.

        Args:
            workspace: another one than the stage's own, in which a derived table is changed.

        Raises:
            RuleError: a formula does not fit, with `file:line:column`.
        """
        workspace = workspace or self.workspace
        if self.subject.rule is None:
            return self._of_table(workspace)
        one = self.subject.rule
        plan = workspace.plan(one.table, [one], [self.subject.pack.id])
        return self._judged(_outcomes(workspace, plan), 0)

    def answers_of(self, variants: Sequence[Variant]) -> list[list[Answer] | None]:
        """Return the answers for each variant of the rule, None for one that cannot be used."""
        import duckdb

        plan_of = list(range(len(variants)))
        rules = [v.item.model_copy(update={"message": None}) for v in variants]
        try:
            while plan_of:
                try:
                    plan = self._plan([(rules[n], variants[n].settings) for n in plan_of])
                except RuleFault as fault:
                    plan_of = [number for number in plan_of if rules[number] is not fault.rule]
                    continue
                found = _outcomes(self.workspace, plan)
                judged: list[list[Answer] | None] = [None] * len(variants)
                for place, number in enumerate(plan_of):
                    judged[number] = self._judged(found, place)
                return judged
        except (OncorulesError, FormulaError, duckdb.Error):
            if len(plan_of) > 1:
                return [self.answers_of([variant])[0] for variant in variants]
        return [None] * len(variants)

    def outcomes_of(self, variant: Variant) -> set[str]:
        """Return what a variant of the rule says of any row; nothing when it cannot be used."""
        try:
            plan = self._plan([(variant.item, variant.settings)])
        except (OncorulesError, RuleFault, FormulaError):
            return set()
        return {OUTCOMES[row.outcomes[0]] for row in _outcomes(self.workspace, plan)}

    def _plan(self, variants: Sequence[tuple[Any, Mapping[str, Any]]]) -> Plan:
        one, pack, workspace = self.subject.rule, self.subject.pack, self.workspace
        assert one is not None
        usual = workspace.scope(pack, one.id, one.rule.parameters)
        bound = []
        for rule, settings in variants:
            scope = usual
            if settings:
                changed = self.resolved(pack.id, one.id, settings)
                other = replace(workspace, parameters=changed)
                scope = other.scope(pack, one.id, rule.parameters)
            bound.append(BoundRule(rule, scope))
        relation = workspace.relation(one.table, pack.id)
        return plan_checks(relation, bound, lambda name: workspace.relation(name, pack.id))

    def _judged(self, found: Outcomes, rule: int) -> list[Answer]:
        """Return expected beside found, for one of the rules of a plan."""
        by_example: dict[int, list[OutcomeRow]] = {}
        for row in found:
            by_example.setdefault(row.example, []).append(row)
        answers = []
        for number, given in enumerate(self.group):
            for wanted in given.expected:
                same = [row for row in by_example.get(number, ()) if row.is_meant(wanted)]
                text = "no such row" if not same else f"{len(same)} such rows"
                if len(same) == 1:
                    text = OUTCOMES[same[0].outcomes[rule]]
                answers.append(Answer(self.subject.place(*wanted.path), wanted.answer, text))
        return answers

    def _of_table(self, workspace: Workspace) -> list[Answer]:
        relation = workspace.relation(self.subject.name, self.subject.pack.id)
        rows = rows_of(workspace, relation)
        answers = []
        for number, given in enumerate(self.group):
            own = [row for row in rows if row[EXAMPLE] == str(number)]
            for wanted in given.expected:
                place = self.subject.place(*wanted.path)
                answers.append(Answer(place, wanted.answer, wanted.compare(own)))
            if given.complete and len(own) != len(given.expected):
                place = self.subject.place(*given.path)
                answers.append(Answer(place, f"{len(given.expected)} rows", f"{len(own)} rows"))
        return answers


@dataclass(frozen=True)
class OutcomeRow:
    """What the rules of a plan say of one row."""

    example: int
    row: int | None
    key: Mapping[str, str | None]
    outcomes: Sequence[int]

    def is_meant(self, wanted: Expected) -> bool:
        """Tell whether an answer is expected of this row."""
        if wanted.row is not None:
            return self.row == wanted.row
        if wanted.label is None:
            return all(self.key.get(name) == cell for name, cell in wanted.key.items())
        cells = ["missing" if cell is None else cell for cell in self.key.values()]
        return wanted.label in (" / ".join(cells), cells[0] if cells else "")


Outcomes = Sequence[OutcomeRow]


def _outcomes(workspace: Workspace, plan: Plan) -> Outcomes:
    """Run a plan and return what it says of every row."""
    relation = plan.relation
    named = [key for key in relation.key if key in relation.columns]
    masks = [column(mask, "o") for mask in plan.masks]
    query = exp.select(*masks).from_(plan.query.subquery("o"))
    if relation.has_rows:
        same = [column(p, "o").eq(column(p, "s")) for p in (FILE, ROW)]
        query = query.select(column(EXAMPLE, "s"), column(ROW, "o")).join(
            exp.alias_(relation.table, "s", table=True), on=exp.and_(*same)
        )
        keys = [qualified(relation.columns[key], "s") for key in named]
    else:
        query = query.select(column(f"#key.{EXAMPLE}", "o"), exp.Null())
        keys = [_moved(relation.columns[key], f"#key.{key}") for key in named]
    query = query.select(*(display(key) for key in keys))
    bits = [(plan.masks.index(rule.mask), rule.shift) for rule in plan.rules]
    found = []
    for cells in workspace.engine.run(query).fetchall():
        packed, (example, row, *key) = cells[: len(masks)], cells[len(masks) :]
        outcomes = [(packed[mask] >> shift) & 3 for mask, shift in bits]
        found.append(OutcomeRow(example, row, dict(zip(named, key, strict=True)), outcomes))
    return found


def _moved(value: Value, name: str) -> Value:
    """Return a key of a derived table as the plan hands it on."""
    last = None if value.last is None else column(f"{name}#last", "o")
    return replace(value, first=column(name, "o"), last=last, show=None)


def rows_of(workspace: Workspace, relation: Relation) -> list[dict[str, str | None]]:
    """Return the rows of a table as their texts."""
    shown = {name: display(value) for name, value in relation.columns.items()}
    columns = (exp.alias_(tree, name, quoted=True) for name, tree in shown.items())
    found = workspace.engine.run(exp.select(*columns).from_(relation.table)).fetchall()
    return [dict(zip(shown, row, strict=True)) for row in found]
