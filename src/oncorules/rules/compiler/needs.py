"""What formulas read: the columns, look-ups, windows and runs that must be built before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from oncorules.rules.compiler.relation import Relation
from oncorules.rules.language.formula import FormulaError, names, parsed, schedules, windows
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Column, Decide, Lookup, Run, Window

DECIDE = "decide"


class PlacedError(FormulaError):
    """A fault of a formula, with the path of the formula inside its rule or table."""

    def __init__(self, path: tuple[str | int, ...], error: FormulaError) -> None:
        """Take the path and the fault."""
        super().__init__(str(error), error.offset)
        self.path = path


class placed:
    """Put the path of the formula on a fault that is raised inside."""

    def __init__(self, path: tuple[str | int, ...]) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FormulaError) and not isinstance(error, PlacedError):
            raise PlacedError(self.path, error) from None


@dataclass(frozen=True)
class Default:
    """A column of a table that may have no row: its value where there is one, else a formula."""

    value: Value
    found: exp.Expr
    formula: str
    path: tuple[str | int, ...]


@dataclass
class Needs:
    """The parts of one rule or table, and which of them each formula reads.

    Attributes:
        here: the rows, with the columns that exist before any part is built.
        find: returns another table by name.
        scope: parameters, ranked codes, schedules, and `group` for a table with fewer rows.
        prefix: stands before physical names, so that rules do not meet.
        inside: a condition; rows outside it are invisible to windows.
    """

    here: Relation
    find: Callable[[str], Relation]
    scope: Scope
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    decide: Decide | None = None
    prefix: str = ""
    inside: str | None = None
    defaults: Mapping[str, Default] = field(default_factory=dict)
    wanted: dict[str, list[str]] = field(default_factory=dict)
    needed: dict[str, set[str]] = field(default_factory=dict)

    def require(self, formula: str, path: tuple[str | int, ...]) -> set[str]:
        """Note everything that a formula reads, and what that reads in turn; return the parts."""
        with placed(path):
            return self._needs(parsed(formula))

    def require_name(self, name: str, path: tuple[str | int, ...], alias: str = "") -> set[str]:
        """Note a column by its name, of a look-up when one is named; return the part."""
        with placed(path):
            return self._need_name(alias, name)

    def _needs(self, tree: exp.Expr) -> set[str]:
        parts: set[str] = set()
        for alias, name, _ in names(tree):
            parts |= self._need_name(alias, name)
        for window in windows(tree):
            parts |= self._need_window(window)
        for name in schedules(tree) & self.scope.schedules.keys():
            parts |= self._need_name("", self.scope.schedules[name].start)
        return parts

    def _need_name(self, alias: str, name: str) -> set[str]:
        if alias in self.lookups:
            wanted = self.wanted.setdefault(alias, [])
            if name not in wanted:
                wanted.append(name)
            part = self._visit(f"lookup {alias}")
            self.needed[part] |= self._need_there(alias, name)
            return {part}
        if alias in self.windows:
            return self._need_window(alias) | self._need_name("", name)
        if alias == "this" or not alias:
            if name in self.columns:
                return {self._visit(f"column {name}")}
            if name in self.defaults:
                return {self._visit(f"default {name}")}
            if self.decide is not None and name in self.decide.sets:
                return {self._visit("decide")}
        return set()

    def _need_there(self, alias: str, name: str) -> set[str]:
        """Return what a column of a look-up needs: nothing, unless its rows are those of here."""
        lookup = self.lookups[alias]
        if lookup.from_ != THIS_TABLE:
            return set()
        if name in lookup.columns:
            return self.require(lookup.columns[name], ("lookups", alias, "columns", name))
        return self._need_name("", name)

    def _need_window(self, name: str) -> set[str]:
        if name in self.windows:
            window = self.windows[name]
            read = [*window.per, *(order.name for order in window.orders)]
        elif name in self.runs:
            return {self._visit(f"run {name}")}
        else:
            return set()
        return {part for column_name in read for part in self._need_name("", column_name)}

    def _visit(self, part: str) -> str:
        if part not in self.needed:
            self.needed[part] = set()
            needs: set[str] = set()
            for path, formula in self._formulas(part):
                if isinstance(formula, str):
                    needs |= self.require(formula, path)
            needs |= self._other_needs(part)
            self.needed[part] = needs
        return part

    def _formulas(self, part: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
        kind, _, name = part.partition(" ")
        if kind == "column":
            yield from _column_formulas(name, self.columns[name], self._is_name)
        elif kind == "run":
            yield ("runs", name, "of"), self.runs[name].of
        elif kind == "default" and self._is_name(self.defaults[name].formula):
            yield self.defaults[name].path, self.defaults[name].formula
        elif kind == "decide" and self.decide is not None:
            for number, line in enumerate(self.decide.lines):
                if line.when != "otherwise":
                    yield ("decide", "lines", number, "when"), line.when
                for setting, value in line.values.items():
                    if self._is_name(value):
                        yield ("decide", "lines", number, setting), value

    def _is_name(self, text: str) -> bool:
        """Tell whether the result of a line reads columns, or is a code."""
        if "(" in text or "'" in text:
            return True
        try:
            tree = parsed(text)
        except FormulaError:
            return False
        known = {*self.columns, *self.here.columns, *(self.decide.sets if self.decide else ())}
        return any(
            alias in self.lookups or alias in self.windows or (not alias and name in known)
            for alias, name, _ in names(tree)
        )

    def _other_needs(self, part: str) -> set[str]:
        kind, _, name = part.partition(" ")
        if kind == "run":
            run = self.runs[name]
            read = [*run.per, *(order.name for order in run.orders)]
            return {need for item in read for need in self._need_name("", item)}
        if kind != "lookup":
            return set()
        lookup = self.lookups[name]
        needs: set[str] = set()
        for field_name, formula in (("where", lookup.where), ("accept", lookup.accept)):
            if formula is None:
                continue
            with placed(("lookups", name, field_name)):
                for alias, column_name, _ in names(parsed(formula)):
                    if alias == "this" or (lookup.from_ == THIS_TABLE and not alias):
                        needs |= self._need_name("", column_name)
        if lookup.from_ == THIS_TABLE:
            for order in lookup.orders:
                needs |= self._need_name("", order.name)
            for column_name in self.wanted.get(name, ()):
                needs |= self._need_there(name, column_name)
            for place, formula in lookup.in_between.items():
                needs |= self.require(formula, ("lookups", name, "in_between", place))
        for column_name in (lookup.on or {}).values():
            needs |= self._need_name("", column_name)
        if isinstance(lookup.if_none, dict):
            for setting, formula in lookup.if_none.items():
                needs |= self.require(formula, ("lookups", name, "if_none", setting))
        return needs - {f"lookup {name}"}


def _column_formulas(
    name: str, spec: Column, is_name: Callable[[str], bool]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    path: tuple[str | int, ...] = ("columns", name)
    if spec.value is not None:
        yield (*path, "value"), spec.value
    for number, line in enumerate(spec.first_true or ()):
        if line.when != "otherwise":
            yield (*path, "first_true", number, line.result), line.when
        if is_name(line.result):
            yield (*path, "first_true", number), line.result
    if spec.if_unknown is not None and is_name(spec.if_unknown):
        yield (*path, "if_unknown"), spec.if_unknown
    for place in (spec.decide_by or ())[:-1]:
        yield (*path, "decide_by"), place
    for number, row in enumerate(spec.rows or ()):
        if is_name(str(row[-1])):
            yield (*path, "rows", number), str(row[-1])
