"""Formulas in plain English: all of the language has words, and no two meanings share them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from sqlglot import exp

from oncorules.rules.catalogue.catalogue import all_subjects, packs_to_look_in
from oncorules.rules.catalogue.words.formula_words import condition_words, value_words
from oncorules.rules.catalogue.words.vocabulary import Named, Vocabulary
from oncorules.rules.language.formula import COMPARISONS, NODES, parsed, unparse
from oncorules.rules.language.functions import FUNCTIONS, all_functions

NAMES = Vocabulary(
    columns={
        "AESER": Named("Serious Event"),
        "AESTDTC": Named("Start", date=True),
        "AEENDTC": Named("End", date=True),
    },
    parameters={"tolerance": "3 day"},
    aliases={"subject": {"DTHFL": Named("Death Flag")}},
)
NOTHING = Vocabulary()

SAID = {
    "AESTDTC <= AEENDTC": "Start (AESTDTC) is on or before End (AEENDTC)",
    "AESTDTC < AEENDTC": "Start (AESTDTC) is before End (AEENDTC)",
    "AESTDTC >= x": "Start (AESTDTC) is on or after x",
    "x <= 5": "x is at most 5",
    "x < 5": "x is less than 5",
    "x > -1": "x is more than minus 1",
    "x >= tolerance": "x is at least tolerance (3 day)",
    "AESER = 'Y'": 'Serious Event (AESER) is "Y"',
    "AESER <> 'Y'": 'Serious Event (AESER) is not "Y"',
    "not AESER = 'Y'": 'it is not true that (Serious Event (AESER) is "Y")',
    "coalesce(AESER, 'N') = 'Y'": 'Serious Event (AESER) is "Y" (if missing: no)',
    "coalesce(AESER, 'Y') = 'Y'": 'Serious Event (AESER) is "Y" (if missing: yes)',
    "coalesce(AESER, 'N') <> 'Y'": 'Serious Event (AESER) is not "Y" (if missing: yes)',
    "coalesce(x, 'N') in ('Y', 'N')": 'x is one of "Y", "N" (if missing: yes)',
    "coalesce(x, 0) <> 0": "(x, taken as 0 where missing) is not 0",
    "coalesce(x, y) = z": "(the first that is not missing of [x; y]) equals z",
    "x is null": "x is missing",
    "x is not null": "x is not missing",
    "x not in (1, 2)": "x is none of 1, 2",
    "x between 1 and 2": "x lies from 1 to 2, both included",
    "x not between 1 and 2": "x does not lie from 1 to 2, both included",
    "done": "done holds",
    "not done": "done does not hold",
    "subject.DTHFL = x": "Death Flag (subject.DTHFL) equals x",
    "a = 1 and b = 2 or c = 3": "(a is 1 and b is 2) or c is 3",
    "a = 1 and (b = 2 or c = 3)": "a is 1 and (b is 2 or c is 3)",
    "days_between(a, b) <= 28": "the days from a to b is at most 28",
    "count(*) over same = 1": "the number of the rows called same is 1",
    "bool_or(x > 1) over earlier": "for at least one of the rows called earlier it is true that "
    "(x is more than 1)",
    "max(AESTDTC) filter (where done) = x": "the latest Start (AESTDTC) of its rows for which "
    "(done holds) equals x",
    "contains(x, 'a\"b')": 'x contains "a""b"',
    "case when a then 1 else 2 end = x": "(the first that applies of [1 if (a holds); 2 else]) "
    "equals x",
    "x = null": "x equals no value",
    "x = missing": "x equals missing",
}


@pytest.mark.parametrize("formula", SAID)
def test_a_condition_is_told_in_words(formula: str) -> None:
    assert condition_words(formula, NAMES).text == SAID[formula]


def test_joined_conditions_stand_below_one_another() -> None:
    said = condition_words("a = 1 and (b = 2 or not (c = 3 and d = 4))", NOTHING)
    assert list(said.lines()) == [
        "all of these:",
        "- a is 1",
        "- at least one of these:",
        "  - b is 2",
        "  - this is not true:",
        "    - all of these:",
        "      - c is 3",
        "      - d is 4",
    ]


def test_otherwise_stays_and_what_is_no_formula_is_shown_as_it_stands() -> None:
    assert condition_words("otherwise", NOTHING).text == "otherwise"
    assert condition_words("a =", NOTHING).text == "a ="
    assert value_words("1 +", NOTHING) == "1 +"


DIFFERENT = [
    ("a < b", "a <= b"),
    ("a > b", "a >= b"),
    ("a = b", "a <> b"),
    ("a = 'x'", "not a = 'x'"),
    ("a = 1 or b = 1 and c = 1", "(a = 1 or b = 1) and c = 1"),
    ("not a and b", "not (a and b)"),
    ("a - (b - c) = 0", "a - b - c = 0"),
    ("a + b * c = 0", "(a + b) * c = 0"),
    ("a = 1", "a = '1'"),
    ("a = 'b'", "a = b"),
    ("a in ('x, y')", "a in ('x', 'y')"),
    ("a in ('x\", \"y')", "a in ('x', 'y')"),
    ("a is null", "a = missing"),
    ("sum(x) over w = 1", "sum(x) = 1"),
    ("sum(x) over w = 1", "sum(x) over v = 1"),
    ("count(*) over w = 1", "count(x) over w = 1"),
    ("count(*) filter (where x) over w = 1", "count(x) over w = 1"),
    ("bool_or(a) over w", "bool_and(a) over w"),
    ("bool_or(coalesce(a, false)) over w", "coalesce(bool_or(a) over w, false)"),
    ("coalesce(a = 1, false)", "coalesce(a, false) = 1"),
    ("days_between(a, b) < 1", "days_between(b, a) < 1"),
    ("months_between(a, b) < 1", "months_between(a, b, 30) < 1"),
    ("coalesce(a, b) = 1", "coalesce(b, a) = 1"),
    ("x = case when a then 1 end", "x = case when a then 1 else null end"),
    ("x.a = 1", "a = 1"),
    ("abs(a - b) < 1", "abs(a) - b < 1"),
    ("upper(concat(a, b)) = 'X'", "concat(upper(a), b) = 'X'"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_conditions_have_different_words(one: str, other: str) -> None:
    assert condition_words(one, NOTHING).text != condition_words(other, NOTHING).text


def test_every_node_of_the_language_is_looked_at() -> None:
    """A new node must get words here and an example among `SAID` or `DIFFERENT`."""
    formulas = [*SAID, *(formula for pair in DIFFERENT for formula in pair)]
    seen = {type(node) for formula in formulas for node in parsed(formula).walk()}
    assert set(NODES) <= seen


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_words(name: str) -> None:
    kinds = [kind for kind in FUNCTIONS[name][0].split() if kind != "..."]
    call = f"{name}({', '.join('abcd'[: len(kinds)])})"
    assert value_words(call, NOTHING) != unparse(parsed(call))


def test_the_functions_that_read_names_and_the_aggregates_have_words() -> None:
    rest = set(all_functions()) - set(FUNCTIONS)
    calls = {
        name: f"{name}(a, b, c)" if name == "planned_between" else f"{name}(a)" for name in rest
    }
    assert "sum" in rest and "line_of" in rest
    assert [c for c in calls.values() if value_words(c, NOTHING) == unparse(parsed(c))] == []


def test_a_call_without_words_is_shown_as_its_formula() -> None:
    assert value_words("frobnicate(a, b)", NOTHING) == "frobnicate(a, b)"


# all shipped rules -----------------------------------------------------------------------------


@cache
def shipped_conditions() -> tuple[str, ...]:
    """Every condition and scope of every shipped rule, each once."""
    found = {}
    for subject in all_subjects(packs_to_look_in((), None)):
        for one in subject.rules:
            found[one.rule.condition] = None
            if one.rule.applies_to.where is not None:
                found[one.rule.applies_to.where] = None
    return tuple(found)


def canonical(formula: str) -> str:
    """A condition without brackets that change nothing and without layout."""
    return condition_tree(parsed(formula)).sql()


def condition_tree(tree: exp.Expr) -> exp.Expr:
    return tree.copy().transform(
        lambda node: node.unnest() if isinstance(node, exp.Paren) else node
    )


def mutants(formula: str) -> Iterator[exp.Expr]:
    """A condition with one small change: another comparison, joint, order or number; a `not`."""
    tree = parsed(formula)
    for place, node in enumerate(tree.walk()):
        for change in changes(node):
            copied = tree.copy()
            old = list(copied.walk())[place]
            new = change(old.copy())
            if old.parent is None:
                yield new
            else:
                old.replace(new)
                yield copied


def changes(node: exp.Expr):
    if isinstance(node, COMPARISONS):
        others = [kind for kind in COMPARISONS if kind is not type(node)]
        for kind in others:
            yield lambda old, kind=kind: kind(this=old.this, expression=old.args["expression"])
        yield lambda old: exp.Not(this=exp.Paren(this=old))
    if isinstance(node, exp.And | exp.Or):
        kind = exp.Or if isinstance(node, exp.And) else exp.And
        yield lambda old: exp.Paren(this=kind(this=old.this, expression=old.args["expression"]))
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        for kind in {exp.Add, exp.Sub, exp.Mul} - {type(node)}:
            yield lambda old, kind=kind: exp.Paren(
                this=kind(this=old.this, expression=old.args["expression"])
            )
    if isinstance(node, exp.Not):
        yield lambda old: old.this
    if isinstance(node, exp.Column):
        yield lambda old: exp.column("OTHER", table=old.table or None)
    if isinstance(node, exp.Literal) and not node.is_string:
        yield lambda old: exp.Literal.number(f"{old.name}9")


def test_every_shipped_condition_has_words_of_its_own() -> None:
    words: dict[str, str] = {}
    for formula in shipped_conditions():
        said = condition_words(formula, NOTHING).text
        assert words.setdefault(said, formula) == formula or canonical(formula) == canonical(
            words[said]
        ), said
    assert len(words) > 100


def test_a_small_change_of_a_shipped_condition_changes_its_words() -> None:
    tried = 0
    for formula in shipped_conditions():
        said = condition_words(formula, NOTHING).text
        for mutant in mutants(formula):
            text = unparse(mutant)
            if canonical(text) != canonical(formula):
                assert condition_words(text, NOTHING).text != said, (formula, text)
                tried += 1
    assert tried > 1000
