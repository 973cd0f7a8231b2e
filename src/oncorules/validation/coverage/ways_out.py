"""The ways in which a condition can be met without being put to the test, read from its form.

The language has no word for "if ... then": a rule says `x is null or x > 3`, or `if_missing`, or a
`case` with `else true`. Where every row takes such a way out, the rest of the condition was never
asked. Which clause of an `or` is the way out and which the claim cannot be proved; it is told by
its form: `is null`, `<>`, `not ...` and what depends on parameters alone are ways out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlglot import exp

from oncorules.rules.language.clauses import Clause, take_apart
from oncorules.rules.language.formula import names, parsed, unparse


@dataclass(frozen=True)
class Demand:
    """A part of a condition that must hold by itself: the whole, or one that `and` joins.

    Attributes:
        words: the part.
        ways_out: formulas each of which meets it without a test of its claims.
        claims: formulas of which one must hold when no way out does; the part itself when it has
            no `or`.
    """

    words: str
    ways_out: tuple[str, ...]
    claims: tuple[str, ...]


def find_demands(condition: str, parameters: Collection[str]) -> list[Demand]:
    """Return the parts of a condition with their ways out.

    A `not` around an `and` or an `or` is one clause, and a condition that is the name of a column
    is not followed into the formula of that column.

    Args:
        condition: the formula of a rule.
        parameters: the names of its parameters.

    >>> find_demands("AESTDTC is not null and (AEENDTC is null or AESTDTC <= AEENDTC)", ())[1]
    Demand(words='AEENDTC is null or AESTDTC <= AEENDTC', ways_out=('AEENDTC is null',), \
claims=('AESTDTC <= AEENDTC',))
    """
    whole = take_apart(condition)
    parts = whole.parts if whole.text == "and" else (whole,)
    return [_demand(part, parameters) for part in parts]


def _demand(part: Clause, parameters: Collection[str]) -> Demand:
    words = words_of(part)
    if part.text == "or" and part.parts:
        ways = tuple(words_of(one) for one in part.parts if _is_way_out(one, parameters))
        claims = tuple(words_of(one) for one in part.parts if not _is_way_out(one, parameters))
        if claims:
            return Demand(words, ways, claims)
        return Demand(words, (), ways)  # such as `x is null or y is null`: these are the claims
    return Demand(words, _of_one(part.node), (words,))


def words_of(clause: Clause) -> str:
    """Return a clause in the words of the rule; it is a formula as well.

    >>> words_of(take_apart("not (a = 1  and  (b = 2))"))
    'not (a = 1 and b = 2)'
    """
    if not clause.parts:
        return clause.text
    parts = [f"({words_of(one)})" if one.parts else one.text for one in clause.parts]
    return f"not {parts[0]}" if clause.text == "not" else f" {clause.text} ".join(parts)


def _is_way_out(clause: Clause, parameters: Collection[str]) -> bool:
    if clause.text == "and" and clause.parts:
        return all(_is_way_out(part, parameters) for part in clause.parts)
    node = clause.node
    if all(not alias and name in parameters for alias, name, _ in names(node)):
        return True
    if isinstance(node, exp.Not):
        return not _says_missing(node.this.unnest())
    return isinstance(node, exp.NEQ) or _says_missing(node)


def _says_missing(node: exp.Expr) -> bool:
    return isinstance(node, exp.Is) and isinstance(node.expression, exp.Null)


def _of_one(node: exp.Expr) -> tuple[str, ...]:
    """Return the ways out of a clause that nothing joins: lines of a `case` that say true."""
    if not isinstance(node, exp.Case):
        return ()
    lines = [*(line.args["true"] for line in node.args["ifs"]), node.args.get("default")]
    if not any(_is_true(line) for line in lines):
        return ()
    found = node.copy()
    for line in found.args["ifs"]:
        line.set("true", exp.Boolean(this=_is_true(line.args["true"])))
    found.set("default", exp.Boolean(this=_is_true(found.args.get("default"))))
    text = unparse(found)
    return (text,) if parsed(text) == found else ()


def _is_true(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Boolean) and bool(node.this)
