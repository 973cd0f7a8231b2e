"""Rows of examples stored as little tables in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from oncorules.data.dates import first_and_last_day
from oncorules.rules.compiler.relation import EXAMPLE, FILE, LAST, ROW, SHOWN, column, stored
from oncorules.rules.language.values import MEASURE, Kind, Value
from oncorules.rules.workspace import Workspace

TRUTH = dict.fromkeys(("true", "yes", "y", "1"), True)
TRUTH |= dict.fromkeys(("false", "no", "n", "0"), False)


@dataclass(frozen=True)
class Row:
    """One row of a table of an example.

    Attributes:
        cells: the values as the rule file has them.
        path: where the row stands in the rule.
        number: its place in the table, from 0.
        example: the number of the example that it belongs to.
    """

    cells: dict[str, Any]
    path: tuple[object, ...]
    number: int = 0
    example: int = 0


def store(workspace: Workspace, pack: str, name: str, rows: Sequence[Row]) -> None:
    """Store the rows of all examples as one table, and tell the workspace what it holds.

    Args:
        workspace: where the rules of these examples are compiled.
        pack: the id of the pack whose rules name the table.
        name: the table.
        rows: its rows; every column is known to exist.
    """
    known = workspace.kinds(name, pack)
    kinds = {label: known[label] for row in rows for label in row.cells}
    engine_name = f"{workspace.prefix}{name}"
    held = store_rows(workspace, engine_name, kinds, rows)
    workspace.give(name, engine_name, held, pack)


def store_rows(
    workspace: Workspace, engine_name: str, kinds: Mapping[str, Kind], rows: Sequence[Row]
) -> dict[str, Value]:
    """Store rows as a table of the engine, and return its columns, the example among them.

    Args:
        workspace: removes the table when it is dropped.
        engine_name: the name of the table.
        kinds: the columns with their kinds.
        rows: the rows; a column that a row does not have is missing there.
    """
    import pyarrow as pa

    columns: dict[str, tuple[Any, list[Any]]] = {
        ROW: (pa.int64(), [row.number + 1 for row in rows]),
        FILE: (pa.int16(), [row.example for row in rows]),
        EXAMPLE: (pa.int64(), [row.example for row in rows]),
    }
    for label, kind in kinds.items():
        cells = [read_cell(row.cells.get(label), kind) for row in rows]
        columns[label] = (_arrow(kind), [cell[0] for cell in cells])
        if kind == "date":
            columns[label + LAST] = (pa.date32(), [cell[1] for cell in cells])
        if kind != "text":
            columns[label + SHOWN] = (pa.string(), [cell[2] for cell in cells])
    arrays = {label: pa.array(cells, kind) for label, (kind, cells) in columns.items()}
    workspace.engine.store_arrow(engine_name, pa.table(arrays))
    workspace.stored.append(engine_name)
    held = {label: stored(label, kind) for label, kind in kinds.items()}
    return {**held, EXAMPLE: Value("integer", column(EXAMPLE))}


def _arrow(kind: Kind) -> Any:
    import pyarrow as pa

    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.decimal128(*MEASURE),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }[kind]


def read_cell(cell: object, kind: Kind) -> tuple[Any, Any, str | None]:
    """Return first value, last value and shown text of a cell.

    A text that is not of its kind is missing, with its text kept, as in an export.
    """
    text = cell_text(cell, kind)
    if text is None or text == "":
        return None, None, None
    if kind == "text":
        return text, None, text
    if kind == "date":
        ends = first_and_last_day(text)
        return (*ends, text) if ends else (None, None, text)
    if kind == "boolean":
        return TRUTH.get(text.lower()), None, text
    return _number(text, kind), None, text


def _number(text: str, kind: Kind) -> int | Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= 10 ** (MEASURE[0] - MEASURE[1]):
        return None
    if kind == "integer":
        return int(number) if number == int(number) else None
    return round(number, MEASURE[1])


def cell_text(cell: object, kind: Kind = "number") -> str | None:
    """Return the text of a cell as the engine shows it: 5, never 5.0, unless it is a text.

    >>> cell_text(Decimal("5.0")), cell_text(Decimal("5.0"), "text"), cell_text(True)
    ('5', '5.0', 'true')
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text and kind != "text" else text
    return str(cell)
