"""Run folders written by hand, for tests that compare them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from oncorules.validation.findings import COLUMNS
from oncorules.validation.standing import STANDING_COLUMNS


@dataclass(frozen=True)
class Found:
    """One finding, as far as comparing it goes."""

    rule: str
    subject: str | None
    values: str = "1"
    state: str = "new"
    message: str = ""

    @property
    def finding_id(self) -> str:
        """An identity of rule and subject."""
        return hashlib.sha256(f"{self.rule}|{self.subject}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Ruled:
    """One rule of a run; its table is AE, and AE is what it reads."""

    digest: str = "d1"
    status: str = "met"
    reason: str = ""
    not_evaluable: int = 0
    reading: str = ""
    reads: dict[str, list[str]] = field(default_factory=lambda: {"AE": ["AESEV"]})


def write_run(
    folder: Path,
    found: list[Found],
    rules: dict[str, Ruled],
    *,
    subjects: tuple[str, ...] = ("A", "B"),
    tables: dict[str, list[str]] | None = None,
    sites: dict[str, list[str]] | None = None,
    studies: tuple[str, ...] = ("S",),
    study: str | None = None,
    day: str = "2024-03-01",
    asked: dict[str, object] | None = None,
) -> Path:
    """Write the files of a run that `compare` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for row, one in enumerate(found, start=1):
        cells = dict.fromkeys((*COLUMNS, *STANDING_COLUMNS), "")
        cells |= {
            "finding_id": one.finding_id,
            "values_id": hashlib.sha256(one.values.encode()).hexdigest()[:16],
            "rule_id": one.rule,
            "severity": "error",
            "table": "AE",
            "file": "ae.csv",
            "row": row,
            "USUBJID": one.subject,
            "key": json.dumps({"USUBJID": one.subject}),
            "values": json.dumps({"AESEV": one.values}),
            "message": one.message,
            "state": one.state,
            "first_seen": None,
        }
        rows.append(cells)
    kinds = {"row": pa.int64()}
    names = (*COLUMNS, *STANDING_COLUMNS)
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "findings.parquet")
    statuses = [
        {
            "rule_id": name,
            "table": "AE",
            "title": f"Rule {name}",
            "source": "ours",
            "status": one.status,
            "reason": one.reason,
            "not_met": sum(other.rule == name for other in found),
            "not_evaluable": one.not_evaluable,
        }
        for name, one in rules.items()
    ]
    (folder / "rules.json").write_text(json.dumps(statuses))
    record = {
        "format": 1,
        "date": day,
        "study": {"id": study, "version": "1"} if study else None,
        "packs": [{"id": "trial", "version": "1.0.0"}],
        "asked": asked or {"rules": [], "exclude": [], "structure": "none"},
        "findings": len(found),
        "tables": [
            {"table": name, "columns": columns}
            for name, columns in (tables or {"AE": ["AESEV"]}).items()
        ],
        "studies": studies,
        "subjects": subjects,
        "sites": [{"site": site, "subjects": there} for site, there in (sites or {}).items()],
        "rules": [
            {
                "rule_id": name,
                "table": "AE",
                "digest": one.digest,
                "reading": one.reading,
                "reads": one.reads,
            }
            for name, one in rules.items()
        ],
    }
    (folder / "run.json").write_text(json.dumps(record))
    return folder
