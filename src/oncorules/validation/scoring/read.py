"""Reads what a score is made of: the findings of a validation, and an answer key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.data.answer_key import COLUMNS as KEY_COLUMNS
from oncorules.data.answer_key import NAME
from oncorules.errors import DataError
from oncorules.validation.write import FILES

FINDING_COLUMNS = ("rule_id", "severity", "table", "file", "row", "USUBJID", "key", "message")


@dataclass(frozen=True)
class Found:
    """One finding, as far as a score looks at it."""

    rule: str
    severity: str
    table: str
    place: str
    subject: str
    key: dict[str, str]
    message: str


@dataclass(frozen=True)
class Defect:
    """One planted defect.

    Attributes:
        number: in the answer key.
        kind: of defect.
        table: that holds it.
        subject: whose row it is.
        key: of the row, or of the visit.
        change: what was changed, in words.
        rules: those that find it.
        also: those that may speak of what follows from it.
    """

    number: int
    kind: str
    table: str
    subject: str
    key: dict[str, str]
    change: str
    rules: tuple[str, ...]
    also: tuple[str, ...]


def read_findings(path: Path) -> list[Found]:
    """Return the findings that `oncorules validate --out DIR` wrote.

    Args:
        path: findings.parquet, findings.csv, or the folder of both.

    Raises:
        DataError: there is no such file, it holds something else, or no finding.
    """
    file = path / FILES[0] if path.is_dir() else path
    rows = _rows(file, FINDING_COLUMNS, "the findings that oncorules validate --out DIR writes")
    if not rows:
        raise DataError(f"{file} has no finding, so there is nothing to score; check that --out of "
                        "oncorules validate was given the export with the defects")  # fmt: skip
    return [
        Found(
            _text(row["rule_id"]),
            _text(row["severity"]),
            _text(row["table"]),
            f"{row['file']}:{row['row']}" if row["row"] else _text(row["file"] or row["table"]),
            _text(row["USUBJID"]),
            _key(row["key"], file),
            _text(row["message"]),
        )
        for row in rows
    ]


def read_answer_key(path: Path) -> list[Defect]:
    """Return the defects of an answer key.

    Args:
        path: the file, or the export that it lies in.

    Raises:
        DataError: there is no such file, it holds something else, or no defect.
    """
    file = path / NAME if path.is_dir() else path
    rows = _rows(file, KEY_COLUMNS, "the answer key that oncorules generate --defects writes")
    if not rows:
        raise DataError(f"{file} names no defect, so there is nothing to score")
    return [
        Defect(
            number,
            _text(row["kind"]),
            _text(row["table"]),
            _text(row["USUBJID"]),
            _key(row["key"], file),
            _change(row),
            tuple(_text(row["rules"]).split()),
            tuple(_text(row["also"]).split()),
        )
        for number, row in enumerate(rows, 1)
    ]


def _rows(file: Path, columns: tuple[str, ...], expected: str) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    if not file.is_file():
        raise DataError(f"{file} does not exist; expected {expected}")
    try:
        if file.suffix.lower() == ".parquet":
            table = pq.read_table(file)
        else:
            names = csv.open_csv(file).schema.names
            options = csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
            )
            lines = csv.ParseOptions(newlines_in_values=True)
            table = csv.read_csv(file, parse_options=lines, convert_options=options)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{file} cannot be read ({reason}); expected {expected}") from None
    other = KEY_COLUMNS if columns is FINDING_COLUMNS else FINDING_COLUMNS
    if set(other) <= set(table.column_names):
        raise DataError(
            f"{file} is the other file; expected {expected}: oncorules score FINDINGS ANSWER-KEY"
        )
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise DataError(f"{file} has no column {', '.join(missing)}; expected {expected}")
    rows: list[dict[str, Any]] = table.select(columns).to_pylist()
    return rows


def _change(row: dict[str, Any]) -> str:
    change = f"{_text(row['before'])} -> {_text(row['after'])}"
    return f"{row['variable']}: {change}" if row["variable"] else change


def _key(text: object, file: Path) -> dict[str, str]:
    try:
        found = json.loads(_text(text) or "{}")
    except ValueError:
        raise DataError(f"{file}: the key {text} is no JSON; write the file anew") from None
    return {str(name): _text(value) for name, value in dict(found).items()}


def _text(value: object) -> str:
    return "" if value is None else str(value)
