"""At which site the subjects are, and to which visit the rows belong that break a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import FILE, ROW, column, stored
from oncorules.rules.language.display import display
from oncorules.rules.session import Session
from oncorules.validation.findings import FindingRows
from oncorules.validation.late_rows import LateRows

SUBJECT, SITE, NUMBER, VISIT = "USUBJID", "SITEID", "SUBJID", "visit"
SITE_TABLES = ("DM", "ADSL")
"""The tables that say of each subject who and where it is; the first that does so counts."""
VISIT_COLUMNS = ("VISIT", "AVISIT", "VISITNUM", "AVISITN")
PLACES, VISITS = "places:", "visits:"


def sites_of(session: Session) -> dict[str, str]:
    """Return the site of each subject; a subject with two of them, or without, is not in it."""
    return _of_subjects(session, SITE)


def numbers_of(session: Session) -> dict[str, str]:
    """Return the number that each subject has within the study, SUBJID, where it has one."""
    return _of_subjects(session, NUMBER)


def _of_subjects(session: Session, wanted: str) -> dict[str, str]:
    for name in SITE_TABLES:
        table = session.tables.get(name)
        if table is None or not {SUBJECT, wanted} <= table.columns.keys():
            continue
        text = display(stored(wanted, table.columns[wanted].type))
        least, most = exp.Min(this=text), exp.Max(this=text.copy())
        query = exp.select(column(SUBJECT), least, most).from_(trees.table(name))
        rows = session.engine.run(query.group_by(column(SUBJECT))).fetchall()
        return {
            subject: first for subject, first, last in rows if subject and first and first == last
        }
    return {}


class Visits:
    """The visits of the rows that break a rule; each table is looked through once."""

    def __init__(self, session: Session, parts: Sequence[FindingRows]) -> None:
        """Take the findings of a run.

        Args:
            session: the run.
            parts: its findings, rule by rule.
        """
        self._session = session
        self._tables: dict[str, list[FindingRows]] = {}
        for part in parts:
            if part.has_rows and part.table is not None and self._visit(part.status.table):
                self._tables.setdefault(part.status.table, []).append(part)
        self._made: set[str] = set()

    def of(self, part: FindingRows) -> dict[tuple[str | None, int], str]:
        """Return the visit of the rows of one rule, by file and row.

        Rows without a visit are not in it. A table made of others has no file and row; its visit
        is in the key of the finding (`visit_of_key`).
        """
        table = part.status.table
        if not any(part is one for one in self._tables.get(table, ())):
            return {}
        self._make(table)
        same = exp.and_(
            column(FILE, "v").eq(column(FILE, "p")), column(ROW, "v").eq(column(ROW, "p"))
        )
        query = (
            exp.select(column(FILE, "v"), column(ROW, "v"), column(VISIT, "v"))
            .from_(exp.alias_(trees.table(VISITS + table), "v", table=True, quoted=True))
            .join(_places(part).subquery("p"), on=same)
            .where(exp.Not(this=exp.Is(this=column(VISIT, "v"), expression=exp.Null())))
        )
        rows = self._session.engine.run(query).fetchall()
        return {(part.files[file] if part.files else None, row): visit for file, row, visit in rows}

    def _visit(self, table: str) -> exp.Expr | None:
        """Return the tree that gives the visit of a row; None where the table has none."""
        loaded = self._session.tables.get(table)
        if loaded is None:
            return None
        there = [name for name in VISIT_COLUMNS if name in loaded.columns]
        shown = [display(stored(name, loaded.columns[name].type)) for name in there]
        return exp.Coalesce(this=shown[0], expressions=shown[1:]) if shown else None

    def _make(self, table: str) -> None:
        if table in self._made:
            return
        self._made.add(table)
        engine, visit = self._session.engine, self._visit(table)
        assert visit is not None
        whole: exp.Query = _places(self._tables[table][0]).distinct()
        for part in self._tables[table][1:]:
            whole = exp.Union(this=whole, expression=_places(part), distinct=True)
        engine.drop(PLACES + table)
        engine.store(PLACES + table, whole)
        rows = self._session.tables[table].rows_in(PLACES + table).subquery("rows")
        query = exp.select(column(FILE), column(ROW), exp.alias_(visit, VISIT, quoted=True))
        engine.drop(VISITS + table)
        engine.store(VISITS + table, query.from_(rows))
        engine.drop(PLACES + table)


def visit_of_key(key: Mapping[str, str | None]) -> str | None:
    """Return the visit in the key of a row, None where it has none.

    >>> visit_of_key({"USUBJID": "01-701", "VISITNUM": "3"})
    '3'
    """
    return next((key[name] for name in VISIT_COLUMNS if key.get(name)), None)


def _places(part: FindingRows) -> exp.Select:
    """Return the query of file and row of one rule's findings."""
    rows = part.table.table() if isinstance(part.table, LateRows) else part.table
    assert rows is not None
    query = exp.select(column(FILE), column(ROW)).from_(trees.table(rows))
    return query if part.where is None else query.where(part.where.copy())
