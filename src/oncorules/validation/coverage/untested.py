"""Rules that tell nothing: without an answer, or met on every row and never put to the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.rules.compiler.checks import MET, OUT_OF_SCOPE, Compiled, Plan, resolved_name
from oncorules.rules.compiler.relation import column
from oncorules.validation.content import is_outcome
from oncorules.validation.coverage.ways_out import Demand, find_demands

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import RuleInstance
    from oncorules.rules.session import Session
    from oncorules.validation.status import RuleStatus

NEVER = "never put to the test"
IN_PART = "in part never put to the test"
ALONE = "one part alone met it"
_ROWS = "#rows"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Untested:
    """A rule that tells less of the export than it seems to.

    Attributes:
        rule_id: the rule.
        table: its table.
        state: its status where that is neither met nor not met; or `never put to the test`, `in
            part never put to the test`, `one part alone met it`.
        rows: the rows that it met, or that it could not decide.
        reason: why, with the part of the condition that is meant and how many rows took which
            way out.
    """

    rule_id: str
    table: str
    state: str
    rows: int
    reason: str


@dataclass(frozen=True)
class _Asked:
    """A rule with the probes that ask of each row how it was met."""

    rule: RuleInstance
    demands: Sequence[Demand]
    missing: tuple[str, ...]
    probes: Sequence[RuleInstance]


def without_answer(statuses: Sequence[RuleStatus]) -> list[Untested]:
    """Return the rules that are neither met nor not met: nothing was found, and nothing is right.

    Args:
        statuses: what became of each rule.
    """
    return [
        Untested(one.rule_id, one.table, one.status, one.not_evaluable, one.reason)
        for one in statuses
        if one.status not in ("met", "not met")
    ]


def find_untested(
    session: Session, statuses: Sequence[RuleStatus], progress: Progress | None = None
) -> list[Untested]:
    """Return the rules that are met on every row that they decide, and were never put to the test.

    Their rows are read once more; each way out of a rule is asked of every row as a rule of its
    own.

    Args:
        session: the export and the rules.
        statuses: what became of each rule, in the order of `session.rules`.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        RuleError: a rule does not fit the tables.
    """
    groups: dict[tuple[str, str], list[_Asked]] = {}
    for (one, pack), status in zip(session.rules, statuses, strict=True):
        if status.status == "met":
            asked = _asked(session, one, pack)
            if asked is not None:
                groups.setdefault((pack, one.table), []).append(asked)
    found: list[Untested] = []
    for number, ((pack, table), members) in enumerate(groups.items()):
        if progress is not None:
            progress(f"{table}: {len(members)} rules put to the test", number, len(groups))
        rules = [rule for asked in members for rule in (asked.rule, *asked.probes)]
        plan = session.workspace.plan(table, rules, [pack] * len(rules))
        found += _judged(session, plan, members)
    return found


def _asked(session: Session, one: RuleInstance, pack: str) -> _Asked | None:
    """Return a rule with its probes, None where it has no way out."""
    workspace, rule = session.workspace, one.rule
    own = workspace.relation(one.table, pack).columns
    missing = tuple(name for name, word in rule.if_missing.items() if word == "met")
    demands = find_demands(rule.condition, workspace.parameters.of(pack, one.id))
    if not missing and all(not one.ways_out and len(one.claims) == 1 for one in demands):
        return None
    lines = {
        resolved_name(name, rule, own): "out of scope" if word == "met" else word
        for name, word in rule.if_missing.items()
    }

    def probe(condition: str) -> RuleInstance:
        parts = {"condition": condition, "if_missing": lines, "message": None}
        return replace(one, rule=rule.model_copy(update=parts))

    formulas = ["true", *(text for demand in demands for text in _formulas(demand))]
    return _Asked(one, demands, missing, [probe(text) for text in formulas])


def _formulas(demand: Demand) -> tuple[str, ...]:
    return (*demand.ways_out, *(demand.claims if len(demand.claims) > 1 else ()))


def _judged(session: Session, plan: Plan, members: Sequence[_Asked]) -> list[Untested]:
    """Count how the rows of each rule were met, in one pass, and say what follows."""
    counts: list[exp.Expr] = []
    places: list[tuple[_Asked, int]] = []
    compiled = iter(plan.rules)
    for asked in members:
        places.append((asked, len(counts)))
        own = next(compiled)
        counts += _counts(asked, own, [next(compiled) for _ in asked.probes])
    named = [exp.alias_(tree, f"#n{number}", quoted=True) for number, tree in enumerate(counts)]
    masks = [column(mask) for mask in plan.masks]
    alike = (  # few rows have masks of their own, and each count goes over these only
        exp.select(*masks, exp.alias_(exp.Count(this=exp.Star()), _ROWS, quoted=True))
        .from_(plan.query.subquery("whole", copy=False))
        .group_by(*masks)
    )
    [numbers] = session.engine.run(exp.select(*named).from_(alike.subquery("alike"))).fetchall()
    return [one for asked, place in places for one in _said(asked, iter(numbers[place:]))]


def _counts(asked: _Asked, own: Compiled, probes: Sequence[Compiled]) -> list[exp.Expr]:
    """Return the counts of one rule: rows met, those by a missing value, then each demand's."""
    met = is_outcome(own, MET)
    absent = is_outcome(probes[0], OUT_OF_SCOPE)
    counts = [_count(met), _count(met, absent)]
    rest = iter(probes[1:])
    for demand in asked.demands:
        ways = [is_outcome(next(rest), MET) for _ in demand.ways_out]
        closed = [exp.Not(this=exp.Paren(this=way.copy())) for way in ways]
        counts.append(_count(met, exp.Not(this=exp.Paren(this=absent.copy())), *closed))
        counts += [_count(met, way) for way in ways]
        if len(demand.claims) > 1:
            counts += [_count(met, is_outcome(next(rest), MET)) for _ in demand.claims]
    return counts


def _count(*conditions: exp.Expr) -> exp.Expr:
    whole = exp.and_(*(one.copy() for one in conditions))
    rows = exp.Filter(this=exp.Sum(this=column(_ROWS)), expression=exp.Where(this=whole))
    return exp.Coalesce(this=rows, expressions=[exp.Literal.number(0)])


def _said(asked: _Asked, numbers: Iterator[int]) -> list[Untested]:
    """Return what the counts of one rule say, in the order of `_counts`."""
    met, absent = next(numbers), next(numbers)
    named = [f"{absent:,} since {' or '.join(asked.missing)} is missing"] if absent else []
    never: list[str] = []
    alone: list[str] = []
    for demand in asked.demands:
        tested = next(numbers)
        ways = [(way, next(numbers)) for way in demand.ways_out]
        if not tested:
            taken = [*named, *(f"{rows:,} by {way}" for way, rows in ways if rows)]
            never.append(f"{demand.words}: {', '.join(taken)}")
        if len(demand.claims) > 1:
            held = [(claim, next(numbers)) for claim in demand.claims]
            only = [claim for claim, rows in held if rows]
            if tested and len(only) == 1:
                others = ", ".join(claim for claim, rows in held if not rows)
                alone.append(f"{only[0]}; on no row {others}")
    place = (asked.rule.id, asked.rule.table)
    if never and len(never) == len(asked.demands):
        return [Untested(*place, NEVER, met, "; ".join(never))]
    found = [Untested(*place, IN_PART, met, text) for text in never]
    return [*found, *(Untested(*place, ALONE, met, text) for text in alone)]
