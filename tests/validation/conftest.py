"""Small exports and packs, drawn in the test, and runs over them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from oncorules.validation.run import ValidationResult, validate

MISSING = "."
HEADER = "id: trial\ntitle: A trial\nversion: 1.0.0\nlanguage: 1\n"


class Desk:
    """A folder with exports and packs; results are closed with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: list[ValidationResult] = []

    def export(self, name: str = "export", **tables: str) -> Path:
        """Write tables as CSV; one is drawn as `A | B`, then a line per row, `.` for missing.

        A folder of that name holds nothing else afterwards.
        """
        for old in (self.folder / name).glob("*"):
            old.unlink()
        for table, grid in tables.items():
            rows = [
                [cell.strip() for cell in line.split("|")] for line in grid.strip().splitlines()
            ]
            self.csv(table, [["" if c == MISSING else c for c in row] for row in rows], name)
        return self.folder / name

    def csv(self, table: str, rows: Sequence[Sequence[str]], name: str = "export") -> Path:
        """Write rows of any text, the header first."""
        path = self.folder / name / f"{table.lower()}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path.parent

    def pack(self, *rules: str, more: str = "", name: str = "trial") -> Path:
        """Write a pack of rules; each gets the keys that it does not give."""
        entries = []
        for number, rule in enumerate(rules, start=1):
            text = dedent(rule).strip()
            given = {line.partition(":")[0] for line in text.splitlines()}
            usual = {"id": f"R{number}", "title": "a rule", "kind": "check", "source": "ours"}
            lines = [f"{key}: {value}" for key, value in usual.items() if key not in given]
            entries.append("  - " + indent("\n".join([*lines, text]), "    ").strip())
        parts = [HEADER.replace("id: trial", f"id: {name}"), dedent(more)]
        if entries:
            parts.append("rules:\n" + "\n".join(entries) + "\n")
        path = self.folder / f"{name}.yaml"
        path.write_text("".join(parts), encoding="utf-8")
        return path

    def run(self, export: Any, pack: Any, **options: Any) -> ValidationResult:
        """Validate, without the structure contract unless it is asked for."""
        given = {"structure": "none", "jobs": 1, **options}
        result = validate(export, packs=pack if isinstance(pack, list) else [pack], **given)
        self.results.append(result)
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A folder for one test."""
    desk = Desk(tmp_path)
    yield desk
    for result in desk.results:
        result.close()
