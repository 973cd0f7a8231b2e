"""Selections: criteria applied in order; each row leaves at the first that it does not pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.compiler.checks import (
    MET,
    NOT_EVALUABLE,
    NOT_MET,
    OUTCOMES,
    BoundRule,
    RuleFault,
    build_rules,
    note_parts,
    outcome_of,
)
from oncorules.rules.compiler.needs import placed
from oncorules.rules.compiler.relation import FILE, ROW, Relation, column, renamed
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import COUNT, Value, boolean, text
from oncorules.rules.loading.model import Rule, Selection

SELECTED = ("STEP", "FAILED", "NOTEVAL", "SELECTED")


@dataclass(frozen=True)
class AttritionRow:
    """What one step of a selection does to those that are still in.

    Attributes:
        step: from 1.
        rule: the id of the criterion.
        title: its title.
        entered: how many came to this step.
        failed: how many did not fulfil the criterion.
        not_evaluable: for how many it could not be decided.
        left: how many are still in after this step.
    """

    step: int
    rule: str
    title: str
    entered: int
    failed: int
    not_evaluable: int
    left: int


def outcome_column(step: int) -> str:
    """Return the name of the column that holds the outcome of a step."""
    return f"STEP{step}"


def compile_selection(
    name: str,
    selection: Selection,
    rules: Sequence[BoundRule],
    find: Callable[[str], Relation],
) -> tuple[exp.Select, Relation]:
    """Return the query of a selection, and the relation that it becomes.

    A row that is not in the scope of a criterion passes it.

    Args:
        name: the engine's name of the table.
        selection: the entry as written.
        rules: the criteria in the order of the steps.
        find: returns the tables they read.

    Raises:
        FormulaError: the selection does not fit its table.
        RuleFault: a criterion does not fit the tables.
    """
    with placed(("of",)):
        here = find(selection.of)
        labels = [*SELECTED, *(outcome_column(step) for step in range(1, len(rules) + 1))]
        for label in labels:
            if label in here.columns:
                raise FormulaError(
                    f'the table has a column "{label}", which the selection makes: rename it'
                )
    steps = Steps(here.table)
    outcomes = _outcomes(steps, here, rules, find)
    stops = selection.if_not_evaluable != "keep"
    left = _left(outcomes, rules, stops)
    made = steps.extend({"#left": Value("integer", left, digits=COUNT)})["#left"].first
    kept = {**here.columns, **_columns(outcomes, rules, made, stops)}
    columns, selected = renamed(kept)
    if here.has_rows:
        selected += [column(FILE), column(ROW)]
    query = exp.select(*selected).from_(steps.last)
    return steps.finish(query), Relation(name, columns, here.key, here.has_rows)


def _outcomes(
    steps: Steps,
    here: Relation,
    rules: Sequence[BoundRule],
    find: Callable[[str], Relation],
) -> list[exp.Expr]:
    """Store the outcome of every criterion, and return a tree for each."""
    rules = [_without_message(bound) for bound in rules]
    all_parts = [note_parts(b, here, find, f"r{number}.") for number, b in enumerate(rules)]
    build_rules(rules, all_parts, steps)
    found: dict[str, Value] = {}
    for number, (bound, parts) in enumerate(zip(rules, all_parts, strict=True)):
        try:
            tree = outcome_of(bound.rule, parts.current())
        except FormulaError as error:
            raise RuleFault(bound.rule, error) from None
        found[f"#outcome{number}"] = Value("integer", tree, digits=COUNT)
    return [value.first for value in steps.extend(found).values()]


def _without_message(bound: BoundRule) -> BoundRule:
    """Return a criterion that reads only what decides it."""
    return replace(bound, rule=bound.rule.model_copy(update={"message": None}))


def fails_when(rule: Rule) -> int:
    """Return the outcome with which a row fails a criterion: "met" for an exclusion."""
    return MET if rule.criterion == "exclusion" else NOT_MET


def _is(outcome: exp.Expr, number: int) -> exp.Expr:
    return exp.EQ(this=outcome.copy(), expression=exp.Literal.number(number))


def _left(outcomes: Sequence[exp.Expr], rules: Sequence[BoundRule], stops: bool) -> exp.Expr:
    """Return the number of the step at which a row leaves; null when it passes all."""
    ifs = []
    for number, (outcome, bound) in enumerate(zip(outcomes, rules, strict=True), start=1):
        leaves = _is(outcome, fails_when(bound.rule))
        if stops:
            leaves = exp.or_(leaves, _is(outcome, NOT_EVALUABLE))
        ifs.append(exp.If(this=leaves, true=exp.Literal.number(number)))
    return exp.cast(exp.Case(ifs=ifs), "BIGINT")


def _columns(
    outcomes: Sequence[exp.Expr], rules: Sequence[BoundRule], left: exp.Expr, stops: bool
) -> dict[str, Value]:
    ids = frozenset(bound.rule.id for bound in rules)
    failed, unknown = list[exp.If](), list[exp.If]()
    shown: dict[str, Value] = {}
    for number, (outcome, bound) in enumerate(zip(outcomes, rules, strict=True), start=1):
        rule = exp.Literal.string(bound.rule.id)
        here = exp.EQ(this=left.copy(), expression=exp.Literal.number(number))
        fails = exp.and_(here, _is(outcome, fails_when(bound.rule)))
        failed.append(exp.If(this=fails, true=rule))
        beyond = exp.LT(this=left.copy(), expression=exp.Literal.number(number))
        unknown.append(exp.If(this=beyond, true=exp.Null()))
        unknown.append(exp.If(this=_is(outcome, NOT_EVALUABLE), true=rule.copy()))
        words = [
            exp.If(this=exp.Literal.number(place), true=exp.Literal.string(word))
            for place, word in enumerate(OUTCOMES)
        ]
        told = exp.Case(this=outcome.copy(), ifs=words)
        shown[outcome_column(number)] = text(told, frozenset(OUTCOMES))
    stayed = exp.Paren(this=exp.Is(this=left.copy(), expression=exp.Null()))
    return {
        "STEP": Value("integer", left, digits=COUNT),
        "FAILED": text(exp.Case(ifs=failed), ids),
        "NOTEVAL": text(exp.Case(ifs=unknown), ids),
        "SELECTED": boolean(stayed),
        **shown,
    }


def attrition_query(relation: Relation, steps: int) -> exp.Select:
    """Return a query with three counts for every step: entered, failed, not evaluable.

    Args:
        relation: the stored selection.
        steps: how many steps it has.
    """
    counts: list[exp.Expr] = []
    for step in range(1, steps + 1):
        number = exp.Literal.number(step)
        gone = exp.LT(this=column("STEP"), expression=number)
        entered = exp.Not(this=exp.Coalesce(this=exp.Paren(this=gone), expressions=[exp.false()]))
        here = exp.EQ(this=column("STEP"), expression=number.copy())
        there = exp.Not(this=exp.Is(this=column("FAILED"), expression=exp.Null()))
        word = exp.Literal.string(OUTCOMES[NOT_EVALUABLE])
        unknown = exp.EQ(this=column(outcome_column(step)), expression=word)
        for condition in (entered, exp.and_(here, there), exp.and_(entered.copy(), unknown)):
            where = exp.Where(this=condition)
            counts.append(exp.Filter(this=exp.Count(this=exp.Star()), expression=where))
    return exp.select(*(exp.alias_(tree, f"n{n}") for n, tree in enumerate(counts))).from_(
        relation.table
    )


def attrition_rows(
    counts: Sequence[int], rules: Sequence[Rule], selection: Selection
) -> list[AttritionRow]:
    """Return the flow of a selection from the counts of `attrition_query`."""
    rows = []
    keeps = selection.if_not_evaluable == "keep"
    for number, rule in enumerate(rules):
        entered, failed, unknown = counts[3 * number : 3 * number + 3]
        left = entered - failed - (0 if keeps else unknown)
        row = AttritionRow(number + 1, rule.id, rule.title, entered, failed, unknown, left)
        rows.append(row)
    return rows
