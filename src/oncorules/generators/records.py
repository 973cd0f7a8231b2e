"""The rows of an export by table, numbered per subject, and their files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from oncorules.data.write import SUFFIXES, WriteAs, write_table

Cell = str | int | float | None


class Records:
    """Collects rows; each gets its study, domain, subject and number."""

    def __init__(self, study: str, columns: dict[str, tuple[str, ...]]) -> None:
        self._study, self._columns = study, columns
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in columns}
        self._numbers: dict[tuple[str, str], int] = {}

    def add(self, table: str, subject: str, **cells: Cell | date) -> None:
        """Add a row of a subject."""
        start: dict[str, Any] = {"STUDYID": self._study, "DOMAIN": table, "USUBJID": subject}
        if table != "DM":
            number = self._numbers[table, subject] = self._numbers.get((table, subject), 0) + 1
            start[f"{table}SEQ"] = number
        written = {
            name: one.isoformat() if isinstance(one, date) else one for name, one in cells.items()
        }
        self.rows[table].append(start | written)

    def write(self, folder: Path, as_: WriteAs, labels: dict[str, str]) -> list[Path]:
        """Write one file per table that has rows."""
        import pyarrow as pa

        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for table, rows in self.rows.items():
            if not rows:
                continue
            columns = {name: [row.get(name) for row in rows] for name in self._names(table)}
            path = folder / f"{table.lower()}{SUFFIXES[as_]}"
            write_table(pa.table(columns), path, as_, name=table, label=labels.get(table, ""))
            written.append(path)
        return written

    def _names(self, table: str) -> Iterable[str]:
        number = () if table == "DM" else (f"{table}SEQ",)
        return ("STUDYID", "DOMAIN", "USUBJID", *number, *self._columns[table])
