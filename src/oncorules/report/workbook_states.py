"""What people wrote about findings into the workbook of a run, read back.

Only state, owner, explanation and expires are read. All other cells must be as the run wrote them,
since a word in the wrong column would else be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from oncorules.data.cells import cell_text as text_of
from oncorules.errors import did_you_mean
from oncorules.report.cell_text import cell_text
from oncorules.report.edited_sheet import (
    EditedRow,
    bare,
    read_edited_rows,
    refuse_problems,
    short,
)
from oncorules.report.findings_sheet import FINDING_FIELDS
from oncorules.validation.known import STATES, WRITTEN_STATES, Known, State
from oncorules.validation.known_file import KnownLine
from oncorules.validation.run_folder import RunFolder

SHEET = "Findings"
COLUMNS = tuple(field.name for field in FINDING_FIELDS)
#: What must be as the run wrote it, with its name in `findings.parquet`.
_FIXED = {
    "rule": "rule_id",
    "severity": "severity",
    "subject": "USUBJID",
    "table": "table",
    "file": "file",
    "row": "row",
    "message": "message",
    "values id": "values_id",
}
_READ_TOLD = "only state, owner, explanation and expires are read"


def read_workbook_states(
    path: str | Path, run: RunFolder, lines: Mapping[str, KnownLine]
) -> dict[str, KnownLine]:
    """Return the lines of known findings that the workbook of a run changes or adds.

    A finding about which the workbook says what the run said is left as the file has it, so that
    two people may work at a time, one in the workbook and one in the file.

    Args:
        path: the workbook that was written together with the run.
        run: the run.
        lines: the lines of the file of known findings, by `finding_id`.

    Raises:
        DataError: `week1.xlsx: Findings!N5: "acepted" is no state; did you mean "accepted"?`; a
            sheet or column has another name, a cell that is not read was changed, or the workbook
            is not of this run.
    """
    path = Path(path)
    written = _findings_of(run)
    found: dict[str, KnownLine] = {}
    seen: dict[str, str] = {}
    problems: list[str] = []
    for row in read_edited_rows(path, SHEET, run.findings, COLUMNS, "findings"):
        try:
            finding_id, one = _checked(row, written, seen, run)
            line = _line(row, finding_id, one, run, lines.get(finding_id))
        except ValueError as error:
            problems.append(f"{path}: {error}")
            continue
        if line is not None:
            found[finding_id] = line
    refuse_problems(problems)
    return found


def _findings_of(run: RunFolder) -> dict[str, dict[str, Any]]:
    columns = ["finding_id", *_FIXED.values(), "state", "owner", "explanation", "first_seen"]
    rows = run.scan().select(columns).collect()
    return {row["finding_id"]: row for row in rows.iter_rows(named=True)}


def _checked(
    row: EditedRow, written: Mapping[str, Mapping[str, Any]], seen: dict[str, str], run: RunFolder
) -> tuple[str, Mapping[str, Any]]:
    """Return the finding of a row; refuse one that is not as the run wrote it."""
    finding_id, at = row.text("finding id"), row.at("finding id")
    if finding_id not in written:
        raise ValueError(
            f'{at}: the run {run.path} has no finding "{finding_id}"; '
            "expected the workbook that was written with it"
        )
    if finding_id in seen:
        raise ValueError(
            f"{at}: the finding {finding_id} stands in {seen[finding_id]} already; "
            "take one of the two rows out"
        )
    seen[finding_id] = at
    one = written[finding_id]
    for column, name in _FIXED.items():
        before = cell_text(text_of(one[name]))
        if bare(row.text(column)) != bare(before):
            raise ValueError(
                f'{row.at(column)}: "{short(row.text(column))}" stands under {column}, where the '
                f'run has "{short(before)}"; {_READ_TOLD}, so write it there and undo this'
            )
    return finding_id, one


def _line(
    row: EditedRow, finding_id: str, one: Mapping[str, Any], run: RunFolder, line: KnownLine | None
) -> KnownLine | None:
    """Return what a row says of its finding; None when it says what the run and the file say."""
    state, expires = _state(row), _expires(row)
    owner, explanation = (_words(row, column, one[column]) for column in ("owner", "explanation"))
    before = (one["state"], one["owner"] or "", one["explanation"] or "")
    dated = expires is not None and (line is None or expires != line.known.expires)
    if (state, owner, explanation) == before and not dated:
        return None
    kept: State = state if state in WRITTEN_STATES else "open"
    first_seen = _first_seen(one, run, line)
    known = Known(kept, owner, explanation, expires, one["values_id"], first_seen)
    if line is not None and known == line.known:
        return None
    return KnownLine(one["rule_id"], one["USUBJID"] or "", known)


def _first_seen(one: Mapping[str, Any], run: RunFolder, line: KnownLine | None) -> date:
    if line is not None and line.known.first_seen is not None:
        return line.known.first_seen
    return date.fromisoformat(one["first_seen"]) if one["first_seen"] else run.date


def _state(row: EditedRow) -> State:
    said = row.text("state")
    for state in STATES:
        if said == state:
            return state
    near = did_you_mean(said, WRITTEN_STATES) or f"; write {', '.join(WRITTEN_STATES)}"
    raise ValueError(f'{row.at("state")}: "{short(said)}" is no state{near}')


def _words(row: EditedRow, column: str, before: str | None) -> str:
    """Return an owner or an explanation, as the run had it where nobody changed it."""
    said = row.text(column)
    if said in STATES:
        raise ValueError(
            f'{row.at(column)}: "{said}" stands under {column}; '
            f"write a state into {row.at('state')}"
        )
    same = before is not None and bare(said) == bare(cell_text(before))
    return before if same and before is not None else said


def _expires(row: EditedRow) -> date | None:
    cell = row.cells["expires"]
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    said = row.text("expires")
    if not said:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        try:
            return date.fromisoformat(said)
        except ValueError:
            pass
    raise ValueError(f'{row.at("expires")}: "{short(said)}" is not a day; write it as 2024-12-31')
