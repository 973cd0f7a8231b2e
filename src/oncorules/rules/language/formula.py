"""A formula's text as a checked tree: the closed subset of SQL expressions that rules may use.

sqlglot parses; this module refuses everything that is not on the list. No function keeps a meaning
from any engine: each call is a name that [functions](translate.py) knows or refuses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import sqlglot
from sqlglot import Token, exp, parser
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError

LONGEST = 4_000  # characters; the longest formula of the shipped packs has about 400
DEEPEST = 60  # nested operators; keeps a hostile formula from exhausting the stack

NODES: tuple[type[exp.Expr], ...] = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Star,
    exp.Paren,
    exp.And,
    exp.Or,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.Between,
    exp.In,
    exp.Is,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Neg,
    exp.Case,
    exp.If,
    exp.Anonymous,
    exp.Filter,
    exp.Where,
    exp.Window,
)
"""The node types a formula may hold; each has stored answers in `rules/answers.yaml`."""

ARGUMENTS = {"this", "expression", "expressions", "low", "high", "ifs", "true", "default", "alias"}
ARGUMENTS |= {"over", "table", "db", "catalog", "quoted", "is_string", "field", "query"}
"""What a node may hold; a word such as `symmetric` that would be lost on the way is refused."""

REFUSED = {
    exp.Div: "division is not in the language: write the limit as a product, "
    "or ratio(a, b, decimals) to show a number",
    exp.Select: "a formula cannot hold a query: use a lookup",
    exp.Subquery: "a formula cannot hold a query: use a lookup",
    exp.Exists: "a formula cannot hold a query: use a lookup and `is not null`",
    exp.Cast: "types come from the table model: a formula cannot cast",
    exp.Like: "there are no patterns: use starts_with, ends_with or contains",
    exp.DPipe: "use concat(a, b)",
    exp.Distinct: "distinct is not in the language: count the rows of a table with that key",
    exp.Alias: "two values stand side by side: an operator is missing between them",
}
_INSIDE_WINDOW = ("partition_by", "order", "spec", "first")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_COMMENT = re.compile(r"--|/\*|\{#")
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


class FormulaError(Exception):
    """A formula cannot be used; `offset` is the character where the fault stands."""

    def __init__(self, message: str, offset: int = 0) -> None:
        """Take a sentence and a place inside the formula."""
        super().__init__(message.replace(" a integer", " an integer"))
        self.offset = offset


class _Language(Dialect):
    """SQL expressions with no built-in function: every call stays a bare name."""

    class Parser(parser.Parser):
        FUNCTIONS = {}  # noqa: RUF012
        FUNCTION_PARSERS = {}  # noqa: RUF012
        NO_PAREN_FUNCTIONS = {}  # noqa: RUF012
        NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012
            "CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]
        }


def offset_of(node: exp.Expr) -> int:
    """Return the character of a formula at which a node begins."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts, default=0)


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> exp.Expr:
    if len(text) > LONGEST:
        raise FormulaError(f"the formula has {len(text)} characters; at most {LONGEST} are allowed")
    comment = _COMMENT.search(_QUOTED.sub(lambda quoted: "x" * len(quoted[0]), text))
    if comment is not None:
        raise FormulaError(
            "a formula holds no SQL comment; `--NAME` stands for a variable only in a rule that "
            "names its table under applies_to",
            comment.start(),
        )
    try:
        trees = sqlglot.parse(text, dialect=_Language)
    except (ParseError, TokenError) as error:
        raise FormulaError(*_syntax(text, error)) from None
    except RecursionError:
        raise FormulaError("the formula is nested too deeply") from None
    if len(trees) != 1 or trees[0] is None:
        raise FormulaError("one expression was expected", max(text.find(";"), 0))
    tree = trees[0]
    _check(tree, text)
    return tree


def _syntax(text: str, error: Exception) -> tuple[str, int]:
    details = getattr(error, "errors", None) or [{}]
    highlight = details[0].get("highlight") or ""
    line, column = details[0].get("line") or 1, details[0].get("col") or 1
    before = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    offset = max(0, min(len(text), before + column - max(len(highlight), 1)))
    near = f' near "{highlight}"' if highlight else ""
    return f"this is not an expression{near}: {_plain(details[0].get('description'))}", offset


def _plain(description: str | None) -> str:
    if not description or "Expecting )" in description:
        return "a bracket does not close, or a word is missing before it"
    return "a value or an operator is missing, or a word stands where none can"


