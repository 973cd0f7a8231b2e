"""Which rules looked at which rows: the rules are run, and rows that the same ones saw counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.checks import PER_MASK, Plan
from oncorules.rules.compiler.relation import FILE, MOST_ROWS, ROW, column
from oncorules.validation.content import (
    blank_status,
    broken_status,
    by_table,
    count_outcomes,
    counted_status,
    engine_errors,
    live_rules,
)
from oncorules.validation.roots import files_of

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import RuleInstance
    from oncorules.rules.session import Session
    from oncorules.rules.workspace import Workspace
    from oncorules.validation.status import RuleStatus

MOST_SETS = 1_000
"""The most sets of rules that are told of for one table, those of the most rows."""
_LOW_BITS = sum(1 << 2 * number for number in range(PER_MASK))
_PLACE, _SEEN = "#place", "#seen"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RowsSeen:
    """Rows of one table that the same rules saw.

    Attributes:
        table: the table.
        rules: the rules that had these rows in scope; none for rows that no rule saw.
        rows: how many they are.
        file: the file of the first of them, where rows have one.
        row: its place in that file, from 1.
    """

    table: str
    rules: tuple[str, ...]
    rows: int
    file: str | None = None
    row: int | None = None

    @property
    def first(self) -> str | None:
        """File and row of the first of them, in one text."""
        return None if self.file is None else f"{self.file} row {self.row}"


@dataclass(frozen=True)
class RowsCovered:
    """What was seen of the rows.

    Attributes:
        statuses: what became of each rule, in the order of the run.
        seen: for each table, the rows by the set of rules that saw them, the most rows first;
            derived tables that rules are applied to stand last.
        left_out: for each table with more than `MOST_SETS` sets, how many more there are.
    """

    statuses: tuple[RuleStatus, ...]
    seen: tuple[RowsSeen, ...]
    left_out: dict[str, int]


@dataclass(frozen=True)
class _Stored:
    """The outcomes of some rules on one table, in the engine: file, row and masks.

    Attributes:
        name: the engine's table.
        plan: the rules as they were compiled.
        rules: the same as they were loaded.
        blind: for each mask, a bit for each rule that lacks a variable so that it did not run.
    """

    name: str
    plan: Plan
    rules: Sequence[RuleInstance]
    blind: Mapping[str, int]


def cover_rows(session: Session, progress: Progress | None = None) -> RowsCovered:
    """Return which rules saw which rows, and what became of each rule.

    A row that a rule has in scope is seen by it; one for which the scope is unknown too. A rule
    that did not run, for want of a table or of a variable, saw none. Rules of several packs on one
    table of the export are brought together row by row.

    Args:
        session: the export and the rules.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        RuleError: a rule does not fit the tables.
    """
    workspace = session.workspace
    groups = by_table(session.rules)
    statuses: dict[int, RuleStatus] = {}
    stored: dict[str, list[_Stored]] = {}
    tables: dict[str, tuple[str, str]] = {}
    for number, ((pack, table), members) in enumerate(groups.items()):
        if progress is not None:
            progress(f"{table}: {len(members)} rules", number, len(groups))
        live = live_rules(workspace, members, pack, statuses)
        for part in _run(workspace, pack, live, f"covered {number}", statuses):
            relation = part.plan.relation
            alone = relation.name if relation.has_rows else part.name  # else nothing joins its rows
            stored.setdefault(alone, []).append(part)
            tables[alone] = (table, pack)
    seen: list[RowsSeen] = []
    left_out: dict[str, int] = {}
    for alone, parts in stored.items():
        table, pack = tables[alone]
        found, more = _seen(workspace, table, pack, parts)
        seen += found
        if more:
            left_out[table] = more
        for part in parts:
            session.engine.drop(part.name)
    checked = {table for table, _ in tables.values()}
    for name, loaded in session.tables.items():
        if loaded.rows and name not in checked:
            seen.append(RowsSeen(name, (), loaded.rows))
    own = list(session.tables)
    seen.sort(key=lambda one: own.index(one.table) if one.table in own else len(own))
    if progress is not None:
        progress("rules", len(groups), len(groups))
    return RowsCovered(tuple(statuses[id(one)] for one, _ in session.rules), tuple(seen), left_out)


def _run(
    workspace: Workspace,
    pack: str,
    rules: Sequence[RuleInstance],
    label: str,
    statuses: dict[int, RuleStatus],
) -> Iterator[_Stored]:
    """Run the rules of one table together, or one by one when the engine refuses them together."""
    if not rules:
        return
    try:
        plan = workspace.plan(rules[0].table, rules, [pack] * len(rules))
        wanted = [*plan.masks, *([FILE, ROW] if plan.relation.has_rows else [])]
        narrow = exp.select(*map(column, wanted)).from_(plan.query.subquery("whole", copy=False))
        workspace.engine.store_unordered(label, narrow)
        counts = count_outcomes(workspace, plan, label)
    except engine_errors() as error:
        if len(rules) > 1:  # one faulty rule must not silence its neighbours
            for number, one in enumerate(rules):
                yield from _run(workspace, pack, [one], f"{label}:{number}", statuses)
        else:
            statuses[id(rules[0])] = broken_status(workspace, rules[0], pack, error)
        return
    blind = dict.fromkeys(plan.masks, 0)
    for one, compiled, count in zip(rules, plan.rules, counts, strict=True):
        status = counted_status(blank_status(workspace, one, pack), count, compiled.absent)
        statuses[id(one)] = status
        if status.status == "not run":
            blind[compiled.mask] |= 1 << compiled.shift
    yield _Stored(label, plan, rules, blind)


def _seen(
    workspace: Workspace, table: str, pack: str, parts: Sequence[_Stored]
) -> tuple[list[RowsSeen], int]:
    """Return the rows of one table by the rules that saw them, and how many sets are left out."""
    relation = parts[0].plan.relation
    masks = [(number, mask) for number, part in enumerate(parts) for mask in part.plan.masks]
    labels = [f"{_SEEN}{place}" for place in range(len(masks))]
    outside = [
        exp.alias_(
            _outside(column(mask, f"p{number}"), parts[number].blind[mask]), label, quoted=True
        )
        for label, (number, mask) in zip(labels, masks, strict=True)
    ]
    first: exp.Expr = exp.Null()
    if relation.has_rows:
        outside.append(exp.alias_(_place(), _PLACE, quoted=True))
        first = exp.Min(this=column(_PLACE))
    source = exp.select(*outside).from_(_named(parts[0], 0))
    for number, part in enumerate(parts[1:], 1):
        same = [column(name, "p0").eq(column(name, f"p{number}")) for name in (FILE, ROW)]
        source = source.join(_named(part, number), on=exp.and_(*same))
    rows = exp.Count(this=exp.Star())
    query = (
        exp.select(*map(column, labels), rows, first, exp.Window(this=rows.copy()))
        .from_(source.subquery("rows"))
        .group_by(*map(column, labels))
        .order_by(exp.Ordered(this=rows.copy(), desc=True), *map(column, labels))
        .limit(MOST_SETS)
    )
    files = files_of(workspace, table, pack)
    found: list[RowsSeen] = []
    answer = workspace.engine.run(query).fetchall()
    for *values, count, place, _ in answer:
        value = dict(zip(masks, values, strict=True))
        rules = _seen_by(parts, value)
        file, row = (None, None) if place is None else divmod(place, MOST_ROWS)
        name = None if file is None or file >= len(files) else files[file]
        found.append(RowsSeen(table, rules, count, name, row))
    sets = answer[0][-1] if answer else 0
    return found, max(0, sets - MOST_SETS)


def _outside(mask: exp.Expr, blind: int) -> exp.Expr:
    """Return a number with a bit for each rule that does not have the row in scope, or is blind.

    The outcome "not in scope" is the one with both of its bits set.
    """
    shifted = exp.BitwiseRightShift(this=mask.copy(), expression=exp.Literal.number(1))
    both = exp.BitwiseAnd(this=mask, expression=exp.Paren(this=shifted))
    low = exp.BitwiseAnd(this=exp.Paren(this=both), expression=exp.Literal.number(_LOW_BITS))
    return exp.BitwiseOr(this=exp.Paren(this=low), expression=exp.Literal.number(blind))


def _place() -> exp.Expr:
    file = trees.cast(column(FILE, "p0"), "BIGINT")
    before = exp.Mul(this=file, expression=exp.Literal.number(MOST_ROWS))
    return exp.Add(this=before, expression=column(ROW, "p0"))


def _named(part: _Stored, number: int) -> exp.Expr:
    return exp.alias_(trees.table(part.name), f"p{number}", table=True, quoted=True)


def _seen_by(parts: Sequence[_Stored], outside: Mapping[tuple[int, str], int]) -> tuple[str, ...]:
    return tuple(
        one.id
        for number, part in enumerate(parts)
        for one, compiled in zip(part.rules, part.plan.rules, strict=True)
        if not outside[number, compiled.mask] >> compiled.shift & 1
    )
