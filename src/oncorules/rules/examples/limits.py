"""The limits of one formula, and the small changes of each: strictness, one step up, one down.

```text
<  <=  >  >=  between       the strictness is swapped; each side of between for itself
a number that is compared   one step in its last written digit, also inside arithmetic
a day that is compared      one day
```

A number is compared when it reaches a side of a comparison through brackets, + - *, the result of
a case, an aggregate or a function that hands it on (`PASSED`). A second argument of `coalesce`
stands for a missing value, the decimals of `round_half_up` and `ratio` and the days of a month say
how to reckon: none of them is a limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlglot import TokenType, exp

from oncorules.rules.language.formula import COMPARISONS, offset_of, parse, tokens, unparse

SWAPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
WORDS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
OPERATORS = {
    TokenType.LT: exp.LT,
    TokenType.LTE: exp.LTE,
    TokenType.GT: exp.GT,
    TokenType.GTE: exp.GTE,
    TokenType.BETWEEN: exp.Between,
}
PASSED: dict[str, int] = {
    "abs": 1, "add_days": 2, "coalesce": 1, "count": 1, "days_between": 2, "earliest": 99,
    "first": 1, "greatest": 99, "last": 1, "latest": 99, "least": 99, "max": 1, "min": 1,
    "months_between": 2, "round_half_up": 1, "study_day": 2, "sum": 1,
}  # fmt: skip
"""How many arguments of a function, from the first, decide how large its value is."""
_DAY = re.compile(r"(?!0001|9999)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")
_ARITHMETIC = (exp.Paren, exp.Add, exp.Sub, exp.Mul, exp.Neg)


@dataclass(frozen=True)
class Change:
    """One small change of a formula.

    Attributes:
        text: the formula as changed.
        offset: the character of the formula as written at which the limit stands.
        sentence: `<= becomes <`, `75 becomes 76`.
        sides: of a comparison whose strictness changes, an equation of its two sides; a row for
            which it holds stands on the limit.
    """

    text: str
    offset: int
    sentence: str
    sides: str | None = None


def changes_of(text: str, *, compared: bool = False) -> Iterator[Change]:
    """Go through the changes of a formula.

    Args:
        text: the formula as written.
        compared: its value is compared elsewhere, so that its own numbers are limits too.

    >>> [(change.text, change.sentence) for change in changes_of("AGE >= 18")]
    [('AGE > 18', '>= becomes >'), ('AGE >= 19', '18 becomes 19'), ('AGE >= 17', '18 becomes 17')]
    """
    tree = parse(text)
    places = list(tree.walk())  # a copy is walked in the same order
    numbers = {id(node) for node in _numbers(tree, compared)}
    changes: list[Change] = []
    for position, node in enumerate(places):

        def changed(make: Callable[[exp.Expr], exp.Expr], position: int = position) -> str:
            whole = exp.Paren(this=tree.copy())
            node = list(whole.this.walk())[position]
            node.replace(make(node))
            return unparse(whole.this)

        if type(node) in SWAPPED:
            changes.append(_swapped(text, node, changed))
        elif isinstance(node, exp.Between):
            changes += _ends(text, node, changed)
        elif id(node) in numbers:
            changes += _stepped(node, changed)
    yield from sorted(changes, key=lambda change: change.offset)


def compared_names(text: str, *, compared: bool = False) -> set[tuple[str, str]]:
    """Return the names whose size a formula compares, as (alias or empty, name)."""
    return {
        (node.table, node.name)
        for node in _reached(parse(text), compared)
        if isinstance(node, exp.Column)
    }


def stepped(number: Decimal, up: bool) -> Decimal:
    """Return a number one step up or down, in the last digit that is written.

    >>> stepped(Decimal("0.50"), True), stepped(Decimal(100), False)
    (Decimal('0.51'), Decimal('99'))
    """
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(min(int(exponent), 0))
    return number + step if up else number - step


Changed = Callable[[Callable[[exp.Expr], exp.Expr]], str]


def _swapped(text: str, node: exp.Expr, changed: Changed) -> Change:
    other = SWAPPED[type(node)]
    new = changed(lambda old: other(this=old.this.copy(), expression=old.expression.copy()))
    sides = unparse(exp.EQ(this=_bracketed(node.this), expression=_bracketed(node.expression)))
    sentence = f"{WORDS[type(node)]} becomes {WORDS[other]}"
    return Change(new, _operator(text, type(node), node.expression), sentence, sides)


def _ends(text: str, node: exp.Between, changed: Changed) -> Iterator[Change]:
    for end, word in (("low", "from"), ("high", "to")):

        def strict(old: exp.Expr, end: str = end) -> exp.Expr:
            low = exp.GT if end == "low" else exp.GTE
            high = exp.LT if end == "high" else exp.LTE
            both = exp.And(
                this=low(this=_bracketed(old.this), expression=_bracketed(old.args["low"])),
                expression=high(this=_bracketed(old.this), expression=_bracketed(old.args["high"])),
            )
            return exp.Paren(this=both)

        limit = node.args[end]
        offset = _operator(text, exp.Between, limit) if end == "low" else offset_of(limit)
        sides = unparse(exp.EQ(this=_bracketed(node.this), expression=_bracketed(limit)))
        sentence = f"between is strict: {word} {unparse(limit)}, itself left out"
        yield Change(changed(strict), offset, sentence, sides)


def _stepped(node: exp.Expr, changed: Changed) -> Iterator[Change]:
    below = isinstance(node.parent, exp.Neg)
    for up in (True, False):
        if isinstance(node, exp.Literal) and node.is_string:
            old, new = node.name, _next_day(node.name, up)
            made = changed(lambda _, new=new: exp.Literal.string(new))  # type: ignore[misc]
        else:
            written = -Decimal(node.name) if below else Decimal(node.name)
            number = stepped(written, up)
            old, new = f"{written:f}", f"{number:f}"
            put = -number if below else number
            made = changed(lambda _, put=put: _literal(put))  # type: ignore[misc]
        yield Change(made, offset_of(node), f"{old} becomes {new}")


def _next_day(text: str, up: bool) -> str:
    return (date.fromisoformat(text) + timedelta(days=1 if up else -1)).isoformat()


def _literal(number: Decimal) -> exp.Expr:
    positive = exp.Literal.number(f"{abs(number):f}")
    return exp.Paren(this=exp.Neg(this=positive)) if number < 0 else positive


def _bracketed(node: exp.Expr) -> exp.Expr:
    plain = (exp.Column, exp.Literal, exp.Anonymous, exp.Paren)
    return node.copy() if isinstance(node, plain) else exp.Paren(this=node.copy())


def _operator(text: str, kind: type[exp.Expr], right: exp.Expr) -> int:
    """Return where an operator stands: the last one of its kind before its right side."""
    before = offset_of(right)
    places = [
        token.start
        for token in tokens(text)
        if OPERATORS.get(token.token_type) is kind and token.start < before
    ]
    return max(places, default=before)


def _numbers(tree: exp.Expr, compared: bool) -> list[exp.Expr]:
    return [
        node
        for node in _reached(tree, compared)
        if isinstance(node, exp.Literal) and (not node.is_string or _DAY.fullmatch(node.name))
    ]


def _reached(node: exp.Expr, compared: bool) -> Iterator[exp.Expr]:
    """Go through the names and literals that decide a side of a comparison."""
    if isinstance(node, exp.Column | exp.Literal):
        if compared:
            yield node
        return
    if isinstance(node, (*COMPARISONS, exp.Between, exp.In)):
        compared = True
    elif isinstance(node, exp.Case):
        for line in node.args["ifs"]:
            yield from _reached(line.this, False)
            yield from _reached(line.args["true"], compared)
        if node.args.get("default") is not None:
            yield from _reached(node.args["default"], compared)
        return
    elif isinstance(node, exp.Filter):
        yield from _reached(node.this, compared)
        yield from _reached(node.expression, False)
        return
    elif isinstance(node, exp.Anonymous):
        passed = PASSED.get(node.name.lower(), 0)
        for number, argument in enumerate(node.expressions):
            yield from _reached(argument, compared and number < passed)
        return
    elif isinstance(node, exp.Window):
        yield from _reached(node.this, compared)
        return
    elif not isinstance(node, _ARITHMETIC):
        compared = False
    for child in node.iter_expressions():
        yield from _reached(child, compared)
