"""Trees that are asked of a row in one query, each with a reader that finds its answer again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from oncorules.rules.compiler.relation import column
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value

Row = Sequence[Any]
_NO = {
    "integer": " (no whole number)",
    "number": " (no number)",
    "date": " (no date)",
    "boolean": " (neither true nor false)",
}


@dataclass(frozen=True)
class Reader:
    """Finds the answer to one question in a row."""

    place: int

    @property
    def column(self) -> exp.Column:
        """The column of the answer."""
        return column(f"#a{self.place}")

    def __call__(self, row: Row) -> Any:
        """Return the answer."""
        return row[self.place]


class Questions:
    """The questions so far; calling it adds one. Equal questions are asked once."""

    def __init__(self) -> None:
        """Begin without a question."""
        self._trees: list[exp.Expr] = []
        self._places: dict[str, int] = {}

    def __call__(self, tree: exp.Expr) -> Reader:
        """Return the reader of the answer to a tree."""
        print_of = repr(tree)
        if print_of not in self._places:
            self._places[print_of] = len(self._trees)
            self._trees.append(tree.copy())
        return Reader(self._places[print_of])

    def columns(self) -> list[exp.Expr]:
        """Return the questions as named columns, in the order of their readers."""
        return [
            exp.alias_(tree.copy(), Reader(place).column.name, quoted=True)
            for place, tree in enumerate(self._trees)
        ]


def shown(value: Value) -> exp.Expr:
    """Return the text of a value, which says so when the file holds no such value.

    `<5 (no number)` is what stands in the file, and no formula can read it.
    """
    text = display(value)
    if value.show is None or value.kind not in _NO:
        return text
    unreadable = exp.and_(
        exp.Is(this=exp.Paren(this=value.first.copy()), expression=exp.Null()),
        exp.Not(this=exp.Is(this=exp.Paren(this=value.show.copy()), expression=exp.Null())),
    )
    said = exp.DPipe(
        this=exp.Paren(this=text.copy()), expression=exp.Literal.string(_NO[value.kind])
    )
    return exp.Case(ifs=[exp.If(this=unreadable, true=said)], default=text)
