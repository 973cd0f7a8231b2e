"""The page of a run, read back without a browser: its data, decoded as its script decodes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.report.findings_page import write_page
from oncorules.validation.explanation import MISSING, TRUTHS, ExplainedClause, ShownValue
from oncorules.validation.run import ValidationResult

_DATA = re.compile(r'<script type="application/json" id="([\w-]+)">(.*)</script>')
_LETTERS = {TRUTHS[truth][0]: TRUTHS[truth] for truth in TRUTHS}


@dataclass
class Block:
    """The findings of one rule, as the page has them."""

    about: dict[str, Any]
    data: dict[str, Any]
    index: dict[str, Any]

    def cell(self, place: int, row: int) -> Any:
        column = self.data["columns"][place]
        if "all" in column:
            return column["all"]
        return column["each"][row] if "each" in column else column["of"][column["at"][row]]

    def ids(self) -> list[str]:
        return re.findall(".{16}", self.data["ids"])

    def line(self, row: int) -> dict[str, Any]:
        """Return what the table of the page shows of a finding."""
        cells = {n: self.cell(self.data[n], row) for n in ("visit", "file", "row", "message")}
        subject = self.cell(self.data["subject"], row)
        cells["subject"], cells["site"] = (
            (None, "") if subject is None else self.index["subjects"][subject]
        )
        cells["values"] = [self.cell(place, row) or MISSING for place in self.data["values"]]
        cells["known"] = self.index["known"][self.cell(self.data["known"], row)]
        return cells

    def clause(self, clause: dict[str, Any], row: int) -> ExplainedClause:
        """Return a clause of a finding as `explain` has it."""
        letters = self.cell(self.data["why"]["truths"], row)
        values = [
            ShownValue(name, self.cell(at, row), self.cell(u, row) if isinstance(u, int) else u)
            for name, at, u in clause["values"]
        ]
        parts = tuple(self.clause(part, row) for part in clause["parts"])
        truth = _LETTERS[letters[clause["at"]]]
        return ExplainedClause(clause["text"], truth, tuple(values), parts)


def written_page(result: ValidationResult, folder: Path) -> str:
    """Write the page of a run and return its text."""
    write_page(result, folder / "page.html")
    return (folder / "page.html").read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Return the findings of a page by rule."""
    data = {name: json.loads(told) for name, told in _DATA.findall(text)}
    index = data["index"]
    return [
        Block(about, data[f"rule-{number}"], index) for number, about in enumerate(index["rules"])
    ]
