"""Cells that hold something which their type cannot read: text in a number, an impossible date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from oncorules.engine import trees
from oncorules.errors import DataError
from oncorules.rules.compiler.relation import FILE, ROW, SHOWN, column
from oncorules.rules.session import Session

_EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date",
    "boolean": "true or false",
}


def refuse_absent(session: Session, columns: Mapping[str, Iterable[str]]) -> None:
    """Stop when a column that is about to be read is required and not there.

    Args:
        session: the run.
        columns: for each table of the export, the columns that are read.

    Raises:
        DataError: `ex.csv: table EX has no column USUBJID, which CDISC SDTMIG v3.3, EX requires
            and the derived tables read; add it and run again`.
    """
    for name, wanted in sorted(columns.items()):
        table, declared = session.tables.get(name), session.workspace.model.table(name)
        if table is None or declared is None:
            continue
        required = [one for one in declared.columns_of_core("required") if one in set(wanted)]
        absent = [one for one in required if one not in table.columns]
        if absent:
            what = "column" if len(absent) == 1 else "columns"
            raise DataError(
                f"{', '.join(table.files)}: table {name} has no {what} {', '.join(absent)}, which "
                f"{declared.source or 'the table model'} requires and the derived tables read; "
                "add it and run again"
            )


def refuse_unreadable(session: Session, columns: Mapping[str, Iterable[str]]) -> None:
    """Stop when a cell that is about to be read holds what its type cannot read.

    Args:
        session: the run.
        columns: for each table of the export, the columns that are read.

    Raises:
        DataError: `lb.csv:17: LBSTRESN of table LB holds "<5", where a number was expected, and
            12 more cells like it; ...`.
    """
    first: str | None = None
    cells = 0
    for name, wanted in columns.items():
        table = session.tables.get(name)
        if table is None:
            continue
        typed = [
            label for label in sorted(wanted)
            if label in table.columns and table.columns[label].type in _EXPECTED
        ]  # fmt: skip
        counts = _count(session, name, typed)
        cells += sum(counts.values())
        if first is None and cells:
            label = next(label for label in typed if counts[label])
            file, row, text = _first(session, name, label)
            expected = _EXPECTED[table.columns[label].type]
            first = (
                f'{table.files[file]}:{row}: {label} of table {name} holds "{text}", where '
                f"{expected} was expected"
            )
    if first is not None:
        more = f", and {_more(cells - 1)}" if cells > 1 else ""
        raise DataError(f"{first}{more}; oncorules validate lists them all")


def _more(cells: int) -> str:
    return f"{cells:,} more {'cell is' if cells == 1 else 'cells are'} unreadable"


def _count(session: Session, name: str, labels: list[str]) -> dict[str, int]:
    """Count the unreadable cells of each column in one scan."""
    if not labels:
        return {}
    counted = [exp.CountIf(this=exp.Paren(this=_unreadable(label))) for label in labels]
    row = session.engine.run(exp.select(*counted).from_(trees.table(name))).fetchone()
    assert row is not None  # and its counts are missing where the table has no row
    return {label: count or 0 for label, count in zip(labels, row, strict=True)}


def _first(session: Session, name: str, label: str) -> tuple[int, int, str]:
    """Return file, row and text of the first unreadable cell of a column that has one."""
    where = _unreadable(label)
    firsts = (
        exp.select(column(FILE), exp.Min(this=column(ROW))).from_(trees.table(name)).where(where)
    )
    file, row = min(session.engine.run(firsts.group_by(column(FILE))).fetchall())
    at = exp.and_(
        column(FILE).eq(exp.Literal.number(file)), column(ROW).eq(exp.Literal.number(row))
    )
    cell = exp.select(column(label + SHOWN)).from_(trees.table(name)).where(at)
    found = session.engine.run(cell).fetchone()
    assert found is not None
    return file, row, found[0]


def _unreadable(label: str) -> exp.Expr:
    nothing = exp.Is(this=column(label), expression=exp.Null())
    # The text of a number is dear to make; as a branch it is made only where no value is.
    written = exp.Not(this=exp.Is(this=column(label + SHOWN), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=nothing, true=written)], default=exp.false())
