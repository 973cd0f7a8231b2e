"""The lines of a term in words: every grade in each unit, with the limits written out.

`VALUE < g3` of a term whose limits are printed in two units reads `< 80 g/L` in one of them and
`< 4.9 mmol/L` in the other, whatever the limit is called. A line that compares with no limit reads
alike in every unit, and stands under the unit "".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from oncorules.rules.catalogue.changed_data import formula_key
from oncorules.rules.grading.formulas import VALUE, group_of
from oncorules.rules.grading.limits import printed_limits
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import COMPARISONS, FormulaError, names, parse
from oncorules.rules.loading.model import OTHERWISE, Term
from oncorules.rules.loading.model_base import scalar_text

_COMPARED = re.compile(rf"{VALUE}\s*(<>|!=|<=|>=|=|<|>)\s*")
_NUMBER = "no number"


@dataclass(frozen=True)
class Words:
    """A formula in words.

    Attributes:
        text: as it is shown.
        key: equal for formulas that say the same in the same unit.
        branch: the words of the branch that it stands in; empty without branches.
    """

    text: str
    key: str
    branch: str = ""

    def __str__(self) -> str:
        """Return the words with those of the branch before them."""
        return f"{self.branch}: {self.text}" if self.branch else self.text


ByUnit = dict[str, Words]
Cells = dict[str, dict[str, dict[str, Words]]]
"""The words of a grade: by unit, and there by the key of the branch.

The key is empty without branches, and for words that are the same in all branches.
"""


class TermWords:
    """What a term says, in words."""

    def __init__(self, term: Term, reads: Mapping[str, str]) -> None:
        """Take a term, and what the grading says of the names that it reads."""
        self.term, self.reads = term, reads
        self.printed = dict(printed_limits(term))
        self.units = list(self.printed)
        self.limits = set(term.limits.columns[1:] if term.limits is not None else ())

    def of(self, formula: str, *, of_value: bool = False) -> ByUnit:
        """Return a formula in words, by unit; under "" alone when it is the same in every unit.

        Args:
            formula: as it stands in the rule file.
            of_value: leave out the name of the value where the formula begins with it.
        """
        if formula == OTHERWISE:
            return {"": Words(OTHERWISE, OTHERWISE)}
        try:
            tree = parse(formula)
        except FormulaError:  # the compiler tells where the fault is
            return {"": Words(own_words(formula), own_words(formula))}
        limits = [node for alias, name, node in names(tree) if not alias and name in self.limits]
        numbers = list(self._numbers(tree)) if len(self.units) == 1 else []
        compared = of_value and isinstance(tree, COMPARISONS)
        if not limits and not numbers:
            return {"": Words(_shown(formula, compared), formula_key(formula))}
        return {unit: self._in(unit, formula, limits, numbers, compared) for unit in self.units}

    def cells(self) -> Cells:
        """Return what every grade says."""
        found: Cells = {}
        for when, grades in self._branches():
            branch = "" if when is None else self.branch(when)
            for grade, line in grades.items():
                for unit, words in self._line(when, line).items():
                    found.setdefault(str(grade), {}).setdefault(unit, {})[branch] = words
        for by_unit in found.values():
            for unit, words_of in by_unit.items():
                first, *others = words_of.values()
                alike = all(words.key == first.key for words in others)
                if alike and len(words_of) == len(self.term.branches or ()):
                    by_unit[unit] = {"": replace(first, branch="")}
        return found

    def branch(self, when: str) -> str:
        """Return a text that is equal for branches under the same condition."""
        return "\n".join(words.key for words in self.of(when).values())

    def _branches(self) -> Iterator[tuple[str | None, Mapping[Any, str]]]:
        if self.term.grades is not None:
            yield None, self.term.grades
        for branch in self.term.branches or ():
            yield branch.when, branch.grades

    def _line(self, when: str | None, line: str) -> ByUnit:
        own = self.of(line, of_value=True)
        if when is None:
            return own
        whens = self.of(when)
        units = [unit for unit in {**whens, **own} if unit] or [""]
        joined = {}
        for unit in units:
            condition, words = (by.get(unit) or by[""] for by in (whens, own))
            head = "else" if when == OTHERWISE else f"if {condition.text}"
            joined[unit] = replace(words, branch=head)
        return joined

    def _numbers(self, tree: exp.Expr) -> Iterator[exp.Literal]:
        """Go through the plain numbers beside a measured value: they are in the unit of the term.

        Nothing is looked at but a number that is a side of a comparison by itself.
        """
        for node in tree.find_all(*COMPARISONS, exp.Between):
            parts = [node.this, *(node.args.get(name) for name in ("expression", "low", "high"))]
            sides = [part.unnest() for part in parts if part is not None]
            if any(
                isinstance(side, exp.Column) and group_of(side.name, self.reads) is not None
                for side in sides
            ):
                bare = [side.this if isinstance(side, exp.Neg) else side for side in sides]
                yield from (
                    side
                    for side in bare
                    if isinstance(side, exp.Literal) and not side.is_string and "start" in side.meta
                )

    def _in(
        self,
        unit: str,
        formula: str,
        limits: list[exp.Column],
        numbers: list[exp.Literal],
        compared: bool,
    ) -> Words:
        printed = self.printed[unit]
        known = {name: printed.get(name) for name in {node.name for node in limits}}
        plain = {name: str(scalar_text(number)) for name, number in known.items()}
        key = formula_key(_put(formula, [(node, plain[node.name]) for node in limits]))
        if known and set(known.values()) == {None} and not numbers:
            return Words(f"{_NUMBER} in {unit}", key)
        told: list[tuple[exp.Column | exp.Literal, str]] = [
            (node, f"({_NUMBER})" if known[node.name] is None else f"{plain[node.name]} {unit}")
            for node in limits
        ]
        told += [(node, f"{node.name} {unit}") for node in numbers]
        return Words(_shown(_put(formula, told), compared), key)


def _put(formula: str, parts: Sequence[tuple[exp.Column | exp.Literal, str]]) -> str:
    """Return a formula with other words in the place of some of its names and numbers."""
    spans = [(node.this if isinstance(node, exp.Column) else node, text) for node, text in parts]
    for node, text in sorted(spans, key=lambda one: -int(one[0].meta["start"])):
        start, end = int(node.meta["start"]), int(node.meta["end"]) + 1
        formula = f"{formula[:start]}{text}{formula[end:]}"
    return formula


def _shown(formula: str, compared: bool) -> str:
    text = own_words(formula)
    return _COMPARED.sub(r"\1 ", text, count=1) if compared and _COMPARED.match(text) else text
