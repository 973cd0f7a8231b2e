"""Content rules run on an export: one query per table, a status per rule, findings as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.checks import MET, NOT_EVALUABLE, NOT_MET, Compiled, Plan
from oncorules.rules.compiler.relation import FILE, ROW, Relation, column, qualified
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value
from oncorules.rules.loading.loaded import RuleInstance
from oncorules.rules.workspace import Workspace
from oncorules.validation.late_rows import LateRows
from oncorules.validation.missing import missing_tables
from oncorules.validation.status import RuleStatus

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, int, int], None]
HERE, ROWS = "e", "s"
OUTCOMES, SUBJECT = "outcomes:", "USUBJID"


@dataclass(frozen=True)
class Flagged:
    """The rows of one table that break a rule, stored in the engine with what findings show.

    Attributes:
        table: the rows, whole on demand.
        relation: the table that the rows belong to.
        files: what `#file` counts.
        rule: the rule.
        shown: for each value that decided, a tree over the stored rows that gives its text.
        status: the status of the rule.
    """

    table: LateRows
    relation: Relation
    files: Sequence[str]
    rule: Compiled
    shown: dict[str, exp.Expr]
    status: RuleStatus


def run_content(
    workspace: Workspace,
    rules: Sequence[tuple[RuleInstance, str]],
    progress: Progress | None = None,
) -> tuple[list[RuleStatus], list[Flagged]]:
    """Return the status of every rule, and the stored rows that break one.

    Args:
        workspace: the tables and packs.
        rules: each rule on its table, with the id of the loaded pack that brought it.
        progress: called with what is being done, how many steps are done, and of how many.
    """
    groups = by_table(rules)
    statuses: dict[int, RuleStatus] = {}
    flagged: list[Flagged] = []
    for number, ((pack, table), members) in enumerate(groups.items()):
        if progress is not None:
            progress(f"{table}: {len(members)} rules", number, len(groups))
        live = live_rules(workspace, members, pack, statuses)
        for one, status, rows in _run_table(workspace, pack, table, live, f"{number}:{table}"):
            statuses[id(one)] = status
            if rows is not None:
                flagged.append(rows)
    if progress is not None:
        progress("rules", len(groups), len(groups))
    return [statuses[id(one)] for one, _ in rules], flagged


def by_table(
    rules: Iterable[tuple[RuleInstance, str]],
) -> dict[tuple[str, str], list[RuleInstance]]:
    """Return rules by the id of their pack and their table: those that one query can answer."""
    groups: dict[tuple[str, str], list[RuleInstance]] = {}
    for one, pack in rules:
        groups.setdefault((pack, one.table), []).append(one)
    return groups


def live_rules(
    workspace: Workspace,
    rules: Iterable[RuleInstance],
    pack: str,
    statuses: dict[int, RuleStatus],
) -> list[RuleInstance]:
    """Return the rules whose tables are there; the others get their status, by their `id()`."""
    live = []
    for one in rules:
        status = not_run_status(workspace, one, pack)
        if status is None:
            live.append(one)
        else:
            statuses[id(one)] = status
    return live


def blank_status(workspace: Workspace, one: RuleInstance, pack: str) -> RuleStatus:
    """Return the status of a rule that was not looked at yet."""
    version = next(loaded.version for loaded in workspace.packs if loaded.id == pack)
    rule = one.rule
    return RuleStatus(
        one.id,
        rule.version or version,
        pack,
        one.table,
        rule.title,
        rule.severity,
        str(rule.source),
    )


def not_run_status(workspace: Workspace, one: RuleInstance, pack: str) -> RuleStatus | None:
    """Return the status of a rule whose tables are not there; None when it can run."""
    base, others = missing_tables(workspace, one, pack)
    if base:
        reason = f"the export has no table {' and no table '.join(sorted(base))}"
        return replace(blank_status(workspace, one, pack), status="no rows in scope", reason=reason)
    if others:
        reason = f"it reads {' and '.join(sorted(others))}, which the export does not have"
        return replace(blank_status(workspace, one, pack), status="not run", reason=reason)
    return None


Outcome = tuple[RuleInstance, RuleStatus, Flagged | None]


def _run_table(
    workspace: Workspace, pack: str, table: str, rules: Sequence[RuleInstance], label: str
) -> Iterator[Outcome]:
    """Run the rules of one table together, or one by one when the engine refuses them together.

    Nothing is yielded before all of them are done, so that no rule is told of twice. The label
    parts what is stored: the engine does not tell `LB` from a derived table `lb`.
    """
    if not rules:
        return
    try:
        plan = workspace.plan(table, rules, [pack] * len(rules))
        found = list(_execute(workspace, plan, label, rules, pack))
    except engine_errors() as error:
        if len(rules) > 1:  # one faulty rule must not silence its neighbours
            for number, one in enumerate(rules):
                yield from _run_table(workspace, pack, table, [one], f"{label}:{number}")
            return
        found = [(rules[0], broken_status(workspace, rules[0], pack, error), None)]
    yield from found


def broken_status(
    workspace: Workspace, one: RuleInstance, pack: str, error: Exception
) -> RuleStatus:
    """Return the status of a rule that the engine refused."""
    kind = str(error).partition(":")[0]  # what follows may quote a cell of a subject
    reason = f"the engine refused it ({kind})"
    return replace(blank_status(workspace, one, pack), status="broken", reason=reason)


def engine_errors() -> type[duckdb.Error]:
    """Return what the engine raises when it refuses a rule."""
    import duckdb

    return duckdb.Error


def _execute(
    workspace: Workspace, plan: Plan, label: str, rules: Sequence[RuleInstance], pack: str
) -> Iterator[Outcome]:
    engine = workspace.engine
    outcomes = f"{OUTCOMES}{label}"
    engine.drop(outcomes)
    engine.store(outcomes, plan.query)
    counts = count_outcomes(workspace, plan, outcomes)
    failing = [rule for rule, count in zip(plan.rules, counts, strict=True) if count[NOT_MET]]
    kept = _keep_flagged(workspace, plan, outcomes, label, failing) if failing else None
    engine.drop(outcomes)
    files = workspace.files.get(plan.relation.name, ())
    for one, compiled, count in zip(rules, plan.rules, counts, strict=True):
        status = counted_status(blank_status(workspace, one, pack), count, compiled.absent)
        rows = None
        if kept is not None and count[NOT_MET]:
            shown = kept[0][compiled.mask, compiled.shift]
            rows = Flagged(kept[1], plan.relation, files, compiled, shown, status)
        yield one, status, rows


def count_outcomes(workspace: Workspace, plan: Plan, outcomes: str) -> list[Counter[int]]:
    """Return how many rows have each outcome, for every rule of a plan, in one pass.

    Args:
        workspace: the engine.
        plan: the rules.
        outcomes: the engine's table of the masks.
    """
    masks = [column(mask) for mask in plan.masks]
    query = (
        exp.select(*(mask.copy() for mask in masks), exp.Count(this=exp.Star()))
        .from_(trees.table(outcomes))
        .group_by(*masks)
    )
    counts: list[Counter[int]] = [Counter() for _ in plan.rules]
    position = {mask: number for number, mask in enumerate(plan.masks)}
    for *values, rows in workspace.engine.run(query).fetchall():
        for count, rule in zip(counts, plan.rules, strict=True):
            count[values[position[rule.mask]] >> rule.shift & 3] += rows
    return counts


def counted_status(
    blank: RuleStatus, count: Mapping[int, int], absent: frozenset[str] = frozenset()
) -> RuleStatus:
    """Return the status of a rule from the number of rows with each outcome.

    Args:
        blank: the status before.
        count: rows by outcome; those that are not named are none.
        absent: the columns that the rule reads and the export does not have.
    """
    met, not_met, unknown = (count.get(one, 0) for one in (MET, NOT_MET, NOT_EVALUABLE))
    counted = replace(
        blank,
        met=met,
        not_met=not_met,
        not_evaluable=unknown,
        not_in_scope=sum(count.values()) - met - not_met - unknown,
    )
    if not_met:
        return replace(counted, status="not met")
    if met:
        return replace(counted, status="met")
    if unknown and absent:
        reason = f"the export does not have {', '.join(sorted(absent))}"
        return replace(counted, status="not run", reason=reason)
    if unknown:
        return replace(counted, status="not evaluable")
    return replace(counted, status="no rows in scope")


def _keep_flagged(
    workspace: Workspace, plan: Plan, outcomes: str, label: str, failing: Sequence[Compiled]
) -> tuple[dict[tuple[str, int], dict[str, exp.Expr]], LateRows]:
    """Keep the rows that break a rule, with everything that their findings show, as texts.

    Returns:
        for each rule (mask and shift), the trees of its shown values over the kept rows; and
        these rows.
    """
    relation, engine = plan.relation, workspace.engine
    names: dict[str, str] = {}
    fresh: list[exp.Expr] = []

    def keep(tree: exp.Expr) -> exp.Expr:
        text = tree.sql()
        if text not in names:
            names[text] = f"#v{len(names)}"
            fresh.append(exp.alias_(tree, names[text], quoted=True))
        return column(names[text])

    own = {value.first.sql() for value in relation.columns.values()}

    def place(value: Value) -> exp.Expr:
        if value.first.find(exp.Column) is None:  # a constant
            return display(value)
        table = ROWS if relation.has_rows and value.first.sql() in own else HERE
        return keep(display(qualified(value, table)))

    shown = {
        (rule.mask, rule.shift): {label: place(value) for label, value in rule.shown.items()}
        for rule in failing
    }
    for key in relation.key:
        fresh.append(exp.alias_(key_text(relation, key), f"#key.{key}", quoted=True))
    if SUBJECT in relation.columns and SUBJECT not in relation.key and relation.has_rows:
        tree = display(qualified(relation.columns[SUBJECT], ROWS))
        fresh.append(exp.alias_(tree, f"#key.{SUBJECT}", quoted=True))
    chosen = f"chosen:{label}"
    flags = [is_outcome(rule, NOT_MET) for rule in failing]
    engine.drop(chosen)
    engine.store(chosen, exp.select(exp.Star()).from_(trees.table(outcomes)).where(exp.or_(*flags)))
    masks = [column(mask, HERE) for mask in plan.masks]
    rows = [column(FILE, HERE), column(ROW, HERE)] if relation.has_rows else []

    def build(source: str) -> exp.Select:
        query = exp.select(*rows, *masks, *fresh).from_(
            exp.alias_(trees.table(source), HERE, table=True, quoted=True)
        )
        if not relation.has_rows:
            return query
        on = exp.and_(
            column(ROW, HERE).eq(column(ROW, ROWS)), column(FILE, HERE).eq(column(FILE, ROWS))
        )
        return query.join(_rows(workspace, relation, source), on=on)

    order = [column(FILE), column(ROW)] if relation.has_rows else []
    order = order or [column(f"#key.{key}") for key in relation.key]
    return shown, LateRows(engine, chosen, build, flags, order)


def _rows(workspace: Workspace, relation: Relation, chosen: str) -> exp.Expr:
    """Return the typed rows that are chosen; only they are typed when the table was loaded."""
    tables = workspace.engine.tables
    if tables is not None and relation.name in tables:
        return tables[relation.name].rows_in(chosen).subquery(ROWS)
    return exp.alias_(relation.table, ROWS, table=True, quoted=True)


def key_text(relation: Relation, key: str) -> exp.Expr:
    """Return the text of a column of the key, read from the rows or carried by the outcomes."""
    value = relation.columns[key]
    if relation.has_rows:
        return display(qualified(value, ROWS))
    last = None if value.last is None else column(f"#key.{key}#last", HERE)
    return display(replace(value, first=column(f"#key.{key}", HERE), last=last, show=None))


def is_outcome(rule: Compiled, outcome: int, table: str | None = None) -> exp.Expr:
    """Return a tree that is true for the rows on which a rule has an outcome."""
    shifted = exp.BitwiseRightShift(
        this=column(rule.mask, table), expression=exp.Literal.number(rule.shift)
    )
    bits = exp.BitwiseAnd(this=exp.Paren(this=shifted), expression=exp.Literal.number(3))
    return exp.EQ(this=exp.Paren(this=bits), expression=exp.Literal.number(outcome))
