"""Findings: the rows that break a rule, kept as columns of the engine until they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from html import escape
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import FILE, ROW, column
from oncorules.validation.late_rows import LateRows
from oncorules.validation.status import SEVERITIES, RuleStatus

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine

COLUMNS = (
    "finding_id",
    "values_id",
    "rule_id",
    "rule_version",
    "severity",
    "table",
    "file",
    "row",
    "USUBJID",
    "key",
    "values",
    "message",
)
SUBJECT = "USUBJID"
ID_LENGTH = 16  # hexadecimal digits of MD5: two of a million findings meet once in 37 million runs


@dataclass(frozen=True)
class FindingRows:
    """The findings of one rule on one table, as trees over rows stored in the engine.

    Attributes:
        status: the rule.
        table: the engine's table that holds the rows, or rows that are made on demand; None when
            there is only one finding.
        where: true for the rows that break the rule.
        files: the file names that `#file` counts.
        key: trees that give the text of each key column.
        values: trees that give the text of each value that decided, by name.
        message: pieces of the message: texts, and names of `values` to put between them.
        has_rows: whether `#file` and `#row` are known.
        subject: a tree that gives the subject, where it is not part of the key.
    """

    status: RuleStatus
    table: str | LateRows | None
    where: exp.Expr | None
    files: Sequence[str]
    key: dict[str, exp.Expr]
    values: dict[str, exp.Expr]
    message: Sequence[str | exp.Expr]
    has_rows: bool = True
    subject: exp.Expr | None = None


@dataclass(frozen=True)
class Finding:
    """One finding; the fields are the columns of `findings.csv`."""

    finding_id: str
    values_id: str
    rule_id: str
    rule_version: str
    severity: str
    table: str
    file: str | None
    row: int | None
    subject: str | None
    key: dict[str, str | None]
    values: dict[str, str | None]
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data, the subject under its CDISC name."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        data[SUBJECT] = data.pop("subject")
        return {name: data[name] for name in COLUMNS}

    @property
    def place(self) -> str:
        """The file and its row, or the table when neither is known."""
        if self.file is None:
            return self.table
        return self.file if self.row is None else f"{self.file}:{self.row}"


@dataclass(frozen=True)
class Findings:
    """All findings of a run; prints well, and shows itself as a table in a notebook."""

    engine: Engine = field(repr=False)
    parts: Sequence[FindingRows] = field(repr=False)
    columns: tuple[str, ...] = COLUMNS

    @property
    def count(self) -> int:
        """The number of findings."""
        return sum(part.status.not_met for part in self.parts)

    def __len__(self) -> int:
        """Return the number of findings."""
        return self.count

    def by_rule(self) -> list[tuple[RuleStatus, int]]:
        """Return each rule that has findings with their number, the worst severity first."""
        ranked = sorted(
            self.parts,
            key=lambda part: (SEVERITIES.index(part.status.severity), -part.status.not_met),
        )
        return [(part.status, part.status.not_met) for part in ranked]

    def rows(self) -> Iterator[Finding]:
        """Go through all findings, rule after rule and in the order of the files."""
        for part in self.parts:
            yield from self._read(self.query(part))

    def of(self, rule: RuleStatus, limit: int | None = None) -> Iterator[Finding]:
        """Go through the findings of one rule on its table, in the order of the files.

        Args:
            rule: the rule.
            limit: how many are wanted, the first ones; all when None.
        """
        for part in self.parts:
            if part.status == rule:
                yield from self._read(self.query(part, limit))

    def worst(self, number: int = 10) -> list[Finding]:
        """Return some findings: errors first, each rule once before any comes twice."""
        ranked = sorted(self.parts, key=lambda part: SEVERITIES.index(part.status.severity))
        shown: list[Finding] = []
        for severity in SEVERITIES:
            same = [part for part in ranked if part.status.severity == severity]
            found = [list(self._read(self.query(part, limit=number))) for part in same[:number]]
            for turn in range(number):
                shown += [rows[turn] for rows in found if turn < len(rows)]
            if len(shown) >= number:
                break
        return shown[:number]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Go through all findings as Arrow batches with the columns of `findings.parquet`."""
        for part in self.parts:
            yield from self.engine.run(self.query(part)).batches()

    def find(self, finding_id: str) -> Finding | None:
        """Return the finding with an identity, or None."""
        for part in self.parts:
            query = self.query(part)
            wanted = exp.EQ(this=column("finding_id"), expression=exp.Literal.string(finding_id))
            narrow = exp.select(exp.Star()).from_(query.subquery("findings")).where(wanted)
            for finding in self._read(narrow):
                return finding
        return None

    def _read(self, query: exp.Query) -> Iterator[Finding]:
        for row in self.engine.run(query).fetchall():
            named = dict(zip(COLUMNS, row, strict=True))
            named["subject"] = named.pop(SUBJECT)
            named["key"], named["values"] = json.loads(named["key"]), json.loads(named["values"])
            yield Finding(**named)

    def query(self, part: FindingRows, limit: int | None = None) -> exp.Select:
        """Return the query of one rule's findings, with the columns of `findings.csv`."""
        return _query(self.engine, part, limit)

    def __str__(self) -> str:
        """Return the findings by rule."""
        lines = [f"{self.count:,} findings"]
        lines += [
            f"  {status.severity:8} {status.rule_id:30} {status.table:8} {number:,}"
            for status, number in self.by_rule()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the first findings for a notebook; every text is escaped."""
        head = "".join(f"<th>{name}</th>" for name in COLUMNS[2:])
        rows = []
        for finding in self.worst(20):
            data = finding.as_json()
            cells = (json.dumps(v) if isinstance(v, dict) else v for v in list(data.values())[2:])
            cells_text = (escape("" if cell is None else str(cell)) for cell in cells)
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells_text) + "</tr>")
        return f"<p>{self.count:,} findings</p><table><tr>{head}</tr>{''.join(rows)}</table>"


def _query(engine: Engine, part: FindingRows, limit: int | None) -> exp.Select:
    status = part.status
    key, values = _json(part.key), _json(part.values)
    fixed = (status.rule_id, status.rule_version, status.severity, status.table)
    subject = part.subject or part.key.get(SUBJECT) or _nothing()
    ordinal = _ordinal(engine, part, limit)
    inner = exp.select(
        exp.alias_(_file(part), "file", quoted=True),
        exp.alias_(column(ROW) if part.has_rows else _no_row(), "row", quoted=True),
        exp.alias_(subject.copy(), SUBJECT, quoted=True),
        exp.alias_(key, "key", quoted=True),
        exp.alias_(values, "values", quoted=True),
        exp.alias_(message_text(part.message), "message", quoted=True),
        exp.alias_(ordinal, "#ordinal", quoted=True),
    )
    rows = _rows(part, limit)
    if rows is not None:
        inner = inner.from_(trees.table(rows))
    if part.where is not None:
        inner = inner.where(part.where.copy())
    order = _order(part)  # empty for a fault of a whole table that lacks its key
    if order and (limit is not None or part.table is not None):
        inner = inner.order_by(*order)
    if limit is not None:
        inner = inner.limit(limit)
    start = [exp.Literal.string(f"{status.rule_id}|{status.table}|"), column("key")]
    last = exp.cast(column("#ordinal"), "VARCHAR")
    finding_id = _hash(_joined([*start, exp.Literal.string("|"), last]))
    rule_id, version, severity, table = (exp.Literal.string(text) for text in fixed)
    return exp.select(
        exp.alias_(finding_id, "finding_id", quoted=True),
        exp.alias_(_hash(column("values")), "values_id", quoted=True),
        exp.alias_(rule_id, "rule_id", quoted=True),
        exp.alias_(version, "rule_version", quoted=True),
        exp.alias_(severity, "severity", quoted=True),
        exp.alias_(table, "table", quoted=True),
        *(column(name) for name in COLUMNS[6:]),
    ).from_(inner.subquery("found"))


def _rows(part: FindingRows, limit: int | None) -> str | None:
    """Return the engine's table of the rows; only as many as are asked for are made."""
    return part.table.table(limit) if isinstance(part.table, LateRows) else part.table


def _order(part: FindingRows) -> list[exp.Expr]:
    if part.has_rows:
        return [column(FILE), column(ROW)]
    return [tree.copy() for tree in part.key.values()]


def _ordinal(engine: Engine, part: FindingRows, limit: int | None) -> exp.Expr:
    """Return the number among equal keys: 1, unless this rule meets a key twice.

    Rows of a table without a key all have the same one.
    """
    rows = _rows(part, limit)
    if rows is None or part.status.not_met < 2:
        return exp.Literal.number(1)
    keys = [tree.copy() for tree in part.key.values()]
    if keys and limit is None:  # of a few rows the number is cheaper than the question
        counted = exp.select(exp.Literal.number(1)).from_(trees.table(rows)).where(part.where)
        twice = counted.group_by(*(tree.copy() for tree in keys)).having(
            exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
        )
        if engine.run(twice.limit(1)).fetchone() is None:
            return exp.Literal.number(1)
    order = [exp.Ordered(this=tree, desc=False, nulls_first=False) for tree in _order(part)]
    return exp.Window(this=exp.RowNumber(), partition_by=keys, order=exp.Order(expressions=order))


def _file(part: FindingRows) -> exp.Expr:
    if not part.files:
        return _nothing()
    if len(part.files) == 1 or not part.has_rows:
        name = part.files[0] if len(part.files) == 1 else None
        return exp.Literal.string(name) if name is not None else _nothing()
    ifs = [
        exp.If(this=exp.Literal.number(number), true=exp.Literal.string(name))
        for number, name in enumerate(part.files)
    ]
    return exp.Case(this=column(FILE), ifs=ifs)


def _json(trees: dict[str, exp.Expr]) -> exp.Expr:
    if not trees:
        return exp.Literal.string("{}")
    pairs = [part for name, tree in trees.items() for part in (exp.Literal.string(name), tree)]
    call = exp.Anonymous(this="json_object", expressions=[tree.copy() for tree in pairs])
    return exp.cast(call, "VARCHAR")


def message_text(pieces: Sequence[str | exp.Expr]) -> exp.Expr:
    """Return the text that the pieces of a message make together."""
    missing = exp.Literal.string("(missing)")
    trees = [
        exp.Literal.string(piece)
        if isinstance(piece, str)
        else exp.Coalesce(this=piece.copy(), expressions=[missing.copy()])
        for piece in pieces
    ]
    return _joined(trees or [exp.Literal.string("")])


def _joined(trees: Sequence[exp.Expr]) -> exp.Expr:
    whole = trees[0]
    for tree in trees[1:]:
        whole = exp.DPipe(this=whole, expression=tree)
    return whole


def _hash(tree: exp.Expr) -> exp.Expr:
    return exp.Left(this=exp.MD5(this=tree), expression=exp.Literal.number(ID_LENGTH))


def _nothing() -> exp.Expr:
    return exp.cast(exp.Null(), "VARCHAR")


def _no_row() -> exp.Expr:
    return exp.cast(exp.Null(), "BIGINT")
