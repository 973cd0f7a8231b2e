"""The parts of a rule or table in the order of their dependencies: look-ups, windows, columns.

Each part becomes ready when everything it reads is stored in a step; all columns that are ready
share one step, and equal look-ups of several rules share one join.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.compiler import lines
from oncorules.rules.compiler.lookup import Found, join, reads_this
from oncorules.rules.compiler.needs import DECIDE, Default, Needs, PlacedError, placed
from oncorules.rules.compiler.relation import Relation, absent
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.compiler.windows import block_steps, frame_of
from oncorules.rules.language.alike import alike, chosen
from oncorules.rules.language.formula import FormulaError, names, parsed
from oncorules.rules.language.scope import Frame, Scope
from oncorules.rules.language.translate import translate, translate_condition
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Column, Lookup

__all__ = ["DECIDE", "THIS_TABLE", "Default", "Parts", "PlacedError", "build", "placed"]

BUILT = ("column", "default", DECIDE)


@dataclass
class Parts(Needs):
    """The parts of one rule or table while they are built.

    Attributes:
        ready: the columns that are stored in a step.
        found: the columns of each look-up that was joined.
        hits: for each look-up that was joined, a tree that is true when a row was found.
        blocks: the number of the block that each run gives a row.
    """

    ready: dict[str, Value] = field(default_factory=dict)
    found: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    hits: dict[str, exp.Expr] = field(default_factory=dict)
    blocks: dict[str, Value] = field(default_factory=dict)

    def waiting(self) -> list[str]:
        """Return the parts that are noted and not yet built."""
        return [part for part in self.needed if not self._is_built(part)]

    def _is_built(self, part: str) -> bool:
        kind, _, name = part.partition(" ")
        if kind == "lookup":
            return name in self.found
        if kind == "run":
            return name in self.blocks
        return (DECIDE if kind == DECIDE else name) in self.ready

    def is_ready(self, part: str) -> bool:
        """Tell whether everything that a part reads is built."""
        return all(self._is_built(need) for need in self.needed[part] if need != part)

    def current(self) -> Scope:
        """Return the names that formulas may read now."""
        columns = {**self.here.columns, **self.ready}
        columns.pop(DECIDE, None)
        frames: dict[str, Frame] = {}
        scope = replace(self.scope, columns=columns, aliases=self.found)
        inside = self._inside(scope)
        for name, window in self.windows.items():
            read = [*window.per, *(order.name for order in window.orders)]
            own = {*self.columns, *(self.decide.sets if self.decide else ())}
            if all(item in columns or item not in own for item in read):
                with placed(("windows", name)):
                    frames[name] = frame_of(
                        window, replace(self.here, columns=columns), scope, inside
                    )
        for name, run in self.runs.items():
            if name in self.blocks:
                whole = frame_of(run, replace(self.here, columns=columns), scope, inside)
                frames[name] = replace(
                    whole, partition=(*whole.partition, self.blocks[name].first), rows="part"
                )
        return replace(scope, frames=frames, lines=self._lines())

    def _lines(self) -> dict[str, tuple[Value, tuple[str, ...]]]:
        """Return the columns that lines decided by now, each with its lines in words."""
        found = {
            name: (self.ready[name + lines.LINE], lines.words_of(spec))
            for name, spec in self.columns.items()
            if name in self.ready and name + lines.LINE in self.ready
        }
        if self.decide is not None and DECIDE in self.ready:
            told = lines.words_of(self.decide)
            found |= dict.fromkeys(self.decide.sets, (self.ready[DECIDE], told))
        return found

    def _inside(self, scope: Scope) -> exp.Expr | None:
        if self.inside is None:
            return None
        with placed(("applies_to", "where")):
            tree = translate_condition(self.inside, scope).first
        return exp.Coalesce(this=exp.Paren(this=tree), expressions=[exp.false()])

    def build(self, kind: str, name: str, scope: Scope) -> dict[str, Value]:
        """Return the values that a ready part stores next."""
        if kind == "column":
            return self.build_column(name, scope)
        if kind == "decide":
            return self.build_decide(scope)
        default = self.defaults[name]
        with placed(default.path):
            other = lines.result(default.formula, scope)
            return {name: _or_else(default.value, default.found, other, name)}

    def build_column(self, name: str, scope: Scope) -> dict[str, Value]:
        """Return the values of a column, or its line number when the lines are not yet stored."""
        spec, path = self.columns[name], ("columns", name)
        if spec.value is not None:
            with placed((*path, "value")):
                return {name: _declared(translate(spec.value, scope), spec, name, scope)}
        if name + lines.LINE not in self.ready:
            if spec.first_true is not None:
                return {name + lines.LINE: _line(spec, scope, path)}
            assert spec.decide_by is not None and spec.rows is not None
            with placed((*path, "rows")):
                row = lines.decision_row(spec.decide_by[:-1], spec.rows, scope)
            return {name + lines.LINE: row}
        results: Sequence[str]
        if spec.first_true is not None:
            results = [line.result for line in spec.first_true]
        else:
            results = [str(row[-1]) for row in spec.rows or ()]
        with placed(path):
            value = lines.column_of(
                self.ready[name + lines.LINE], results, spec.if_unknown, scope, name
            )
            return {name: _declared(value, spec, name, scope)}

    def build_decide(self, scope: Scope) -> dict[str, Value]:
        """Return the columns that `decide` sets, or its line number when it is not yet stored."""
        assert self.decide is not None
        if DECIDE + lines.LINE not in self.ready:
            with placed(("decide", "lines")):
                return {DECIDE + lines.LINE: lines.decided(self.decide, scope)}
        built: dict[str, Value] = {}
        for name in self.decide.sets:
            results = [line.values.get(name, "null") for line in self.decide.lines]
            with placed(("decide", "lines")):
                built[name] = lines.column_of(
                    self.ready[DECIDE + lines.LINE], results, None, scope, name
                )
        return {**built, DECIDE: self.ready[DECIDE + lines.LINE]}


def build(all_parts: Sequence[Parts], steps: Steps) -> None:
    """Build every noted part of several rules on one table.

    Raises:
        FormulaError: columns read each other in a circle, or a formula does not fit.
    """
    shared: dict[str, Found] = {}
    while any(parts.waiting() for parts in all_parts):
        progress = _build_lookups(all_parts, steps, shared)
        progress |= _build_runs(all_parts, steps)
        progress |= _build_columns(all_parts, steps)
        if not progress:
            circle = [part for parts in all_parts for part in parts.waiting()]
            raise FormulaError(f"these read each other in a circle: {', '.join(sorted(circle))}")


def _build_lookups(all_parts: Sequence[Parts], steps: Steps, shared: dict[str, Found]) -> bool:
    progress = False
    for parts in all_parts:
        for part in parts.waiting():
            kind, _, name = part.partition(" ")
            if kind == "lookup" and parts.is_ready(part):
                progress = True
                with placed(("lookups", name)):
                    parts.found[name] = _look_up(all_parts, parts, name, steps, shared)
    return progress


def _look_up(
    all_parts: Sequence[Parts],
    parts: Parts,
    name: str,
    steps: Steps,
    shared: dict[str, Found],
) -> Mapping[str, Value]:
    lookup, scope = parts.lookups[name], parts.current()
    here = replace(parts.here, columns=dict(scope.columns))
    there = here if lookup.from_ == THIS_TABLE else parts.find(lookup.from_)
    there = _with_own_columns(lookup, name, there, scope)
    print_of = _print(lookup, parts)
    wanted = list(parts.wanted.get(name, ()))
    for other in all_parts:
        for alias, same in other.lookups.items():
            if print_of is not None and print_of == _print(same, other):
                wanted += other.wanted.get(alias, ())
    if print_of is None or print_of not in shared:
        own = f"{parts.prefix}{name}" if print_of is None else f"shared{len(shared)}.{name}"
        result = join(steps, lookup, own, here, there, wanted, scope)
        shared[print_of or f"{own} {len(shared)}"] = result
    else:
        result = shared[print_of]
    parts.hits[name] = result.found
    if not isinstance(lookup.if_none, dict):
        return result.columns
    for setting in lookup.if_none:
        if setting not in there.columns:
            near = did_you_mean(setting, there.columns)
            raise FormulaError(f'if_none: {lookup.from_} has no column "{setting}"{near}')
    return {**result.columns, **_defaults(lookup, result, scope, name)}


def _with_own_columns(lookup: Lookup, name: str, there: Relation, scope: Scope) -> Relation:
    """Return the other table with the columns that the look-up itself adds to its rows."""
    inner = replace(scope, columns=there.columns, aliases={}, frames={}, group=None)
    added: dict[str, Value] = {}
    for label, formula in lookup.columns.items():
        with placed(("lookups", name, "columns", label)):
            added[label] = translate(formula, inner)
    return replace(there, columns={**there.columns, **added})


def _defaults(lookup: Lookup, result: Found, scope: Scope, name: str) -> dict[str, Value]:
    assert isinstance(lookup.if_none, dict)
    filled: dict[str, Value] = {}
    for setting, formula in lookup.if_none.items():
        if setting in result.columns:
            with placed(("lookups", name, "if_none", setting)):
                other = lines.result(formula, scope)
                value = result.columns[setting]
                filled[setting] = _or_else(value, result.found, other, setting)
    return filled


def _or_else(value: Value, found: exp.Expr, other: Value, what: str) -> Value:
    """Return a value where a row was found, and another where there was none."""

    def pick(ends: list[exp.Expr]) -> exp.Expr:
        there = exp.If(this=found.copy(), true=ends[0])
        return exp.Case(ifs=[there], default=ends[1])

    return chosen(alike([value, other], what), pick)


def _print(lookup: Lookup, parts: Parts) -> str | None:
    """Return a text equal for equal look-ups that may share one join; None when none may."""
    if reads_this(lookup) or lookup.from_ == THIS_TABLE:
        return None
    local = {*parts.columns, *(parts.decide.sets if parts.decide else ())}
    if any(mine in local for mine in (lookup.on or {}).values()):
        return None
    bound = ""
    if lookup.where is not None:
        for alias, name, _ in names(parsed(lookup.where)):
            value = parts.scope.parameters.get(name)
            if not alias and value is not None:
                bound += f"{name}={value.literal};"
    main = lookup.model_dump_json(exclude={"if_none"}, by_alias=True)
    return f"{main}{bound}"


def _build_runs(all_parts: Sequence[Parts], steps: Steps) -> bool:
    progress = False
    for parts in all_parts:
        for part in parts.waiting():
            kind, _, name = part.partition(" ")
            if kind == "run" and parts.is_ready(part):
                progress = True
                with placed(("runs", name)):
                    scope = parts.current()
                    here = replace(parts.here, columns=dict(scope.columns))
                    inside = parts._inside(scope)
                    label = f"{parts.prefix}{name}#block"
                    parts.blocks[name] = block_steps(
                        steps, parts.runs[name], here, scope, label, inside
                    )
    return progress


def _build_columns(all_parts: Sequence[Parts], steps: Steps) -> bool:
    fresh: list[tuple[Parts, str, Value]] = []
    for parts in all_parts:
        ready = [part for part in parts.waiting() if parts.is_ready(part)]
        kinds = [part.partition(" ") for part in ready]
        todo = [(kind, name) for kind, _, name in kinds if kind in BUILT]
        if not todo:
            continue
        scope = parts.current()
        for kind, name in todo:
            values = parts.build(kind, name, scope)
            fresh += [(parts, label, value) for label, value in values.items()]
    stored = steps.extend({f"{parts.prefix}{label}": value for parts, label, value in fresh})
    for parts, label, _ in fresh:
        parts.ready[label] = stored[f"{parts.prefix}{label}"]
    return bool(fresh)


def _line(spec: Column, scope: Scope, path: tuple[str | int, ...]) -> Value:
    assert spec.first_true is not None
    for number, line in enumerate(spec.first_true):
        if line.when != "otherwise":
            with placed((*path, "first_true", number, line.result)):
                translate_condition(line.when, scope)
    return lines.first_true(spec.first_true, scope)


def _declared(value: Value, spec: Column, name: str, scope: Scope) -> Value:
    """Hold a column's declared type and unit against what its formula yields."""
    if spec.type is not None and value.kind != spec.type:
        if value.kind == "missing" or (spec.type == "number" and value.kind == "integer"):
            pass
        else:
            raise FormulaError(f"{name} is declared as {spec.type} and its formula is {value.kind}")
    if value.kind == "missing":
        if spec.type is None:
            raise FormulaError(f"{name} is null; say its type, such as `type: text`")
        return absent(spec.type, spec.unit)
    if spec.unit is not None and value.unit is not None and value.unit != spec.unit:
        raise FormulaError(f"{name} is declared in {spec.unit} and its formula is in {value.unit}")
    if spec.codes is not None:
        value = _coded(value, spec.codes, name, scope)
    return replace(value, unit=spec.unit or value.unit)


def _coded(value: Value, codes: str, name: str, scope: Scope) -> Value:
    """Hold the code list of a column against the values that its formula yields."""
    if codes not in scope.code_lists:
        near = did_you_mean(codes, scope.code_lists)
        raise FormulaError(f'there is no code list "{codes}"{near}')
    allowed = scope.code_lists[codes]
    if value.kind != "text":
        raise FormulaError(f"{name} has a code list, and its formula is {value.kind}")
    for code in sorted((value.codes or allowed) - allowed):
        near = did_you_mean(code, allowed)
        raise FormulaError(f'{name} can be "{code}", which is not in the code list {codes}{near}')
    return replace(value, codes=allowed)
