"""A formula in plain English, so that who does not read formulas can review it.

The words say as much as the formula: two formulas with the same words have the same answer. What
is more than one value stands in brackets inside another phrase, and every name stays to be seen,
beside its label. What has no words is shown as it is written, so nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from oncorules.rules.catalogue.words.calls import TRUTHS, aggregate_words, call_words
from oncorules.rules.catalogue.words.vocabulary import Vocabulary, is_date
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import COMPARISONS, FormulaError, parsed, unparse
from oncorules.rules.loading.model import OTHERWISE

#: Of two dates, of two other values.
_COMPARED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.LT: ("is before", "is less than"),
    exp.LTE: ("is on or before", "is at most"),
    exp.GT: ("is after", "is more than"),
    exp.GTE: ("is on or after", "is at least"),
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times"}
_ATOMS = (exp.Column, exp.Literal, exp.Boolean, exp.Null)


@dataclass(frozen=True)
class Said:
    """A condition in words.

    Attributes:
        text: the whole on one line.
        head: what stands over the parts: `all of these`; empty where there are none.
        parts: the conditions that are joined.
    """

    text: str
    head: str = ""
    parts: tuple[Said, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Go through the condition line by line, joined conditions below their heading."""
        mark = f"{'  ' * (depth - 1)}- " if depth else ""
        if not self.parts:
            yield mark + self.text
            return
        yield f"{mark}{self.head}:"
        for part in self.parts:
            yield from part.lines(depth + 1)


def condition_words(formula: str, names: Vocabulary) -> Said:
    """Return a condition in words.

    Args:
        formula: as it stands in the rule file; `otherwise` says so.
        names: what its names are called.
    """
    if formula == OTHERWISE:
        return Said(OTHERWISE)
    try:
        return _Teller(names).condition(parsed(formula))
    except FormulaError:
        return Said(own_words(formula))


def value_words(formula: str, names: Vocabulary) -> str:
    """Return a formula that gives a value in words; a condition as one line.

    Args:
        formula: as it stands in the rule file.
        names: what its names are called.
    """
    try:
        return _Teller(names).value(parsed(formula))
    except FormulaError:
        return own_words(formula)


