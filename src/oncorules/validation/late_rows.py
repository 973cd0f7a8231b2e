"""Rows that findings show, made only when somebody reads them.

A run without `--out` prints ten findings; the texts of a million others would be made for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine


class LateRows:
    """The rows of one table that break a rule: chosen and narrow at first, whole on demand."""

    def __init__(
        self,
        engine: Engine,
        chosen: str,
        build: Callable[[str], exp.Select],
        rules: Sequence[exp.Expr],
        order: Sequence[exp.Expr],
    ) -> None:
        """Take what makes the rows.

        Args:
            engine: holds the rows.
            chosen: the engine's table of the rows that break any rule.
            build: returns the query that adds everything findings show to such a table.
            rules: for each rule, the tree that is true for the rows that break it.
            order: the order in which findings are listed.
        """
        self._engine, self._chosen, self._build = engine, chosen, build
        self._rules, self._order = rules, order
        self._made: dict[int | None, str] = {}

    def table(self, number: int | None = None) -> str:
        """Return the engine's table of whole rows.

        Args:
            number: how many rows of each rule are wanted, the first ones; all when None.
        """
        if None in self._made:
            return self._made[None]
        if number not in self._made:
            source = self._chosen if number is None else self._sample(number)
            name = f"flagged {'all' if number is None else number}:{self._chosen}"
            self._engine.store(name, self._build(source))
            self._made[number] = name
        return self._made[number]

    def _sample(self, number: int) -> str:
        from oncorules.engine import trees

        parts = [
            exp.select(exp.Star())
            .from_(trees.table(self._chosen))
            .where(rule.copy())
            .order_by(*(tree.copy() for tree in self._order))
            .limit(number)
            .subquery("part")
            for rule in self._rules
        ]
        selects = [exp.select(exp.Star()).from_(part) for part in parts]
        whole: exp.Query = selects[0].distinct() if len(selects) == 1 else selects[0]
        for other in selects[1:]:
            whole = exp.Union(this=whole, expression=other, distinct=True)
        name = f"first {number}:{self._chosen}"
        self._engine.store(name, whole)
        return name
