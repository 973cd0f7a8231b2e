"""The answer of `explain`: explanations of rows, and for a subject how each rule came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from oncorules.validation.answer_explanation import AnswerExplanation
from oncorules.validation.explanation import Explanation
from oncorules.validation.grade_explanation import GradeExplanation


@dataclass(frozen=True)
class RuleOnRows:
    """How many rows of a subject have which answer to one rule."""

    rule_id: str
    table: str
    met: int
    not_met: int
    not_evaluable: int
    not_in_scope: int
    title: str


@dataclass(frozen=True)
class ExplainResult:
    """Explanations, one per rule and row; prints well, and shows itself in a notebook.

    Attributes:
        explanations: the rules on the rows that were asked for, then the terms of gradings.
        rules: for a subject, how many of its rows have which answer to each rule.
        notes: what is left out, and why.
    """

    explanations: tuple[Explanation | GradeExplanation | AnswerExplanation, ...]
    rules: tuple[RuleOnRows, ...] = ()
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Explanation | GradeExplanation | AnswerExplanation]:
        """Go through the explanations."""
        return iter(self.explanations)

    def __len__(self) -> int:
        """Return the number of explanations."""
        return len(self.explanations)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "rules": [vars(one) for one in self.rules],
            "explanations": [one.as_json() for one in self.explanations],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        """Return the explanations for people."""
        return "\n\n".join([*map(str, self.explanations), *self.notes])

    def _repr_html_(self) -> str:
        """Return the explanations for a notebook; every text is escaped."""
        return f"<pre>{escape(str(self))}</pre>"
