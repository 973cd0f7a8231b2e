"""Each check as two queries that stand alone: rows by outcome, and the rows that break it.

`validate` runs the rules of a table together, in one query whose sorts are shared, and structure as
pandera schemas. Here every check is compiled alone, so that it can be run by somebody else, and
what comes out is a second opinion on the shared query and on pandera. The rows that break it come
with what people look for:

| column | holds |
|---|---|
| `part`, `file`, `row` | number and name of the file, and the row in it; missing if not known |
| `subject` | the subject, where it is not in the key |
| `key.NAME` | the text of each column of the key |
| `value.NAME` | the text of each value that decided |
| `message` | what the finding says |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.checks import MET, NOT_MET, OUT_OF_SCOPE
from oncorules.rules.compiler.relation import (
    FILE,
    ROW,
    Relation,
    column,
    qualified,
    source_relation,
)
from oncorules.rules.language.display import display
from oncorules.validation.content import (
    HERE,
    ROWS,
    SUBJECT,
    blank_status,
    key_text,
    not_run_status,
)
from oncorules.validation.content_findings import message_pieces
from oncorules.validation.findings import message_text
from oncorules.validation.status import RuleStatus
from oncorules.validation.structure import contracts_of
from oncorules.validation.structure_contract import Check, Contract, Tally, status_of
from oncorules.validation.structure_sql import fails

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import RuleInstance
    from oncorules.rules.session import Session
    from oncorules.rules.workspace import Workspace

PART, FILE_NAME, ROW_NUMBER, PERSON, MESSAGE = "part", "file", "row", "subject", "message"
KEY, VALUE = "key.", "value."
OUTCOME, NUMBER = "outcome", "rows"
META, BROKEN_ROWS = "oncorules", "unexpected_rows"  # where a result of great-expectations has them


@dataclass(frozen=True)
class CheckQueries:
    """A check as queries.

    Attributes:
        blank: the check, nothing counted yet.
        counts: `outcome` (as in `rules.compiler.checks`) and the number of `rows` that have it.
        broken_rows: the rows that break it.
        keys: the columns of the key that these have.
        values: the values that decided that these have.
        files: the files of the table.
        has_rows: whether their row in a file is known.
        absent: the columns that the check reads and the export does not have.
        message: the message, with the names of values in braces.
    """

    blank: RuleStatus
    counts: exp.Query
    broken_rows: exp.Query
    keys: tuple[str, ...]
    values: tuple[str, ...]
    files: tuple[str, ...]
    has_rows: bool
    absent: frozenset[str] = frozenset()
    message: str = ""


def queries_of(
    session: Session, rules: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[CheckQueries | RuleStatus]:
    """Return every check of a session as queries, or its status where there is nothing to run.

    Args:
        session: with the export loaded; its content rules are those of the run.
        rules: the ids that were asked for; structure checks are those with a dot.
        exclude: the ids that were left out.
    """
    named = [name for name in rules if "." in name]
    left_out = [name for name in exclude if "." in name]
    found: list[CheckQueries | RuleStatus] = []
    if named or not rules:
        model = session.workspace.model
        for contract in contracts_of(session.engine, model, named, left_out):
            found += _structure_checks(session, contract)
    found += [_rule(session.workspace, one, pack) for one, pack in session.rules]
    return found


def _structure_checks(session: Session, contract: Contract) -> Iterator[CheckQueries | RuleStatus]:
    table = contract.table
    assert table.model is not None
    relation = source_relation(
        table.name, table.model, session.engine.columns(table.name), len(table.files)
    )
    for number, check in enumerate(contract.checks):
        blank = status_of(contract, number, Tally({check.column: 0}))
        if check.part == "column":
            yield _column_is_there(blank, check, relation, table.files)
        elif check.present:
            yield _cells_are_right(blank, check, relation, table.files)
        else:
            yield blank


def _column_is_there(
    blank: RuleStatus, check: Check, relation: Relation, files: tuple[str, ...]
) -> CheckQueries:
    catalogue = exp.select(exp.Literal.number(1)).from_(
        exp.Table(this=exp.Anonymous(this="duckdb_columns"))
    )
    for name, text in (("table_name", relation.name), ("column_name", check.column)):
        catalogue = catalogue.where(column(name).eq(exp.Literal.string(text)))
    missing = exp.Not(this=exp.Exists(this=catalogue))
    outcome = exp.Case(
        ifs=[exp.If(this=missing, true=exp.Literal.number(NOT_MET))],
        default=exp.Literal.number(MET),
    )
    one = exp.Literal.number(1)
    counts = exp.select(_named(outcome, OUTCOME), _named(one, NUMBER))
    rows = exp.select(
        *_place(files, has_rows=False),
        _named(_no_text(), PERSON),
        _named(message_text(check.message), MESSAGE),
    ).where(missing.copy())
    return CheckQueries(blank, counts, rows, (), (), files, False, message=check.message[0])


def _cells_are_right(
    blank: RuleStatus, check: Check, relation: Relation, files: tuple[str, ...]
) -> CheckQueries:
    broken = fails(check, relation)
    here = exp.Not(this=exp.Is(this=column(check.column), expression=exp.Null()))
    ifs = [exp.If(this=broken, true=exp.Literal.number(NOT_MET))]
    if check.part != "required":
        ifs.append(exp.If(this=here, true=exp.Literal.number(MET)))
    rest = MET if check.part == "required" else OUT_OF_SCOPE
    outcome = exp.Case(ifs=ifs, default=exp.Literal.number(rest))
    value = display(relation.columns[check.column])
    keys = {key: display(relation.columns[key]) for key in relation.key}
    first, *last = check.message
    pieces: list[str | exp.Expr] = [first, value, *last] if last else [first]
    rows = (
        exp.select(
            *_place(files, has_rows=True),
            _named(_no_text(), PERSON),
            *_all_named(KEY, keys),
            *_all_named(VALUE, {check.column: value}),
            _named(message_text(pieces), MESSAGE),
        )
        .from_(relation.table)
        .where(broken.copy())
    )
    told = f"{{{check.column}}}".join(check.message)
    return CheckQueries(
        blank,
        _counts(_named(outcome, OUTCOME), relation.table),
        _in_order(rows),
        tuple(keys),
        (check.column,),
        files,
        True,
        message=told,
    )


def _rule(workspace: Workspace, one: RuleInstance, pack: str) -> CheckQueries | RuleStatus:
    silent = not_run_status(workspace, one, pack)
    if silent is not None:
        return silent
    plan = workspace.plan(one.table, [one], [pack])
    relation, rule = plan.relation, plan.rules[0]
    files = tuple(workspace.files.get(relation.name, ())) if relation.has_rows else ()
    assert rule.shift == 0  # the only rule of its plan: its outcome is the whole mask
    own = {value.first.sql() for value in relation.columns.values()}
    shown = {
        label: display(value)
        if value.first.find(exp.Column) is None  # a constant
        else display(
            qualified(value, ROWS if relation.has_rows and value.first.sql() in own else HERE)
        )
        for label, value in rule.shown.items()
    }
    keys = {key: key_text(relation, key) for key in relation.key}
    person = _no_text()
    if SUBJECT in relation.columns and SUBJECT not in relation.key and relation.has_rows:
        person = display(qualified(relation.columns[SUBJECT], ROWS))
    message = (rule.rule.message or rule.rule.title).strip()
    rows = exp.select(
        *_place(files, has_rows=relation.has_rows, table=HERE),
        _named(person, PERSON),
        *_all_named(KEY, keys),
        *_all_named(VALUE, shown),
        _named(message_text(message_pieces(message, shown)), MESSAGE),
    )
    if relation.has_rows:
        same = exp.and_(
            column(ROW, HERE).eq(column(ROW, ROWS)), column(FILE, HERE).eq(column(FILE, ROWS))
        )
        rows = rows.join(exp.alias_(relation.table, ROWS, table=True, quoted=True), on=same)
        rows = _in_order(rows)
    rows = rows.where(column(rule.mask, HERE).eq(exp.Literal.number(NOT_MET)))
    return CheckQueries(
        blank_status(workspace, one, pack),
        _counts(_named(column(rule.mask), OUTCOME), plan.query.subquery(HERE)),
        rows.from_(plan.query.subquery(HERE), copy=False),
        tuple(keys),
        tuple(shown),
        files,
        relation.has_rows,
        rule.absent,
        message,
    )


def _counts(outcome: exp.Expr, source: exp.Expr) -> exp.Select:
    first = exp.Literal.number(1)
    return (
        exp.select(outcome, _named(exp.Count(this=exp.Star()), NUMBER))
        .group_by(first)
        .order_by(first.copy())
        .from_(source, copy=False)
    )


def _in_order(rows: exp.Select) -> exp.Select:
    return rows.order_by(column(PART), column(ROW_NUMBER))


def _place(files: Sequence[str], *, has_rows: bool, table: str | None = None) -> list[exp.Expr]:
    """Return where a row stands; one that is not of a file has no place."""
    if not has_rows:
        name = exp.Literal.string(files[0]) if len(files) == 1 else _no_text()
        return [
            _named(_no_number(), PART),
            _named(name, FILE_NAME),
            _named(_no_number(), ROW_NUMBER),
        ]
    ifs = [
        exp.If(this=exp.Literal.number(number), true=exp.Literal.string(name))
        for number, name in enumerate(files)
    ]
    name = exp.Case(this=column(FILE, table), ifs=ifs) if ifs else _no_text()
    return [
        _named(column(FILE, table), PART),
        _named(name, FILE_NAME),
        _named(column(ROW, table), ROW_NUMBER),
    ]


def _all_named(prefix: str, given: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [_named(tree, prefix + name) for name, tree in given.items()]


def _named(tree: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(tree.copy(), name, quoted=True)


def _no_text() -> exp.Expr:
    return trees.cast(exp.Null(), "VARCHAR")


def _no_number() -> exp.Expr:
    return trees.cast(exp.Null(), "BIGINT")
