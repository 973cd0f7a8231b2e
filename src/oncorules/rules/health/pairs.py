"""Two rules on one table: the one says what the other says already, or no row can meet both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import z3

from oncorules.rules.health.items import Answers, answers_of
from oncorules.rules.health.search import Search
from oncorules.rules.health.space import Space
from oncorules.rules.language.formula import names, parsed
from oncorules.rules.loading.loaded import RuleInstance

SAME = "redundant: it finds the same rows as {other}"
IMPLIED = "redundant: every row that breaks it breaks {other} too"
CONTRADICTS = "contradiction: no row in scope can meet it and {other}"


@dataclass(frozen=True)
class Paired:
    """A flaw of one rule beside another on the same table.

    Attributes:
        rule: the id of the rule.
        text: what is wrong.
        whatever: it holds only if it holds whatever the parameters that are numbers are.
    """

    rule: str
    text: str
    whatever: bool


@dataclass(frozen=True)
class _Read:
    rule: RuleInstance
    answers: Answers
    names: frozenset[str]


def check_pairs(search: Search, rules: Sequence[tuple[RuleInstance, Space]]) -> Iterator[Paired]:
    """Go through the rules of one table that say the same, or that no row can meet together.

    Two rules contradict each other where one looks at no row that the other passes over: a row in
    its scope can then never be right. Rows that only both look at may be wrong from the start, such
    as a result of what was not done. Only rules with the same rows in scope are called redundant:
    one that looks at fewer rows may say so with another severity, or in plainer words.

    Args:
        search: the solver.
        rules: the checks of one table, each with its names.
    """
    read = []
    for rule, space in rules:
        tree = parsed(rule.rule.condition)
        shared = frozenset(space.print(node) for _, _, node in names(tree))
        read.append(_Read(rule, answers_of(search, space, rule.rule), shared))
    for first, second in combinations(read, 2):
        if first.names & second.names:
            yield from _of_two(search, first, second)


def _of_two(search: Search, first: _Read, second: _Read) -> Iterator[Paired]:
    one, other = first.answers, second.answers
    wider = search.excluded(one.inside, z3.Not(other.inside))
    narrower = search.excluded(other.inside, z3.Not(one.inside))
    if (wider or narrower) and search.excluded(one.met, other.met):
        if search.possible(one.met) and search.possible(other.met):
            yield Paired(second.rule.id, CONTRADICTS.format(other=first.rule.id), False)
        return
    if not (wider and narrower):
        return
    if not (search.possible(one.not_met) and search.possible(other.not_met)):
        return  # one that cannot fail is told of by itself
    first_in_second = search.excluded(one.not_met, z3.Not(other.not_met))
    second_in_first = search.excluded(other.not_met, z3.Not(one.not_met))
    if first_in_second and second_in_first:
        yield Paired(second.rule.id, SAME.format(other=first.rule.id), True)
    elif second_in_first:
        yield Paired(second.rule.id, IMPLIED.format(other=first.rule.id), True)
    elif first_in_second:
        yield Paired(first.rule.id, IMPLIED.format(other=second.rule.id), True)