class _Teller:
    """Tells the nodes of checked formulas with one vocabulary."""

    def __init__(self, names: Vocabulary) -> None:
        self.names = names

    def condition(self, node: exp.Expr) -> Said:
        """Return a truth value as a sentence."""
        node = node.unnest()
        if isinstance(node, exp.And | exp.Or):
            parts = tuple(map(self.condition, _flat(node, type(node))))
            word = "and" if isinstance(node, exp.And) else "or"
            text = f" {word} ".join(f"({one.text})" if one.parts else one.text for one in parts)
            return Said(text, "all of these" if word == "and" else "at least one of these", parts)
        if isinstance(node, exp.Not):
            return self._negated(node.this.unnest())
        return Said(self._clause(node))

    def value(self, node: exp.Expr) -> str:
        """Return what a node stands for as a phrase, without brackets around it."""
        node = node.unnest()
        if isinstance(node, exp.Column):
            return self.names.said(node.table, node.name)
        if isinstance(node, exp.Literal):
            return '"' + node.name.replace('"', '""') + '"' if node.is_string else node.name
        if isinstance(node, exp.Boolean):
            return "true" if node.this else "false"
        if isinstance(node, exp.Null):
            return "no value"
        if isinstance(node, exp.Neg):
            return f"minus {self.inner(node.this)}"
        if type(node) in _ARITHMETIC:
            word = _ARITHMETIC[type(node)]
            return f"{self.inner(node.this)} {word} {self.inner(node.args['expression'])}"
        if isinstance(node, exp.Case):
            return self._case(node)
        if isinstance(node, exp.Window | exp.Filter):
            return aggregate_words(node, self) or unparse(node)
        if isinstance(node, exp.Anonymous):
            return aggregate_words(node, self) or call_words(node, self) or unparse(node)
        if isinstance(node, (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Between, exp.In, exp.Is)):
            return self.condition(node).text
        return unparse(node)

    def inner(self, node: exp.Expr) -> str:
        """Return a phrase that can stand inside another one."""
        bare = node.unnest()
        text = self.value(bare)
        return text if isinstance(bare, _ATOMS) else f"({text})"

    def truth(self, node: exp.Expr) -> str:
        """Return a condition on one line that can stand inside another phrase."""
        return f"({self.condition(node).text})"

    def _side(self, node: exp.Expr) -> str:
        """Return one side of a comparison: a call or number needs no brackets there."""
        bare = node.unnest()
        number = isinstance(bare, exp.Neg) and isinstance(bare.this, exp.Literal)
        if number or isinstance(bare, exp.Window | exp.Filter):
            return self.value(bare)
        if isinstance(bare, exp.Anonymous) and bare.name.lower() != "coalesce":
            return self.value(bare)
        return self.inner(bare)

    def _clause(self, node: exp.Expr, *, negated: bool = False) -> str:
        if isinstance(node, exp.Is):
            return f"{self._side(node.this)} is {'not ' if negated else ''}missing"
        if isinstance(node, exp.In):
            return self._among(node, negated=negated)
        if isinstance(node, exp.Between):
            low, high = (self.inner(node.args[end]) for end in ("low", "high"))
            verb = "does not lie" if negated else "lies"
            return f"{self._side(node.this)} {verb} from {low} to {high}, both included"
        if isinstance(node, COMPARISONS):
            return self._comparison(node)
        text = self.value(node)
        told = isinstance(node, exp.Boolean) or _is_sentence(node)
        return text if told else f"{self._side(node)} holds"

    def _among(self, node: exp.In, *, negated: bool) -> str:
        word = "is none of" if negated else "is one of"
        options = ", ".join(map(self.inner, node.expressions))
        default, texts = _text_default(node.this.unnest()), _texts(node.expressions)
        if default is None or texts is None:
            return f"{self._side(node.this)} {word} {options}"
        this, text = default
        answer = "yes" if (text in texts) != negated else "no"
        return f"{self.inner(this)} {word} {options} (if missing: {answer})"

    def _negated(self, node: exp.Expr) -> Said:
        if isinstance(node, exp.Is | exp.In | exp.Between):
            return Said(self._clause(node, negated=True))
        if isinstance(node, exp.Column):
            return Said(f"{self.value(node)} does not hold")
        said = self.condition(node)
        return Said(f"it is not true that ({said.text})", "this is not true", (said,))

    def _comparison(self, node: exp.Expr) -> str:
        left, right = node.this, node.args["expression"]
        if type(node) in _COMPARED:
            dated = is_date(left, self.names) or is_date(right, self.names)
            word = _COMPARED[type(node)][0 if dated else 1]
            return f"{self._side(left)} {word} {self._side(right)}"
        equal, bare = isinstance(node, exp.EQ), right.unnest()
        if not isinstance(bare, exp.Literal | exp.Boolean):
            return f"{self._side(left)} {'equals' if equal else 'differs from'} {self._side(right)}"
        word = "is" if equal else "is not"
        default = _text_default(left.unnest())
        if default is None or not isinstance(bare, exp.Literal) or not bare.is_string:
            return f"{self._side(left)} {word} {self.value(bare)}"
        this, text = default
        answer = "yes" if (text == bare.name) == equal else "no"
        return f"{self.inner(this)} {word} {self.value(bare)} (if missing: {answer})"

    def _case(self, node: exp.Case) -> str:
        lines = [
            f"{self.inner(line.args['true'])} if {self.truth(line.this)}"
            for line in node.args["ifs"]
        ]
        default = node.args.get("default")
        if default is not None:
            lines.append(f"{self.inner(default)} else")
        return f"the first that applies of [{'; '.join(lines)}]"


def _flat(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    bare = node.unnest()
    if type(bare) is not kind:
        return [bare]
    return [*_flat(bare.this, kind), *_flat(bare.args["expression"], kind)]


def _text_default(node: exp.Expr) -> tuple[exp.Expr, str] | None:
    """Return what `coalesce(x, 'N')` reads, and the text that stands for a missing value."""
    if not isinstance(node, exp.Anonymous) or node.name.lower() != "coalesce":
        return None
    if len(node.expressions) != 2:
        return None
    this, other = node.expressions[0], node.expressions[1].unnest()
    plain = isinstance(other, exp.Literal) and other.is_string
    return (this, other.name) if plain else None


def _texts(nodes: list[exp.Expr]) -> list[str] | None:
    """Return the texts that some nodes are; None when one is anything else."""
    bare = [node.unnest() for node in nodes]
    plain = all(isinstance(node, exp.Literal) and node.is_string for node in bare)
    return [node.name for node in bare] if plain else None


def _is_sentence(node: exp.Expr) -> bool:
    """Return whether the words of a call are a sentence: `X contains "Y"`."""
    while isinstance(node, exp.Window | exp.Filter):
        node = node.this
    if not isinstance(node, exp.Anonymous):
        return False
    name = node.name.lower()
    if name == "coalesce" and len(node.expressions) == 2:
        first = node.expressions[0].unnest()
        logic = (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Between, exp.In, exp.Is)
        return isinstance(first, logic) or _is_sentence(first)
    return name in TRUTHS
