"""What each rule costs on an export: its own time, the rows it reads, the rows it looks at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.checks import OUT_OF_SCOPE
from oncorules.rules.compiler.relation import column
from oncorules.rules.session import Session
from oncorules.validation.missing import missing_tables

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import RuleInstance

RUNS = 5
Clock = Callable[[], float]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RuleCost:
    """What one rule costs on one table.

    Attributes:
        rule_id: the rule.
        table: its table.
        rows: the rows of the table.
        in_scope: those the rule looks at; where that is unknown they count too.
        milliseconds: the median of its own time, when it runs alone.
    """

    rule_id: str
    table: str
    rows: int
    in_scope: int
    milliseconds: float


def measure_rules(
    session: Session, progress: Progress | None = None, *, clock: Clock = time.perf_counter
) -> list[RuleCost]:
    """Return what the rules of a run cost, the costliest first.

    Each rule is run alone, five times. The tables that it reads are derived before; one that is
    not stored, because it is quickly made, counts with each rule that reads it. In a validation
    the rules of one table share one query, so that together they take less than the sum.

    Args:
        session: the export and the rules; one that reads a table that is not there is left out.
        progress: called with the rule that is measured, how many are done, and of how many.
        clock: gives the time in seconds.

    Raises:
        RuleError: a rule does not fit the tables.
    """
    costs = []
    for number, (one, pack) in enumerate(session.rules):
        if progress is not None:
            progress(one.id, number, len(session.rules))
        if not any(missing_tables(session.workspace, one, pack)):
            costs.append(_cost(session, one, pack, clock))
    return sorted(costs, key=lambda cost: (-cost.milliseconds, cost.rule_id, cost.table))


def _cost(session: Session, one: RuleInstance, pack: str, clock: Clock) -> RuleCost:
    workspace = session.workspace
    plan = workspace.plan(one.table, [one], [pack])
    name = f"#measured {one.table} {one.id}"
    session.engine.view(name, plan.query)  # its text is made once, and not each time
    [mask] = plan.masks
    outside = exp.EQ(this=column(mask), expression=exp.Literal.number(OUT_OF_SCOPE))
    inside = exp.Count(this=exp.Star())
    query = exp.select(
        exp.Count(this=exp.Star()),
        exp.Filter(this=inside, expression=exp.Where(this=exp.Not(this=outside))),
    ).from_(trees.table(name))
    times: list[float] = []
    found: Sequence[Any] = ()
    for _ in range(RUNS):
        start = clock()
        [found] = session.engine.run(query).fetchall()
        times.append(clock() - start)
    return RuleCost(one.id, one.table, found[0], found[1], 1000 * median(times))


def above(costs: Sequence[RuleCost], budget: float) -> list[RuleCost]:
    """Return the rules that take longer than a budget in milliseconds."""
    return [cost for cost in costs if cost.milliseconds > budget]
