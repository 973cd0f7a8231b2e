"""Rules, derived tables and terms, each held against itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import z3

from oncorules.rules.compiler.checks import IF_MISSING, MET, NOT_MET, resolved_name
from oncorules.rules.compiler.needs import placed
from oncorules.rules.grading.limits import printed_limits
from oncorules.rules.grading.lines import NORMAL, WHERE
from oncorules.rules.health import solved
from oncorules.rules.health.conditions import (
    NEVER_FALSE,
    NEVER_REACHED,
    NEVER_TRUE,
    Found,
    Line,
    check_clauses,
    check_filter,
    check_lines,
)
from oncorules.rules.health.kinds import Kinds, known_of
from oncorules.rules.health.parts import check_column, check_decide, check_lookup
from oncorules.rules.health.search import Search
from oncorules.rules.health.solved import Solver
from oncorules.rules.health.space import Space, space_at
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import parsed
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Rule, Table, Term
from oncorules.rules.loading.model_rules import downwards


@dataclass(frozen=True)
class Answers:
    """When a rule looks at a row, and when it answers met and not met."""

    inside: Solver
    asked: Solver
    met: Solver
    not_met: Solver


def answers_of(search: Search, space: Space, rule: Rule) -> Answers:
    """Return when a rule has which answer."""
    formulas = search.formulas(space)
    where = rule.applies_to.where
    inside = solved.YES if where is None else formulas.condition(where).true
    met: list[Solver] = []
    not_met: list[Solver] = []
    out: list[Solver] = []
    asked = inside
    for name, word in rule.if_missing.items():
        missing = z3.And(asked, is_missing(search, space, name, rule))
        {MET: met, NOT_MET: not_met}.get(IF_MISSING[word], out).append(missing)
        asked = z3.And(asked, z3.Not(missing))
    with placed(("condition",)):
        truth = formulas.condition(rule.condition)
    met.append(z3.And(asked, truth.true))
    not_met.append(z3.And(asked, truth.false))
    return Answers(inside, asked, z3.Or(*met), z3.Or(*not_met))


def is_missing(search: Search, space: Space, name: str, rule: Rule) -> Solver:
    """Return when nothing stands in a column; what cannot be read is not missing."""
    alias, _, bare = resolved_name(name, rule, _Known(space)).rpartition(".")
    tree = parsed(f"{alias}.{bare}" if alias else bare)
    term = search.formulas(space).term(tree)
    if term.kind == "text":
        return term.null
    return z3.And(term.null, z3.Not(z3.Bool(f"unreadable {space.print(tree)}")))


class _Known:
    """The names of a rule's own rows."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def __contains__(self, name: object) -> bool:
        return self._space.known("", str(name)) is not None


def check_rule(
    search: Search, space: Space, rule: Rule, pack: LoadedPack, kinds: Kinds
) -> Iterator[Found]:
    """Go through what is wrong with a rule."""
    formulas = search.formulas(space)
    where = rule.applies_to.where
    if where is not None:
        path = ("applies_to", "where")
        if search.excluded(formulas.condition(where).true):
            words = "never true: the rule can look at no row"
            yield Found(path, 0, words, own_words(where))
            return
        yield from check_filter(search, formulas, where, path, solved.YES)
    answers = answers_of(search, space, rule)
    asked = answers.inside
    for name in rule.if_missing:
        missing = is_missing(search, space, name, rule)
        if search.excluded(asked, missing):
            words = "never used: it is never missing here"
            yield Found(("if_missing", name), None, words, name)
        asked = z3.And(asked, z3.Not(missing))
    condition = own_words(rule.condition)
    if search.excluded(answers.met):
        yield Found(("condition",), 0, f"{NEVER_TRUE}: no row can meet it", condition)
    elif search.excluded(answers.not_met):
        yield Found(("condition",), 0, f"{NEVER_FALSE}: no row can break it", condition)
    else:
        yield from check_clauses(search, formulas, rule.condition, ("condition",), answers.asked)
    for name, column in rule.columns.items():
        yield from check_column(search, space, name, column, solved.YES)
    for name, lookup in rule.lookups.items():
        yield from check_lookup(search, space, name, lookup, pack, kinds)


