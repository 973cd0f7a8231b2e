"""What each printed figure is in many cohorts: by its analysis, or by what it follows from.

The same roads as those of `oncorules.analysis.agreement.evaluate`, which gives one cohort's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oncorules.analysis.plan.model import Plan
from oncorules.analysis.published.figure import Figure, Follows, Published
from oncorules.calibration.ledger.analyses import Answers, Tables, evaluate
from oncorules.calibration.ledger.numbers import fisher
from oncorules.errors import CallError
from oncorules.generators.coded import Rows


class ManyFigures:
    """Gives each figure of a paper its value in each of many cohorts.

    Args:
        published: the figures.
        plan: the analyses that give them.
        tables: the analysis tables of all cohorts.
    """

    def __init__(self, published: Published, plan: Plan, tables: Tables) -> None:
        self._published, self._plan, self._tables = published, plan, tables
        self._answers: dict[str, Answers] = {}
        self._values: dict[str, Rows | None] = {}

    def all(self) -> Mapping[str, Rows]:
        """Return the values of all figures that have any, by id."""
        found = {one.id: self.value_of(one) for one in self._published}
        return {id: value for id, value in found.items() if value is not None}

    def value_of(self, figure: Figure) -> Rows | None:
        """Return a figure in each cohort; None where cohorts give none.

        It is infinite where it is not reached, and NaN where it cannot be computed.
        """
        if figure.id not in self._values:
            self._values[figure.id] = None  # while it is sought: it may follow from itself
            self._values[figure.id] = self._evaluate(figure)
        return self._values[figure.id]

    def _evaluate(self, figure: Figure) -> Rows | None:
        if figure.analysis is not None:
            name, _, part = figure.analysis.partition(".")
            return self._analysed(name, part)
        cell, _, role = figure.id.rpartition(".")
        if cell in self._plan.analyses:
            return self._analysed(cell, role)
        if figure.not_computable is not None or figure.kind in ("external", "design"):
            return None
        if figure.size_of is not None:
            return self._size(figure.size_of, figure)
        if figure.same_as:
            return self._named(figure.same_as[0])
        return None if figure.follows is None else self._follow(figure.follows)

    def _analysed(self, name: str, part: str) -> Rows | None:
        if name not in self._answers:
            try:
                self._answers[name] = evaluate(self._plan.analyses[name], self._tables)
            except CallError:  # of a kind that cohorts are not asked for
                self._answers[name] = {}
        return self._answers[name].get(part)

    def _size(self, group: str, asking: Figure) -> Rows | None:
        for one in self._published.sizes(group):
            if one is not asking and one.id.rpartition(".")[0] in self._plan.analyses:
                return self.value_of(one)
        return self._analysed(group, "n") if group in self._plan.analyses else None

    def _named(self, id: str) -> Rows | None:
        group = id.removeprefix("group:")
        if group in self._plan.analyses and id != group:
            return self._analysed(group, "n")
        figure = self._published.find(id)
        return None if figure is None else self.value_of(figure)

    def _sum(self, ids: tuple[str, ...]) -> Rows | None:
        """Return the sum of some figures; where one is not reached, nothing follows from it."""
        found = [self._named(id) for id in ids]
        known = [np.where(np.isinf(one), np.nan, one) for one in found if one is not None]
        return sum(known, np.zeros(1)) if len(known) == len(found) else None

    def _follow(self, follows: Follows) -> Rows | None:
        if follows.test == "fisher":
            return self._fisher(follows)
        values = [self._sum(operand) for operand in follows.operands]
        known = [one for one in values if one is not None]
        if len(known) < len(values):
            return None
        if follows.rule == "percent":
            unknown = self._sum(follows.unknown[0]) if follows.unknown else np.zeros(1)
            if unknown is None:
                return None
            size = known[1] - unknown
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(size > 0, 100 * known[0] / size, np.nan)
        if follows.rule == "sum":
            return sum(known, np.zeros(1))
        if follows.rule == "difference":
            return known[0] - known[1]
        return _p_of(follows, known[0], known[1])

    def _fisher(self, follows: Follows) -> Rows | None:
        cells: list[Rows] = []
        for operand in follows.operands:
            group = self._published.figures[operand[0]].group
            count, size = self._sum(operand), self._sum((f"group:{group}",))
            if count is None or size is None:
                return None
            cells += [count, size - count]
        return fisher(*np.broadcast_arrays(*cells))


def _p_of(follows: Follows, statistic: Rows, n: Rows) -> Rows:
    from scipy import stats

    found: Rows
    if follows.test != "spearman":
        found = stats.chi2.sf(statistic, n)
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        t = statistic * np.sqrt((n - 2) / np.maximum(0, 1 - statistic**2))
    found = 2 * stats.t.sf(np.abs(t), n - 2)
    return found
