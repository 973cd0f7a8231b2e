"""Values with three answers as a solver sees them: what is missing, and between which ends it lies.

A truth is two conditions, "surely true" and "surely false"; where neither holds it is unknown. A
number or date has two ends, as in the language: a partial date is a span of days. A text is a
number that stands for it, so that only = and <> have a meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import z3

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Kind

Solver = Any
"""A tree of z3, which has no types of its own."""


@dataclass(frozen=True)
class Truth:
    """A condition: when it is true, and when it is false."""

    true: Solver
    false: Solver

    @property
    def unknown(self) -> Solver:
        """When it is neither."""
        return z3.And(z3.Not(self.true), z3.Not(self.false))


@dataclass(frozen=True)
class Term:
    """A value.

    Attributes:
        kind: what it is.
        null: when it is missing.
        low: the number, day or text, or the first it can be; of a boolean, when it is true.
        high: the last it can be; the same tree where there is no doubt.
        literal: the constant, when it is one.
        months: days in a month, when the value counts days but means months.
    """

    kind: Kind
    null: Solver
    low: Solver
    high: Solver
    literal: Fraction | str | None = None
    months: Fraction | None = None

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is possible."""
        return self.kind in ("integer", "number")

    @property
    def certain(self) -> bool:
        """Whether it has one end."""
        return bool(self.low.eq(self.high))

    @property
    def truth(self) -> Truth:
        """A boolean as a condition."""
        there = z3.Not(self.null)
        return Truth(z3.And(there, self.low), z3.And(there, z3.Not(self.low)))


YES, NO = z3.BoolVal(True), z3.BoolVal(False)
ALWAYS, NEVER = Truth(YES, NO), Truth(NO, YES)


def both(*parts: Truth) -> Truth:
    """Return `and` with three answers."""
    return Truth(z3.And(*(p.true for p in parts)), z3.Or(*(p.false for p in parts)))


def either(*parts: Truth) -> Truth:
    """Return `or` with three answers."""
    return Truth(z3.Or(*(p.true for p in parts)), z3.And(*(p.false for p in parts)))


def opposite(part: Truth) -> Truth:
    """Return `not` with three answers."""
    return Truth(part.false, part.true)


def as_term(truth: Truth) -> Term:
    """Return a condition as a value that can be missing."""
    return Term("boolean", truth.unknown, truth.true, truth.true)


def number(value: Fraction) -> Term:
    """Return a constant number; a whole one is an integer, as in the language."""
    if value.denominator == 1:
        tree = z3.IntVal(int(value))
        return Term("integer", NO, tree, tree, literal=value)
    tree = z3.RealVal(str(value))
    return Term("number", NO, tree, tree, literal=value)


def nothing(kind: Kind = "missing") -> Term:
    """Return the value of the word null."""
    zero = {"boolean": NO, "number": z3.RealVal(0)}.get(kind, z3.IntVal(0))
    return Term(kind, YES, zero, zero)


def alike(terms: Sequence[Term]) -> list[Term]:
    """Return values of one kind, so that one of them can be chosen."""
    kinds = {term.kind for term in terms} - {"missing"}
    if len(kinds) > 1 and kinds != {"integer", "number"}:
        raise FormulaError(f"values of one kind were expected, not {' and '.join(sorted(kinds))}")
    kind: Kind = "number" if "number" in kinds else next(iter(kinds), "missing")
    return [_of_kind(term, kind) for term in terms]


def _of_kind(term: Term, kind: Kind) -> Term:
    if term.kind == "missing":
        return nothing(kind)
    if term.kind == "integer" and kind == "number":
        low, high = z3.ToReal(term.low), z3.ToReal(term.high)
        return replace(term, kind="number", low=low, high=high)
    return term


def choose(when: Solver, first: Term, other: Term) -> Term:
    """Return the first value where a condition holds, else the other."""
    first, other = alike([first, other])
    return Term(
        first.kind,
        z3.If(when, first.null, other.null),
        z3.If(when, first.low, other.low),
        z3.If(when, first.high, other.high),
    )


def read_lines(lines: Sequence[tuple[Truth, Term]], last: Term, unknown: Term) -> Term:
    """Return what the first true line says; a line that is unknown stops the reading."""
    found = last
    for truth, result in reversed(lines):
        found = choose(truth.true, result, choose(truth.false, found, unknown))
    return found


def pick(name: str, terms: Sequence[Term]) -> Term:
    """Return one of several values by the name of the function; missing ones are skipped."""
    found, *rest = alike(terms)
    for term in rest:
        if name == "coalesce":
            found = choose(found.null, term, found)
            continue
        smaller = name in ("least", "earliest")
        ends = [
            z3.If((one <= other) if smaller else (one >= other), one, other)
            for one, other in ((found.low, term.low), (found.high, term.high))
        ]
        merged = Term(found.kind, NO, ends[0], ends[1])
        found = choose(found.null, term, choose(term.null, found, merged))
    return found


def settled(term: Term) -> Term:
    """Return a value with one end: missing where the two ends differ."""
    if term.certain:
        return term
    return replace(term, null=z3.Or(term.null, term.low != term.high), high=term.low)


def compare(sign: str, left: Term, right: Term) -> Truth:
    """Return a comparison with three answers.

    Raises:
        FormulaError: the two are of different kinds.
    """
    if left.months is not None or right.months is not None:
        left, right = _in_days(left, right), _in_days(right, left)
    left, right = alike([left, right])
    there = z3.And(z3.Not(left.null), z3.Not(right.null))
    if sign in ("<>", "="):
        surely = z3.And(left.low == right.high, left.high == right.low)
        never = left.low != right.low
        if left.kind in ("date", "integer", "number"):
            never = z3.Or(left.high < right.low, left.low > right.high)
        equal = Truth(z3.And(there, surely), z3.And(there, never))
        return equal if sign == "=" else opposite(equal)
    if left.kind in ("text", "boolean"):
        raise FormulaError(f"a {left.kind} has no order: only = and <> compare it")
    if sign in (">", ">="):
        return compare({">": "<", ">=": "<="}[sign], right, left)
    strict = sign == "<"
    surely = left.high < right.low if strict else left.high <= right.low
    never = left.low >= right.high if strict else left.low > right.high
    return Truth(z3.And(there, surely), z3.And(there, never))


def _in_days(term: Term, other: Term) -> Term:
    """Return a value that is compared with months as days; it means days from here on."""
    if other.months is None or term.months is not None:
        return replace(term, months=None)
    real = _of_kind(term, "number")
    days = z3.RealVal(str(other.months))
    return replace(real, low=real.low * days, high=real.high * days)


def add(left: Term, right: Term, sign: int) -> Term:
    """Return a sum or, with the sign -1, a difference."""
    left, right = alike([left, right])
    null = z3.Or(left.null, right.null)
    if sign < 0:
        right = replace(right, low=-right.high, high=-right.low)
    low = left.low + right.low
    high = low if left.certain and right.certain else left.high + right.high
    literal = None
    if isinstance(left.literal, Fraction) and isinstance(right.literal, Fraction):
        literal = left.literal + sign * right.literal
    return Term(left.kind, null, low, high, literal=literal)


def times(term: Term, factor: Term) -> Term:
    """Return a value times a constant; a value in doubt is missing, as in the language."""
    one, factor = (settled(part) for part in alike([term, factor]))
    low = one.low * factor.low
    literal = None
    if isinstance(one.literal, Fraction) and isinstance(factor.literal, Fraction):
        literal = one.literal * factor.literal
    return Term(one.kind, z3.Or(one.null, factor.null), low, low, literal=literal)