def check_table(
    search: Search, space: Space, table: Table, pack: LoadedPack, kinds: Kinds
) -> Iterator[Found]:
    """Go through what is wrong with a derived table."""
    for number, part in enumerate(table.stack or ()):
        if part.where is not None:
            formulas = search.formulas(space_at(part.from_, space, pack, kinds))
            path = ("stack", number, "where")
            yield from check_filter(search, formulas, part.where, path, solved.YES)
    formulas = search.formulas(space)
    among: Solver = solved.YES
    if table.where is not None:
        yield from check_filter(search, formulas, table.where, ("where",), among)
        among = formulas.condition(table.where).true
    if table.until is not None:
        yield from check_filter(search, formulas, table.until, ("until",), among)
    for name, column in table.columns.items():
        yield from check_column(search, space, name, column, among)
    if table.decide is not None:
        yield from check_decide(search, space, table.decide, among)
    if table.keep is not None:
        yield from check_filter(search, formulas, table.keep, ("keep",), among)
    for name, lookup in table.lookups.items():
        yield from check_lookup(search, space, name, lookup, pack, kinds)


def check_grading(
    search: Search, space: Space, grading: Grading, pack: LoadedPack, kinds: Kinds
) -> Iterator[Found]:
    """Go through what is wrong with a grading beside its terms."""
    if grading.where is not None:
        formulas = search.formulas(space)
        yield from check_filter(search, formulas, grading.where, ("where",), solved.YES)
    for name, column in grading.columns.items():
        yield from check_column(search, space, name, column, solved.YES)
    for name, lookup in grading.lookups.items():
        yield from check_lookup(search, space, name, lookup, pack, kinds)


def spaces_of_term(term: Term, grading: Grading, space: Space) -> Iterator[Space]:
    """Go through the names of a term, once for each unit that its limits are printed in.

    In one unit all measured values and limits are plain numbers of it.
    """
    read = {name: known_of(parsed(text), space.known) for name, text in grading.reads.items()}

    def known(alias: str, name: str) -> object:
        return read.get(name) or space.known(alias, name)

    named = replace(space, known=known, columns={}, decide=None)  # type: ignore[arg-type]
    for _, limits in printed_limits(term) or (("", {}),):
        constants = {
            name: None if limit is None else Fraction(limit) for name, limit in limits.items()
        }
        yield replace(named, constants=constants)


def check_term(search: Search, space: Space, term: Term) -> Iterator[Found]:
    """Go through the lines of a term that no value can reach, and their clauses.

    Args:
        search: the solver.
        space: the names of the term in one unit.
        term: the term.
    """
    formulas = search.formulas(space)
    left: Solver = solved.YES
    if term.where is not None:
        yield from check_filter(search, formulas, term.where, (WHERE,), left)
        left = formulas.condition(term.where).true
    if term.normal_when is not None:
        yield from check_filter(search, formulas, term.normal_when, (NORMAL,), left)
        left = z3.And(left, z3.Not(formulas.condition(term.normal_when).true))
    if term.grades is not None:
        lines = [Line(text, ("grades", key)) for key, text in downwards(term.grades)]
        yield from check_lines(search, formulas, lines, left)
    for number, branch in enumerate(term.branches or ()):
        path = ("branches", number, "when")
        when = formulas.condition(branch.when)
        if search.excluded(left, when.true):
            yield Found(path, None, NEVER_REACHED, own_words(branch.when), True)
        else:
            if branch.when != "otherwise":
                yield from check_clauses(search, formulas, branch.when, path, left)
            lines = [
                Line(text, ("branches", number, "grades", key))
                for key, text in downwards(branch.grades)
            ]
            yield from check_lines(search, formulas, lines, z3.And(left, when.true))
        left = z3.And(left, when.false)
