"""A query built in steps, each a select over the one before: columns, row filters, joins.

Windows cannot nest in one select and no engine lets a column read its neighbour portably, so every
depth of a rule becomes a step. Steps are common table expressions; engines flatten them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import LAST, column
from oncorules.rules.compiler.value_lists import ValueList
from oncorules.rules.language.values import Value

_Print = tuple[exp.Expr, exp.Expr | None]


class Steps:
    """A growing query; `columns` of the last step are what formulas may read."""

    def __init__(self, source: exp.Expr, prefix: str = "step") -> None:
        """Begin with a table."""
        self._source: exp.Expr = source
        self._steps: list[tuple[str, exp.Query]] = []
        self._lists: dict[str, ValueList] = {}
        self._added: dict[str, Mapping[str, exp.Expr]] = {}
        self._prefix = prefix
        self._known: dict[_Print, Value] = {}

    @property
    def last(self) -> exp.Expr:
        """The table that the next step reads."""
        if not self._steps:
            return self._source.copy()
        return trees.table(self._steps[-1][0])

    def add(self, query: exp.Query) -> str:
        """Append a step and return its name."""
        name = f"{self._prefix}_{len(self._steps) + 1}"
        self._steps.append((name, query))
        return name

    def extend(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Add columns in one step; equal trees are computed once and stored once."""
        stored: dict[str, Value] = {}
        fresh: list[exp.Expr] = []
        for name, value in values.items():
            print_of = _print(value)
            if print_of in self._known:
                known = self._known[print_of]
                stored[name] = replace(value, first=known.first, last=known.last)
                continue
            kept = self._store(name, value, fresh)
            self._known[print_of] = kept
            stored[name] = kept
        if fresh:
            name = self.add(exp.select(exp.Star(), *fresh, copy=False).from_(self.last, copy=False))
            self._added[name] = {one.alias: one.this for one in fresh}
        return stored

    @property
    def added(self) -> Mapping[str, exp.Expr] | None:
        """What the last step adds to the rows, by column; None when it does anything else."""
        return self._added.get(self._steps[-1][0]) if self._steps else None

    def undo(self) -> None:
        """Forget the last step; what it added can no longer be read."""
        self._steps.pop()
        self._known.clear()

    def _store(self, name: str, value: Value, fresh: list[exp.Expr]) -> Value:
        if isinstance(value.first, exp.Column) and value.last is None:
            return value
        fresh.append(trees.named(value.first.copy(), name))
        last = None
        if value.last is not None:
            fresh.append(trees.named(value.last.copy(), name + LAST))
            last = column(name + LAST)
        return replace(value, first=column(name), last=last, show=value.show, literal=None)

    def list(self, constants: ValueList) -> exp.Table:
        """Return constants as a table that further steps may read."""
        self._lists[constants.name] = constants
        return trees.table(constants.name)

    def keep(self, condition: exp.Expr) -> None:
        """Keep the rows for which a condition is true."""
        self._known.clear()  # a window over fewer rows is another value
        query = exp.Select(expressions=[exp.Star()]).from_(self.last, copy=False)
        self.add(query.where(condition.copy(), copy=False))

    def finish(self, query: exp.Select) -> exp.Select:
        """Return a final select over the last step, with all lists and steps in front of it.

        The steps become a part of it: a query is finished once.
        """
        whole = query
        for name, constants in self._lists.items():
            listed = constants.query()
            whole = whole.with_(exp.to_identifier(name, quoted=True), as_=listed, copy=False)
        for name, step in self._steps:
            whole = whole.with_(exp.to_identifier(name, quoted=True), as_=step, copy=False)
        return whole


def _print(value: Value) -> _Print:
    return value.first, value.last
