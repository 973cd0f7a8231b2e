"""The small edits of one formula, made in its own words.

```text
limits         one step up or down, strict or not: those of `rules boundaries`
= <>           each becomes the other; `is null`, `in (...)` become `is not null`, `not in (...)`
and or         each becomes the other; the `and` of `between` stays
not            dropped
in (...)       one code dropped
case           two lines that follow each other swapped, or one dropped
min max ...    the other end: first last, earliest latest, least greatest, best worst ...
units          of `convert` and `is_unit`: another unit of the same dimension
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import Token, TokenType, exp

from oncorules.data.units import conversion, known_units, units_for
from oncorules.rules.examples.limits import changes_of
from oncorules.rules.language.formula import parsed, tokens
from oncorules.rules.mutating.edit import (
    CASE,
    CODE,
    COMPARISON,
    END,
    LIMIT,
    LOGIC,
    NEGATION,
    ORDER,
    UNIT,
)

_PAIRS = [
    ("min", "max"), ("first", "last"), ("earliest", "latest"), ("least", "greatest"),
    ("best", "worst"), ("bool_or", "bool_and"), ("starts_with", "ends_with"),
]  # fmt: skip
OTHER_END = dict(_PAIRS) | {other: one for one, other in _PAIRS}
_EQUAL = {TokenType.EQ: "<>", TokenType.NEQ: "="}
_JOINED = {TokenType.AND: "or", TokenType.OR: "and"}
_AS_WRITTEN = (TokenType.STRING, TokenType.VAR, TokenType.NUMBER)


@dataclass(frozen=True)
class FormulaEdit:
    """A formula with one small edit, and the character of it as written where that stands."""

    kind: str
    offset: int
    text: str


def formula_edits(text: str, *, compared: bool = False) -> Iterator[FormulaEdit]:
    """Go through the small edits of a formula; no two of them have the same text.

    Args:
        text: the formula as written.
        compared: its value is compared elsewhere, so that its own numbers are limits too.

    >>> [one.text for one in formula_edits("AESER = 'Y' or AEOUT is not null")]
    ["AESER <> 'Y' or AEOUT is not null", "AESER = 'Y' and AEOUT is not null", \
"AESER = 'Y' or AEOUT is null"]
    """
    seen = {text}
    for one in (
        *_limits(text, compared),
        *_words(text),
        *_codes(text),
        *_cases(text),
        *_units(text),
    ):
        if one.text not in seen:
            seen.add(one.text)
            yield one


def _limits(text: str, compared: bool) -> Iterator[FormulaEdit]:
    for change in changes_of(text, compared=compared):
        kind = LIMIT if change.sides is None else COMPARISON
        yield FormulaEdit(kind, change.offset, in_small_letters(change.text))


def in_small_letters(text: str) -> str:
    """Return a formula with its keywords in small letters, as the packs are written.

    >>> in_small_letters("AESER = 'NULL' AND NOT X IS NULL")
    "AESER = 'NULL' and not X is null"
    """
    for word in tokens(text):
        if word.token_type not in _AS_WRITTEN:
            end = word.end + 1
            text = text[: word.start] + text[word.start : end].lower() + text[end:]
    return text


def _words(text: str) -> Iterator[FormulaEdit]:
    """Go through the edits of single words and signs."""
    words = tokens(text)
    betweens: list[int] = []  # how deep in brackets each open `between` stands
    depth = 0
    for number, word in enumerate(words):
        kind, start, end = word.token_type, word.start, word.end + 1
        follows = words[number + 1].token_type if number + 1 < len(words) else None
        before = words[number - 1].token_type if number else None
        depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
        if kind == TokenType.BETWEEN:
            betweens.append(depth)
        elif kind == TokenType.AND and betweens and betweens[-1] == depth:
            betweens.pop()
        elif kind in _JOINED:
            yield FormulaEdit(LOGIC, start, text[:start] + _JOINED[kind] + text[end:])
        elif kind in _EQUAL:
            yield FormulaEdit(COMPARISON, start, text[:start] + _EQUAL[kind] + text[end:])
        elif kind == TokenType.NOT:
            yield FormulaEdit(NEGATION, start, text[:start] + text[end:].lstrip())
        elif kind == TokenType.IN and before != TokenType.NOT:
            yield FormulaEdit(COMPARISON, start, f"{text[:start]}not {text[start:]}")
        elif kind == TokenType.IS and follows == TokenType.NULL:
            yield FormulaEdit(COMPARISON, start, f"{text[:end]} not{text[end:]}")
        elif follows == TokenType.L_PAREN and word.text.lower() in OTHER_END:
            other = OTHER_END[word.text.lower()]
            yield FormulaEdit(END, start, text[:start] + other + text[end:])


def _codes(text: str) -> Iterator[FormulaEdit]:
    """Go through the lists of codes with one of them dropped."""
    by_start = {word.start: word for word in tokens(text)}
    for node in parsed(text).find_all(exp.In):
        codes = [by_start.get(one.meta.get("start", -1)) for one in node.expressions]
        if len(codes) < 2 or None in codes:
            continue
        listed = [one for one in codes if one is not None]
        for number, code in enumerate(listed):
            if number + 1 < len(listed):
                start, end = code.start, listed[number + 1].start
            else:
                start, end = listed[number - 1].end + 1, code.end + 1
            yield FormulaEdit(CODE, code.start, text[:start] + text[end:])


def _cases(text: str) -> Iterator[FormulaEdit]:
    """Go through the `case` of a formula with two lines swapped, or one dropped."""
    for starts in _lines_of_cases(tokens(text)):
        lines = [text[one:other] for one, other in pairwise(starts)]
        for number, (one, other) in enumerate(pairwise(lines)):
            start, end = starts[number], starts[number + 2]
            yield FormulaEdit(ORDER, start, text[:start] + other + one + text[end:])
        for start, end in pairwise(starts) if len(lines) > 1 else ():
            yield FormulaEdit(CASE, start, text[:start] + text[end:])


def _lines_of_cases(words: Sequence[Token]) -> Iterator[list[int]]:
    """Go through the `case`s: where each line starts, and where the last one ends."""
    still_open: list[list[int]] = []
    closed: set[int] = set()  # those whose `else` was met
    for word in words:
        if word.token_type == TokenType.CASE:
            still_open.append([])
        elif word.token_type == TokenType.WHEN:
            still_open[-1].append(word.start)
        elif word.token_type == TokenType.ELSE:
            still_open[-1].append(word.start)
            closed.add(id(still_open[-1]))
        elif word.token_type == TokenType.END:
            starts = still_open.pop()
            yield starts if id(starts) in closed else [*starts, word.start]


def _units(text: str) -> Iterator[FormulaEdit]:
    for node in parsed(text).find_all(exp.Anonymous):
        name, arguments = node.name.lower(), node.expressions
        if name not in ("convert", "is_unit") or not isinstance(arguments[-1], exp.Literal):
            continue
        unit = arguments[-1]
        test = arguments[2].name if name == "convert" else None
        other = other_unit(unit.name, test)
        start = unit.meta.get("start")
        if other is None or start is None:
            continue
        end = next(word.end for word in tokens(text) if word.start == start) + 1
        yield FormulaEdit(UNIT, start, f"{text[:start]}'{other}'{text[end:]}")


def other_unit(unit: str, test: str | None = None, besides: Collection[str] = ()) -> str | None:
    """Return another unit of the same dimension, in which a value is another number.

    Args:
        unit: the unit as a rule file writes it.
        test: the test code of what is measured.
        besides: units that stand there already.

    >>> other_unit("g/L", "HGB"), other_unit("day")
    ('g/dL', 's')
    """
    known = [one.name for one in units_for(test)] if test else list(known_units())
    for name in known:
        factor = conversion(test, name, unit) if name not in (unit, *besides) else None
        if factor is not None and factor != 1:
            return name
    return None
