"""A condition taken apart: its `and`, `or` and `not` as a tree, every leaf in the rule's own words.

Nothing is decided here. Each clause keeps the node of the parsed formula, so that whoever shows it
translates that node as the rule itself does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from oncorules.rules.language.formula import COMPARISONS, parse

_QUOTED_OR_BLANK = re.compile(r"'(?:[^']|'')*'|\s+")
_JOINT = re.compile(r"\b(and|or)\b", re.IGNORECASE)
_NOT = re.compile(r"not\b", re.IGNORECASE)
_COMPARED = re.compile(r"<>|!=|<=|>=|=|<|>")
_TESTED = re.compile(r"\b(is|in|not|between)\b", re.IGNORECASE)
_PLAIN = (exp.Column, exp.Literal, exp.Boolean, exp.Null, exp.Star)


@dataclass(frozen=True)
class Clause:
    """One clause of a condition.

    Attributes:
        text: the words of the rule file; of joined clauses, the word that joins them.
        node: the checked formula behind it.
        parts: the clauses that `and`, `or` or `not` joins; none for a leaf.
        reads: what a leaf reads, each with its words: names, aggregates over windows, and the two
            sides of a comparison where they are more than a name.
    """

    text: str
    node: exp.Expr
    parts: tuple[Clause, ...] = ()
    reads: tuple[tuple[str, exp.Expr], ...] = ()

    def leaves(self) -> Iterator[Clause]:
        """Go through the clauses that nothing joins, in the order of the text."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def take_apart(formula: str) -> Clause:
    """Return the clauses of a condition.

    Args:
        formula: the condition as it stands in the rule file.

    Raises:
        FormulaError: it is not a formula of the language.

    >>> whole = take_apart("AESER = 'Y' and not (AEOUT is null or days_between(a, b) > 3)")
    >>> whole.text, [part.text for part in whole.parts]
    ('and', ["AESER = 'Y'", 'not'])
    >>> [text for text, _ in list(whole.leaves())[-1].reads]
    ['a', 'b', 'days_between(a, b)']
    """
    return _apart(parse(formula), formula, 0, len(formula))


def own_words(text: str) -> str:
    """Return a formula on one line; what stands in quotes stays as it is.

    >>> own_words("a = 'x  y'  and" + chr(10) + "  b = 1")
    "a = 'x  y' and b = 1"
    """
    return _QUOTED_OR_BLANK.sub(lambda m: m[0] if m[0][0] == "'" else " ", text.strip())


def _apart(node: exp.Expr, text: str, low: int, high: int) -> Clause:
    low, high = _trimmed(text, low, high)
    while isinstance(node, exp.Paren):
        low, high = _trimmed(text, low + 1, high - 1)
        node = node.this
    if isinstance(node, exp.And | exp.Or):
        word = "and" if isinstance(node, exp.And) else "or"
        places = _joined(node, text, low, high)
        return Clause(word, node, tuple(_apart(part, text, *place) for part, place in places))
    negated = _NOT.match(text, low, high)
    if isinstance(node, exp.Not) and negated:
        return Clause("not", node, (_apart(node.this, text, negated.end(), high),))
    return Clause(own_words(text[low:high]), node, (), tuple(_reads(node, text, low, high)))


def _joined(
    node: exp.Expr, text: str, low: int, high: int
) -> Iterator[tuple[exp.Expr, tuple[int, int]]]:
    """Yield the parts that one word joins, each with where it stands."""
    parts = _flat(node, type(node))
    start = low
    for here, following in pairwise(parts):
        after = _span(here, start, start)[1]
        before, behind = _word(_JOINT, text, start, after, _span(following, high, high)[0])
        yield here, (start, before)
        start = behind
    yield parts[-1], (start, high)


def _word(pattern: re.Pattern[str], text: str, low: int, after: int, high: int) -> tuple[int, int]:
    """Return where a word stands that is in no bracket opened since `low`."""
    for found in pattern.finditer(text, after, high):
        before = _QUOTED_OR_BLANK.sub("", text[low : found.start()])
        if before.count("(") == before.count(")"):
            return found.span()
    return high, high


def _flat(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    if type(node) is not kind:
        return [node]
    return [*_flat(node.this, kind), *_flat(node.args["expression"], kind)]


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    return low, high


def _span(node: exp.Expr, low: int, high: int) -> tuple[int, int]:
    """Return where the words of a node begin and end; closing brackets are left out."""
    marks = [part.meta for part in node.walk() if "start" in part.meta]
    if not marks:
        return low, high
    return min(mark["start"] for mark in marks), max(mark["end"] for mark in marks) + 1


def _reads(node: exp.Expr, text: str, low: int, high: int) -> Iterator[tuple[str, exp.Expr]]:
    found = dict(_names(node, text))
    for words, side in _sides(node, text, low, high):
        found.setdefault(words, side)
    yield from found.items()


def _names(node: exp.Expr, text: str) -> Iterator[tuple[str, exp.Expr]]:
    """Yield the names that a clause reads on its own row, and its aggregates as they stand."""
    if isinstance(node, exp.Column):
        yield f"{node.table}.{node.name}" if node.table else node.name, node
    elif isinstance(node, exp.Window):
        start, end = _span(node, 0, len(text))
        yield own_words(text[start:end]), node
    else:
        inner = list(node.iter_expressions())
        if isinstance(node, exp.Anonymous) and node.name.lower() == "planned_between":
            inner = inner[1:]  # the name of a schedule is no value
        for child in inner:
            yield from _names(child, text)


def _sides(node: exp.Expr, text: str, low: int, high: int) -> Iterator[tuple[str, exp.Expr]]:
    """Yield the sides of a comparison that are more than a name, a number or a text."""
    if isinstance(node, exp.Not):
        node = node.this
    if isinstance(node, COMPARISONS):
        left, right = node.this, node.args["expression"]
        after = _span(left, low, low)[1]
        start, end = _word(_COMPARED, text, low, after, high)
        sides = [(left, low, start), (right, end, high)]
    elif isinstance(node, exp.Between | exp.In | exp.Is):
        start, _ = _word(_TESTED, text, low, _span(node.this, low, low)[1], high)
        sides = [(node.this, low, start)]
    else:
        sides = []
    for side, first, last in sides:
        if _is_composed(side):
            yield own_words(text[first:last]), side


def _is_composed(side: exp.Expr) -> bool:
    bare = side.unnest()
    if isinstance(bare, exp.Neg):
        bare = bare.this
    if isinstance(bare, exp.Anonymous) and bare.name.lower() == "coalesce":
        return not all(isinstance(part, _PLAIN) for part in bare.expressions)
    return not isinstance(bare, _PLAIN)
