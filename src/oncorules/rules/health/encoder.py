"""The values of one solver: columns, parameters and constant texts, each the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import z3

from oncorules.rules.health import solved
from oncorules.rules.health.kinds import Known
from oncorules.rules.health.solved import Solver, Term
from oncorules.rules.loading.parameters import ParameterValue


@dataclass
class Encoder:
    """One solver's values: every name gets the same one wherever it stands.

    Attributes:
        free: parameters that are numbers may have any value, not only the one that holds.
        pinned: parameters that somebody set: those keep their value, choices too.
        facts: what is true of the values, whatever the row is.
        blurred: whether a formula was met that the solver cannot follow from the row itself.
    """

    free: bool = False
    pinned: frozenset[tuple[str, str, str]] = frozenset()
    facts: list[Solver] = field(default_factory=list)
    blurred: bool = False
    _made: dict[str, Term] = field(default_factory=dict)
    _texts: dict[str, int] = field(default_factory=dict)

    def text(self, text: str) -> Term:
        """Return a constant text."""
        tree = z3.IntVal(self._texts.setdefault(text, len(self._texts)))
        return Term("text", solved.NO, tree, tree, literal=text)

    def variable(self, label: str, known: Known) -> Term:
        """Return the value that stands for a label: anything of its kind, or missing."""
        if label not in self._made:
            self._made[label] = self._new(f"{len(self._made)} {label}", known)
        return self._made[label]

    def _new(self, label: str, known: Known) -> Term:
        null = z3.Bool(f"{label} null")
        if known.kind == "boolean":
            tree = z3.Bool(label)
            return Term("boolean", null, tree, tree)
        if known.kind == "date":
            low, high = z3.Int(label), z3.Int(f"{label} last")
            self.facts.append(low <= high)
            return Term("date", null, low, high)
        tree = z3.Real(label) if known.kind == "number" else z3.Int(label)
        if known.kind == "text" and known.codes is not None:
            codes = [tree == self.text(code).low for code in sorted(known.codes)]
            self.facts.append(z3.Or(null, *codes))
        return Term(known.kind, null, tree, tree)

    def parameter(self, one: ParameterValue) -> Term:
        """Return a parameter: its value, or any of its choices unless somebody set it."""
        set_by_hand = one.key in self.pinned
        label = f"parameter {one.address}"
        if one.declared.choices is not None and not set_by_hand:
            term = self.variable(label, Known("text", frozenset(one.declared.choices)))
        elif isinstance(one.value, str):
            return self.text(one.value)
        elif self.free and not set_by_hand:
            term = self.variable(label, Known("number"))
        else:
            return solved.number(Fraction(one.value))
        self.facts.append(z3.Not(term.null))
        return term
