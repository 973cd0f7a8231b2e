"""All checks of one table as one query: an outcome per rule and row, packed into numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from oncorules.rules.compiler.parts import Parts, PlacedError, build, placed
from oncorules.rules.compiler.relation import EXAMPLE, FILE, ROW, Relation, column
from oncorules.rules.compiler.sorts import ease_sort, encode, share_sorts
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.formula import FormulaError, names, parsed
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_condition
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Rule

MET, NOT_MET, NOT_EVALUABLE, OUT_OF_SCOPE = range(4)
OUTCOMES = ("met", "not met", "not evaluable", "not in scope")
IF_MISSING = {
    "met": MET,
    "not met": NOT_MET,
    "not evaluable": NOT_EVALUABLE,
    "out of scope": OUT_OF_SCOPE,
}
PER_MASK = 30  # outcomes of two bits that fit a signed 64-bit number
_FIELD = re.compile(r"\{([A-Za-z_][\w.]*)\}")


@dataclass(frozen=True)
class BoundRule:
    """A rule on one table, with what its names mean before any column is built.

    Attributes:
        rule: the rule as written, `--` already replaced.
        scope: parameters, ranked codes, schedules.
    """

    rule: Rule
    scope: Scope


@dataclass(frozen=True)
class Compiled:
    """One rule inside a plan: where its outcome stands, and what a finding shows."""

    rule: Rule
    mask: str
    shift: int
    shown: Mapping[str, Value]
    absent: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Plan:
    """The one query for all checks of a table.

    Attributes:
        relation: the table.
        query: one row per row of the table: file, row, masks, and the values that only the query
            knows (look-ups, windows, columns of rules).
        masks: the names of the mask columns.
        rules: the rules in it.
    """

    relation: Relation
    query: exp.Select
    masks: tuple[str, ...]
    rules: tuple[Compiled, ...]


class RuleFault(Exception):
    """A rule cannot be compiled; tells which one and where."""

    def __init__(self, rule: Rule, error: FormulaError) -> None:
        """Take the rule and the fault."""
        super().__init__(str(error))
        self.rule, self.error = rule, error
        self.path = error.path if isinstance(error, PlacedError) else ()


def plan_checks(
    relation: Relation, rules: Sequence[BoundRule], find: Callable[[str], Relation]
) -> Plan:
    """Return the fused plan of all checks of one table.

    Args:
        relation: the table; one row per record.
        rules: its rules.
        find: returns other tables by name.

    Raises:
        RuleFault: a rule does not fit the tables.
    """
    steps = Steps(relation.table)
    parting = [name for bound in rules for per in _pers(bound.rule) for name in per]
    codes = encode(steps, relation, parting)
    rules = [replace(bound, scope=replace(bound.scope, codes=codes)) for bound in rules]
    all_parts = [
        note_parts(bound, relation, find, f"r{number}.") for number, bound in enumerate(rules)
    ]
    build_rules(rules, all_parts, steps)
    outcomes: dict[str, list[tuple[exp.Expr, int]]] = {}
    shown: dict[str, Value] = {}
    compiled: list[Compiled] = []
    for number, (bound, parts) in enumerate(zip(rules, all_parts, strict=True)):
        mask = f"#mask{number // PER_MASK}"
        try:
            scope = parts.current()
            outcome = outcome_of(bound.rule, scope)
            values = _shown(bound.rule, scope)
        except FormulaError as error:
            raise RuleFault(bound.rule, error) from None
        outcomes.setdefault(mask, []).append((outcome, 2 * (number % PER_MASK)))
        for label, value in values.items():
            if not relation.has_rows or not _is_plain(value, relation):
                shown[f"{parts.prefix}{label}#shown"] = value
        compiled.append(
            Compiled(bound.rule, mask, 2 * (number % PER_MASK), values, _absent(parts, bound.rule))
        )
    return _assemble(relation, steps, outcomes, shown, compiled)


def _pers(rule: Rule) -> Iterator[tuple[str, ...]]:
    yield from (window.per for window in rule.windows.values())
    yield from (run.per for run in rule.runs.values())


def note_parts(
    bound: BoundRule, relation: Relation, find: Callable[[str], Relation], prefix: str
) -> Parts:
    """Return the parts of a rule, with everything noted that its answer and message read."""
    rule = bound.rule
    parts = Parts(
        relation,
        find,
        bound.scope,
        lookups=rule.lookups,
        windows=rule.windows,
        runs=rule.runs,
        columns=rule.columns,
        prefix=prefix,
        inside=rule.applies_to.where,
    )
    try:
        parts.require(rule.condition, ("condition",))
        if rule.applies_to.where is not None:
            parts.require(rule.applies_to.where, ("applies_to", "where"))
        for name in rule.if_missing:
            parts.require(resolved_name(name, rule, relation.columns), ("if_missing", name))
        for name in fields(rule.message or ""):
            parts.require(resolved_name(name, rule, relation.columns), ("message",))
    except FormulaError as error:
        raise RuleFault(rule, error) from None
    return parts


def build_rules(rules: Sequence[BoundRule], all_parts: Sequence[Parts], steps: Steps) -> None:
    """Build the parts of several rules on one table; equal look-ups share one join.

    Raises:
        RuleFault: a rule does not fit the tables.
    """
    try:
        build(all_parts, steps)
    except FormulaError as error:
        raise _blamed(rules, all_parts, error) from None


def _blamed(
    rules: Sequence[BoundRule], all_parts: Sequence[Parts], error: FormulaError
) -> RuleFault:
    """Find the rule behind a fault of the shared query, by building each rule alone."""
    for bound, parts in zip(rules, all_parts, strict=True):
        try:
            alone = note_parts(bound, parts.here, parts.find, "")
            build([alone], Steps(parts.here.table))
        except FormulaError as own:
            return RuleFault(bound.rule, own)
    return RuleFault(rules[0].rule, error)


def fields(message: str) -> list[str]:
    """Return the names that a message shows.

    >>> fields("Treatment on {EXSTDTC}, death on {subject.DTHDTC}.")
    ['EXSTDTC', 'subject.DTHDTC']
    """
    return list(dict.fromkeys(_FIELD.findall(message)))


def resolved_name(name: str, rule: Rule, own: Container[str]) -> str:
    """Return `alias.NAME` for a bare name that only one look-up of the condition reads.

    Args:
        name: a name of a message, of `if_missing` or of an example.
        rule: the rule it stands in.
        own: the columns of the rule's own rows, which come first.
    """
    if "." in name or name in own or name in rule.columns:
        return name
    formulas = [rule.condition, *(c.value for c in rule.columns.values() if c.value is not None)]
    owners = {
        alias
        for formula in formulas
        for alias, read, _ in names(parsed(formula))
        if alias in rule.lookups and read == name
    }
    bare = any(not alias and read == name for f in formulas for alias, read, _ in names(parsed(f)))
    return f"{owners.pop()}.{name}" if len(owners) == 1 and not bare else name


def outcome_of(rule: Rule, scope: Scope) -> exp.Expr:
    """Return 0 met, 1 not met, 2 not evaluable, 3 not in scope."""
    with placed(("condition",)):
        condition = translate_condition(rule.condition, scope).first
    lines = []
    if rule.applies_to.where is not None:
        with placed(("applies_to", "where")):
            inside = exp.Paren(this=translate_condition(rule.applies_to.where, scope).first)
        lines.append(_line(exp.Not(this=inside), OUT_OF_SCOPE))
        lines.append(_line(exp.Is(this=inside.copy(), expression=exp.Null()), NOT_EVALUABLE))
    for name, word in rule.if_missing.items():
        with placed(("if_missing", name)):
            value = _value(resolved_name(name, rule, scope.columns), scope)
        lines.append(_line(is_missing(value), IF_MISSING[word]))
    failed = exp.cast(exp.Not(this=exp.Paren(this=condition)), "BIGINT")  # false 0, true 1
    answer = exp.Coalesce(this=failed, expressions=[exp.Literal.number(NOT_EVALUABLE)])
    return exp.Case(ifs=lines, default=answer) if lines else answer


def is_missing(value: Value) -> exp.Expr:
    """Return a tree that is true where nothing stands; what cannot be read is not missing."""
    nothing = value.show if value.show is not None else value.first
    return exp.Is(this=exp.Paren(this=nothing.copy()), expression=exp.Null())


def _line(condition: exp.Expr, outcome: int) -> exp.If:
    return exp.If(this=condition, true=exp.Literal.number(outcome))


def _value(name: str, scope: Scope) -> Value:
    from oncorules.rules.language.translate import translate

    return translate(name, scope)


def _shown(rule: Rule, scope: Scope) -> dict[str, Value]:
    """Return the values that decided: those of the condition, then those of the message."""
    read = [
        f"{alias}.{name}" if alias else name for alias, name, _ in names(parsed(rule.condition))
    ]
    read += [resolved_name(name, rule, scope.columns) for name in fields(rule.message or "")]
    shown = {}
    for name in dict.fromkeys(read):
        with placed(("message",)):
            shown[name] = _value(name, scope)
    return shown


def _is_plain(value: Value, relation: Relation) -> bool:
    """Tell whether a value is a column of the table itself, or a constant."""
    if value.literal is not None:
        return True
    return any(value.first == own.first for own in relation.columns.values())


def _absent(parts: Parts, rule: Rule) -> frozenset[str]:
    """Return the columns a rule reads that the export does not have."""
    formulas = [rule.condition, *(spec.value for spec in parts.columns.values() if spec.value)]
    if parts.inside is not None:
        formulas.append(parts.inside)
    gone: set[str] = set()
    for formula in formulas:
        for alias, name, _ in names(parsed(formula)):
            if not alias and name in parts.here.absent:
                gone.add(name)
            elif alias in parts.lookups and parts.lookups[alias].from_ != THIS_TABLE:
                there = parts.find(parts.lookups[alias].from_)
                if name in there.absent and not there.empty:
                    gone.add(f"{there.name}.{name}")
    return frozenset(gone)


def _assemble(
    relation: Relation,
    steps: Steps,
    outcomes: Mapping[str, Sequence[tuple[exp.Expr, int]]],
    shown: Mapping[str, Value],
    compiled: Sequence[Compiled],
) -> Plan:
    masks = _masks(steps, outcomes)
    extra: list[exp.Expr] = []
    places: dict[str, Value] = {}
    known: dict[str, Value] = {}
    for name, value in shown.items():
        same = repr((value.first.sql(), None if value.last is None else value.last.sql()))
        if same in known:
            places[name] = known[same]
            continue
        for part, tree in (("", value.first), ("#last", value.last), ("#text", value.show)):
            if tree is not None:
                extra.append(exp.alias_(tree.copy(), name + part, quoted=True))
        places[name] = replace(
            value,
            first=column(name),
            last=None if value.last is None else column(name + "#last"),
            show=None if value.show is None else column(name + "#text"),
        )
        known[same] = places[name]
    rows = [column(FILE), column(ROW)] if relation.has_rows else []
    if not relation.has_rows:
        for key in (*relation.key, *(mark for mark in (EXAMPLE,) if mark in relation.columns)):
            value = relation.columns[key]
            extra.append(exp.alias_(value.first.copy(), f"#key.{key}", quoted=True))
            if value.last is not None:
                extra.append(exp.alias_(value.last.copy(), f"#key.{key}#last", quoted=True))
    share_sorts([*masks.values(), *extra])
    ease_sort(steps, relation, [*masks.values(), *extra])
    query = exp.select(
        *rows,
        *(exp.alias_(tree, mask, quoted=True) for mask, tree in masks.items()),
        *extra,
    ).from_(steps.last)
    relabelled = tuple(
        replace(
            rule,
            shown={
                label: places.get(f"r{number}.{label}#shown", value)
                for label, value in rule.shown.items()
            },
        )
        for number, rule in enumerate(compiled)
    )
    return Plan(relation, steps.finish(query), tuple(masks), relabelled)


def _masks(
    steps: Steps, outcomes: Mapping[str, Sequence[tuple[exp.Expr, int]]]
) -> dict[str, exp.Expr]:
    """Pack the outcomes; those without a window first, so that a sort carries one number for all.

    Sorting a million rows with the columns of every rule behind them took three times as long.
    """
    masks: dict[str, exp.Expr] = {}
    early: list[exp.Expr] = []
    for mask, parts in outcomes.items():
        plain = [part for part in parts if part[0].find(exp.Window) is None]
        late = [part for part in parts if part[0].find(exp.Window) is not None]
        if not plain or not late:
            masks[mask] = _packed(parts)
            continue
        early.append(exp.alias_(_packed(plain), f"{mask}.plain", quoted=True))
        masks[mask] = exp.Add(this=column(f"{mask}.plain"), expression=_packed(late))
    if early:
        steps.add(exp.select(exp.Star(), *early).from_(steps.last))
    return masks


def _packed(outcomes: Sequence[tuple[exp.Expr, int]]) -> exp.Expr:
    total: exp.Expr | None = None
    for tree, shift in outcomes:
        size = exp.cast(exp.Literal.number(1 << shift), "BIGINT")
        part = exp.Mul(this=exp.cast(exp.Paren(this=tree), "BIGINT"), expression=size)
        total = part if total is None else exp.Add(this=total, expression=part)
    assert total is not None
    return total
