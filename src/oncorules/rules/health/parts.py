"""The parts that rules, tables and gradings share: their columns, decisions and look-ups."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from oncorules.rules.compiler.needs import placed
from oncorules.rules.health import solved
from oncorules.rules.health.conditions import (
    NEVER_REACHED,
    NEVER_UNKNOWN,
    Found,
    Line,
    any_unknown,
    check_cases,
    check_clauses,
    check_filter,
    check_lines,
)
from oncorules.rules.health.kinds import Kinds, is_code, known_of
from oncorules.rules.health.search import Search
from oncorules.rules.health.solved import Solver
from oncorules.rules.health.space import Space, space_there
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import parsed
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Column, Decide, Lookup


def check_column(
    search: Search, space: Space, name: str, column: Column, among: Solver
) -> Iterator[Found]:
    """Go through what is wrong with the lines or the formula of a column."""
    path = ("columns", name)
    inner = space.without(name)
    with placed(path):
        search.formulas(inner).column(column)
    formulas = search.formulas(inner)
    if column.value is not None:
        yield from _check_value(search, inner, column.value, (*path, "value"), among)
    elif column.first_true is not None:
        lines = [
            Line(line.when, (*path, "first_true", number, "when"))
            for number, line in enumerate(column.first_true)
        ]
        yield from check_lines(search, formulas, lines, among)
        if column.if_unknown is not None and search.excluded(any_unknown(formulas, lines, among)):
            yield Found((*path, "if_unknown"), None, NEVER_UNKNOWN, column.if_unknown)
    else:
        yield from _check_rows(search, inner, name, column)


def _check_value(
    search: Search, space: Space, text: str, path: tuple[str | int, ...], among: Solver
) -> Iterator[Found]:
    if text == "null" or is_code(text, space.known):
        return
    known = known_of(parsed(text), space.known)
    formulas = search.formulas(space)
    with placed(path):
        formulas.term(parsed(text))
    if known is None or known.kind != "boolean" or text in ("true", "false"):
        yield from check_cases(search, formulas, text, path, among)
        return
    truth = formulas.condition(text)
    for word, tree in (("never true", truth.true), ("never false", truth.false)):
        if search.excluded(among, tree):
            yield Found(path, 0, word, own_words(text))
            return
    yield from check_clauses(search, formulas, text, path, among)


def _check_rows(search: Search, space: Space, name: str, column: Column) -> Iterator[Found]:
    """Go through the rows of a decision table that none of the values of its columns reaches.

    The columns are taken by the codes they can have, not by how these come together: a table that
    is printed somewhere is written out as it stands there.
    """
    left: Solver = solved.YES
    for number, fits in enumerate(search.formulas(space.plain()).rows(column)):
        if search.excluded(left, fits.true):
            row = (column.rows or ())[number]
            shown = ", ".join(" or ".join(one) if isinstance(one, tuple) else one for one in row)
            yield Found(("columns", name, "rows", number), None, NEVER_REACHED, shown)
        left = z3.And(left, fits.false)


def check_decide(search: Search, space: Space, decide: Decide, among: Solver) -> Iterator[Found]:
    """Go through what is wrong with the lines that set several columns."""
    inner = space.without(decide.sets[0])
    lines = [
        Line(line.when, ("decide", "lines", number, "when"))
        for number, line in enumerate(decide.lines)
    ]
    yield from check_lines(search, search.formulas(inner), lines, among)
    for number, line in enumerate(decide.lines):
        for name, text in line.values.items():
            path = ("decide", "lines", number, "values", name)
            yield from _check_value(search, inner, text, path, among)


def check_lookup(
    search: Search, space: Space, name: str, lookup: Lookup, pack: LoadedPack, kinds: Kinds
) -> Iterator[Found]:
    """Go through what is wrong with the conditions of a look-up."""
    formulas = search.formulas(space_there(lookup, space, pack, kinds))
    if lookup.where is not None:
        path = ("lookups", name, "where")
        yield from check_filter(search, formulas, lookup.where, path, solved.YES)
