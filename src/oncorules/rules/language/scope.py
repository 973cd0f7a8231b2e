"""What the names of a formula mean in one place: columns, look-ups, parameters, windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.language.formula import FormulaError, offset_of
from oncorules.rules.language.values import Value


@dataclass(frozen=True)
class Frame:
    """A named window, ready to be put behind an aggregate.

    Attributes:
        partition: trees of the columns that part the rows.
        order: the order inside a part; total, because the key of the row ends it.
        rows: the window word (`earlier`, `so far`, ...) with its number of days apart.
        days: for `in the next N days` and `in the last N days`, N.
        doubt: a tree that is true when a date of the order is not a known day.
    """

    partition: tuple[exp.Expr, ...]
    order: tuple[exp.Expr, ...]
    rows: str
    days: exp.Expr | None = None
    doubt: exp.Expr | None = None

    def over(self, aggregate: exp.Expr) -> exp.Window:
        """Return an aggregate over this window."""
        order = self.order if self.rows != "all" else ()
        return exp.Window(
            this=aggregate,
            partition_by=[tree.copy() for tree in self.partition],
            order=exp.Order(expressions=[tree.copy() for tree in order]) if order else None,
            spec=self._spec() if order else None,
        )

    def _spec(self) -> exp.WindowSpec:
        whole, here = ("UNBOUNDED", "PRECEDING"), ("CURRENT ROW", None)
        one = exp.Literal.number(1)
        bounds: dict[str, tuple[tuple[Any, Any], tuple[Any, Any]]] = {
            "earlier": (whole, (one, "PRECEDING")),
            "so far": (whole, here),
            "later": ((one, "FOLLOWING"), ("UNBOUNDED", "FOLLOWING")),
            "part": (whole, ("UNBOUNDED", "FOLLOWING")),
            "the one before": ((one, "PRECEDING"), (one, "PRECEDING")),
            "the one after": ((one, "FOLLOWING"), (one, "FOLLOWING")),
            "next days": ((one, "FOLLOWING"), (self.days, "FOLLOWING")),
            "last days": ((self.days, "PRECEDING"), (one, "PRECEDING")),
        }
        (start, start_side), (end, end_side) = bounds[self.rows]
        return exp.WindowSpec(
            kind="RANGE" if self.days is not None else "ROWS",
            start=start.copy() if isinstance(start, exp.Expr) else start,
            start_side=start_side,
            end=end.copy() if isinstance(end, exp.Expr) else end,
            end_side=end_side,
        )

    def settle(self, tree: exp.Expr) -> exp.Expr:
        """Return a result that is unknown where the order itself is in doubt."""
        if self.doubt is None:
            return tree
        unsure = exp.Window(
            this=exp.LogicalOr(this=self.doubt.copy()),
            partition_by=[part.copy() for part in self.partition],
        )
        return exp.Case(ifs=[exp.If(this=exp.Not(this=unsure), true=tree)])


@dataclass(frozen=True)
class RankedCodes:
    """A code list in order, best first, so that `best` and `worst` have a meaning."""

    name: str
    best_first: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """Planned assessments: days after a start, then at a fixed distance.

    Attributes:
        start: the column that holds the first day.
        at: planned days after it.
        then_every: distance of all further ones, or None when the list ends.
        tolerance: days that an assessment may lie beside its plan.
    """

    start: str
    at: tuple[int, ...]
    then_every: int | None
    tolerance: int


@dataclass
class Scope:
    """The names that a formula may use, and the value behind each.

    Attributes:
        columns: bare names.
        aliases: look-ups and `this`, each with its own columns.
        parameters: named limits; a column of the same name wins, which the loader refuses.
        frames: windows by name; one-row windows are also read with a dot.
        group: the window of a bare aggregate, in a table that has fewer rows than its source.
        ranked: ranked code lists by name.
        schedules: planned assessments by name.
        codes: numbers that stand for the texts of a column where windows part the rows.
        code_lists: the values of each code list of the pack, ranked or not.
        lines: for columns that lines decide, the number of the line and each line in words.
    """

    columns: Mapping[str, Value] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    frames: Mapping[str, Frame] = field(default_factory=dict)
    group: Frame | None = None
    ranked: Mapping[str, RankedCodes] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    codes: Mapping[str, exp.Expr] = field(default_factory=dict)
    code_lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lines: Mapping[str, tuple[Value, tuple[str, ...]]] = field(default_factory=dict)

    def value(self, node: exp.Column) -> Value:
        """Return the value behind a name, or refuse it with the nearest that exists."""
        alias, name = node.table, node.name
        if not alias:
            for place in (self.columns, self.parameters):
                if name in place:
                    return place[name]
            raise FormulaError(self._unknown(name), offset_of(node))
        if alias in self.aliases:
            if name in self.aliases[alias]:
                return self.aliases[alias][name]
            near = did_you_mean(name, self.aliases[alias])
            raise FormulaError(f'"{alias}" has no column "{name}"{near}', offset_of(node))
        near = did_you_mean(alias, [*self.aliases, *self.frames])
        raise FormulaError(f'"{alias}" is no lookup and no window here{near}', offset_of(node))

    def frame(self, name: str, node: exp.Expr) -> Frame:
        """Return a window by name."""
        if name not in self.frames:
            near = did_you_mean(name, self.frames)
            raise FormulaError(f'there is no window "{name}"{near}', offset_of(node))
        return self.frames[name]

    def codes_of(self, value: Value, node: exp.Expr) -> RankedCodes:
        """Return the ranked code list that holds all values of a text."""
        if value.kind not in ("text", "missing"):
            raise FormulaError(
                f"best and worst rank the codes of a list, and this is a {value.kind}",
                offset_of(node),
            )
        fitting = [
            codes
            for codes in self.ranked.values()
            if value.codes is None or value.codes <= set(codes.best_first)
        ]
        if len(fitting) == 1:
            return fitting[0]
        raise FormulaError(
            "best and worst need one ranked code list (`codes` with `best_first`) that holds every "
            f"value; {len(fitting)} fit",
            offset_of(node),
        )

    def _unknown(self, name: str) -> str:
        near = did_you_mean(name, [*self.columns, *self.parameters, *self.aliases])
        owners = [alias for alias, columns in self.aliases.items() if name in columns]
        if owners:
            near = f'; did you mean "{owners[0]}.{name}"?'
        return f'"{name}" is no column and no parameter here{near}'
