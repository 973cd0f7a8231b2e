"""What an export gives for a printed figure: by its analysis, or by what it follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from oncorules.analysis.plan.outcome import Outcome, Value
from oncorules.analysis.published.figure import Figure, Follows, Published
from oncorules.analysis.statistics.association import chi_squared_p, fisher_exact, spearman_p

Number = Fraction | float | int


@dataclass(frozen=True)
class Evaluated:
    """The value of a figure.

    Attributes:
        value: None where it was not reached, or where there is a reason.
        note: method and convention.
        reason: why nothing was computed; empty where something was.
    """

    value: Value = None
    note: str = ""
    reason: str = ""


class Evaluator:
    """Gives each figure of a paper its value, once.

    Args:
        published: the figures.
        outcomes: what the analyses of the plan gave, by name.
    """

    def __init__(self, published: Published, outcomes: Mapping[str, Outcome]) -> None:
        self._published = published
        self._outcomes = outcomes
        self._known: dict[str, Evaluated] = {}

    def value_of(self, figure: Figure) -> Evaluated:
        """Return the value of a figure, or why an export gives none."""
        if figure.id not in self._known:
            self._known[figure.id] = Evaluated(
                reason="it follows from itself"
            )  # while it is sought
            self._known[figure.id] = self._evaluate(figure)
        return self._known[figure.id]

    def _evaluate(self, figure: Figure) -> Evaluated:
        if figure.analysis is not None:
            name, _, part = figure.analysis.partition(".")
            return self._analysed(name, part)
        cell, _, role = figure.id.rpartition(".")
        if cell in self._outcomes:
            return self._analysed(cell, role)
        if figure.not_computable is not None:
            return Evaluated(reason=figure.not_computable)
        if figure.kind == "external":
            return Evaluated(reason=f"quoted from [{figure.source}]")
        if figure.kind == "design":
            return Evaluated(reason=f"fixed by the design: {figure.source}")
        if figure.size_of is not None:
            return self._size(figure.size_of, figure)
        if figure.same_as:
            found = self._named(figure.same_as[0])
            note = f"as {figure.same_as[0]}; {found.note}"
            return found if found.reason else Evaluated(found.value, note)
        if figure.follows is not None:
            return self._follow(figure.follows)
        return Evaluated(reason="no analysis of the plan gives it")

    def _analysed(self, name: str, part: str) -> Evaluated:
        outcome = self._outcomes[name]
        if outcome.reason:
            return Evaluated(reason=outcome.reason)
        if part not in outcome.values:
            listed = ", ".join(outcome.values)
            return Evaluated(reason=f"the analysis {name} gives no {part}; it gives {listed}")
        if part in outcome.absent:
            return Evaluated(reason=f"{outcome.absent[part]}; {outcome.footnote}")
        return Evaluated(outcome.values[part], outcome.footnote)

    def _size(self, group: str, asking: Figure) -> Evaluated:
        """Return the size of a group, from any figure that prints it and has an analysis."""
        for one in self._published.sizes(group):
            if one is not asking and one.id.rpartition(".")[0] in self._outcomes:
                return self.value_of(one)
        if group in self._outcomes:
            return self._analysed(group, "n")
        return Evaluated(reason=f"no analysis of the plan counts the group {group}")

    def _named(self, id: str) -> Evaluated:
        group = id.removeprefix("group:")
        figure = self._published.find(id)
        if group in self._outcomes and id != group:
            return self._analysed(group, "n")
        return Evaluated(reason=f"there is no {id}") if figure is None else self.value_of(figure)

    def _sum(self, ids: tuple[str, ...]) -> tuple[Number, str]:
        """Return the sum of some figures, and why there is none."""
        total: Number = 0
        for id in ids:
            one = self._named(id)
            if one.reason or one.value is None:
                return 0, one.reason or f"{id} is not reached"
            total += one.value
        return total, ""

    def _follow(self, follows: Follows) -> Evaluated:
        if follows.test == "fisher":
            return self._fisher(follows)
        operands = [self._sum(operand) for operand in follows.operands]
        for _, reason in operands:
            if reason:
                return Evaluated(reason=reason)
        values = [value for value, _ in operands]
        if follows.rule == "percent":
            return self._percent(follows, values[0], values[1])
        if follows.rule == "sum":
            return Evaluated(sum(values), "sum")
        if follows.rule == "difference":
            return Evaluated(values[0] - values[1], "difference")
        p_of = spearman_p if follows.test == "spearman" else chi_squared_p
        return Evaluated(p_of(float(values[0]), int(values[1])), f"p of {follows.test}")

    def _percent(self, follows: Follows, part: Number, whole: Number) -> Evaluated:
        unknown, reason = self._sum(follows.unknown[0]) if follows.unknown else (0, "")
        size = Fraction(whole) - Fraction(unknown)
        if reason or not size:
            return Evaluated(reason=reason or "the group is empty")
        words = "of those that are known" if unknown else "of all"
        return Evaluated(100 * Fraction(part) / size, f"{words}, {size}")

    def _fisher(self, follows: Follows) -> Evaluated:
        """Return the p value of a category against everything else, unknown ones included."""
        table = []
        for operand in follows.operands:
            group = self._published.figures[operand[0]].group
            count, missing = self._sum(operand)
            size, unsized = self._sum((f"group:{group}",))
            if missing or unsized:
                return Evaluated(reason=missing or unsized)
            table.append([int(count), int(size) - int(count)])
        found = fisher_exact(table)
        words = " and ".join(f"{count} of {count + rest}" for count, rest in table)
        return Evaluated(found.p, f"{found.method}, {found.convention}; {words}")