def _check(tree: exp.Expr, text: str) -> None:
    for node in tree.walk():
        if type(node) not in NODES:
            message = _refusal(node)
            place = offset_of(node) if node.parent is not None else 0
            if isinstance(node, exp.Query):
                place = max(text.lower().find("select"), 0)
            raise FormulaError(message, place)
        lost = [name for name, value in node.args.items() if value and name not in ARGUMENTS]
        if lost and not isinstance(node, exp.Window):
            word = lost[0].strip("_").upper()
            raise FormulaError(f"{word} is not in the language", offset_of(node))
        if isinstance(node, exp.Identifier) and node.quoted:
            raise FormulaError(
                f'"{node.name}" stands in double quotes: a text takes single quotes, and a name '
                "none",
                offset_of(node),
            )
        if isinstance(node, exp.Column) and node.args.get("db"):
            raise FormulaError(
                f'"{node.sql()}" has too many dots: a lookup and a column were expected',
                offset_of(node),
            )
        if isinstance(node, exp.Literal) and not node.is_string:
            _number(node)
        if isinstance(node, exp.Window) and (
            not node.alias or any(node.args.get(part) for part in _INSIDE_WINDOW)
        ):
            raise FormulaError(
                "a window is declared under `windows` and named here: `over earlier`",
                offset_of(node),
            )
    if _depth(tree) > DEEPEST:
        raise FormulaError(f"the formula is nested more than {DEEPEST} levels deep")


def _refusal(node: exp.Expr) -> str:
    for kind, message in REFUSED.items():
        if isinstance(node, kind):
            return message
    if isinstance(node, exp.Query | exp.Command | exp.DDL | exp.DML):
        return REFUSED[exp.Select]
    return (
        f'"{node.sql()[:40]}" is not in the language: use comparisons, and, or, not, + - *, '
        "between, in, is null, case, and the functions of the reference"
    )


def _number(node: exp.Literal) -> None:
    whole, _, part = node.name.partition(".")
    if not (whole + part).isdigit():
        raise FormulaError(
            f'"{node.name}" is not a plain decimal number, such as 0.5', offset_of(node)
        )
    if len(whole) > 12 or len(part) > 6:
        raise FormulaError(
            f"{node.name} has too many digits: 12 before and 6 after the point are exact",
            offset_of(node),
        )


def _depth(node: exp.Expr) -> int:
    deepest, queue = 0, [(node, 0)]
    while queue:
        here, depth = queue.pop()
        deepest = max(deepest, depth)
        step = 0 if isinstance(here, exp.Paren) else 1
        queue.extend((child, depth + step) for child in here.iter_expressions())
    return deepest


def parse(text: str) -> exp.Expr:
    """Return the checked tree of a formula.

    Args:
        text: the formula as it stands in the rule file.

    Raises:
        FormulaError: something is not in the language; the message names it and the way out.

    >>> parse("EXSTDTC <= subject.DTHDTC").sql()
    'EXSTDTC <= subject.DTHDTC'
    """
    return _parsed(text).copy()


def parsed(text: str) -> exp.Expr:
    """Return the checked tree of a formula to those who change nothing in it: all get the same.

    Raises:
        FormulaError: something is not in the language; the message names it and the way out.
    """
    return _parsed(text)


def names(tree: exp.Expr) -> Iterator[tuple[str, str, exp.Column]]:
    """Yield every name of a formula as (alias or empty, column, node); schedules are apart."""
    for node in tree.find_all(exp.Column):
        if not _is_schedule(node):
            yield node.table, node.name, node


def schedules(tree: exp.Expr) -> set[str]:
    """Return the names of the schedules that a formula reads with planned_between."""
    return {node.name for node in tree.find_all(exp.Column) if _is_schedule(node)}


def _is_schedule(node: exp.Column) -> bool:
    call = node.parent
    return (
        isinstance(call, exp.Anonymous)
        and call.name.lower() == "planned_between"
        and node is call.expressions[0]
    )


def windows(tree: exp.Expr) -> set[str]:
    """Return the names of the windows that a formula reads with `over`."""
    return {node.alias for node in tree.find_all(exp.Window)}


def tokens(text: str) -> list[Token]:
    """Return the words of a formula, each with the characters at which it starts and ends."""
    return _Language().tokenize(text)


def unparse(tree: exp.Expr) -> str:
    """Return a checked tree as the text of a formula.

    >>> unparse(parse("days_between(ADT, this.TRTSDT) <= within"))
    'days_between(ADT, this.TRTSDT) <= within'
    """
    return tree.sql(dialect=_Language, normalize_functions=False)
