"""Conditions, and lines of which the first true one decides: what of them can never happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import z3
from sqlglot import exp

from oncorules.rules.compiler.needs import placed
from oncorules.rules.health import solved
from oncorules.rules.health.encode import Formulas
from oncorules.rules.health.search import Search, place_in, redundant_clauses, words_of
from oncorules.rules.health.solved import Solver, Truth
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import offset_of, parsed, unparse
from oncorules.rules.loading.model import OTHERWISE

Path = tuple[str | int, ...]
NEVER_TRUE = "never true"
NEVER_FALSE = "never false"
NEVER_REACHED = "never reached: the lines above it answer every row"
NEVER_UNKNOWN = "never used: no line above can be unknown"
REDUNDANT = "redundant: every answer is the same without it"


@dataclass(frozen=True)
class Found:
    """A flaw inside one rule, table or term.

    Attributes:
        path: the formula it stands in.
        offset: the character of it; None for a part that is no formula.
        text: what is wrong.
        clause: the part, in its own words.
        whatever: it holds only if it holds whatever the parameters that are numbers are: a limit
            that makes no difference today may make one tomorrow.
        rows: how many rows were sampled to find it; none where it was proved.
    """

    path: Path
    offset: int | None
    text: str
    clause: str
    whatever: bool = False
    rows: int = 0


@dataclass(frozen=True)
class Line:
    """One line: its condition as written, and where it stands."""

    when: str
    path: Path


def check_filter(
    search: Search, formulas: Formulas, text: str, path: Path, among: Solver
) -> Iterator[Found]:
    """Go through what is wrong with a condition that chooses rows."""
    with placed(path):
        truth = formulas.condition(text)
    if search.excluded(among, truth.true):
        yield Found(path, 0, NEVER_TRUE, own_words(text))
    elif search.excluded(among, z3.Not(truth.true)):
        yield Found(path, 0, "always true: it leaves no row out", own_words(text))
    else:
        yield from check_clauses(search, formulas, text, path, among)


def check_clauses(
    search: Search, formulas: Formulas, text: str, path: Path, among: Solver
) -> Iterator[Found]:
    """Go through the clauses of a condition that change no answer, and the cases inside it."""
    for clause in redundant_clauses(search, formulas, text, among):
        yield Found(path, place_in(clause), REDUNDANT, words_of(clause), True)
    yield from check_cases(search, formulas, text, path, among)


def check_lines(
    search: Search, formulas: Formulas, lines: Sequence[Line], among: Solver
) -> Iterator[Found]:
    """Go through what is wrong with lines of which the first true one decides."""
    left = among
    for line in lines:
        with placed(line.path):
            truth = formulas.condition(line.when)
        offset = None if line.when == OTHERWISE else 0
        if search.excluded(left, truth.true):
            alone = search.excluded(among, truth.true)
            text = NEVER_TRUE if alone else NEVER_REACHED
            yield Found(line.path, offset, text, own_words(line.when), not alone)
        elif line.when != OTHERWISE:
            yield from check_clauses(search, formulas, line.when, line.path, left)
        left = z3.And(left, truth.false)


def any_unknown(formulas: Formulas, lines: Sequence[Line], among: Solver) -> Solver:
    """Return when a line is reached that is unknown."""
    left, stops = among, [solved.NO]
    for line in lines:
        truth = formulas.condition(line.when)
        stops.append(z3.And(left, truth.unknown))
        left = z3.And(left, truth.false)
    return z3.Or(*stops)


def check_cases(
    search: Search, formulas: Formulas, text: str, path: Path, among: Solver
) -> Iterator[Found]:
    """Go through the lines of each `case` of a formula that can never be reached."""
    for node in parsed(text).find_all(exp.Case):
        if node.find_ancestor(exp.Window, exp.Filter, exp.Anonymous, exp.Case) is not None:
            continue  # it is read for other rows, or for some of these
        left = among
        for line in node.args["ifs"]:
            truth: Truth = formulas.truth(line.this)
            if search.excluded(left, truth.true):
                alone = search.excluded(among, truth.true)
                text_of = NEVER_TRUE if alone else NEVER_REACHED
                yield Found(path, offset_of(line.this), text_of, unparse(line.this), not alone)
            left = z3.And(left, truth.false)
