"""What a process is given to validate one export, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self


@dataclass(frozen=True)
class Job:
    """One export, and how it is validated.

    Attributes:
        name: what it is called.
        path: where it lies.
        asked: the arguments of `oncorules.validation.run.validate`, as plain data.
        date: the day of the run.
        parts: how many exports are validated at a time.
        fail_on: the mildest severity that fails.
        allow_not_run: whether a rule that could not run is let pass.
        out: the folder of the run; nothing is written when there is none.
        reports: the names of reports in that folder.
        queries: the name of a folder of queries in that folder.
        mask_ids: whether reports hide who the subjects are.
    """

    name: str
    path: str
    asked: Mapping[str, Any]
    date: date
    parts: int = 1
    fail_on: str = "error"
    allow_not_run: bool = False
    out: str | None = None
    reports: tuple[str, ...] = ()
    queries: str | None = None
    mask_ids: bool | None = None

    def as_text(self) -> str:
        """Return the job as one line."""
        return json.dumps(asdict(self) | {"date": self.date.isoformat()}, default=str)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the job that a line tells."""
        told = json.loads(text)
        day, reports = date.fromisoformat(told.pop("date")), tuple(told.pop("reports"))
        return cls(**told, date=day, reports=reports)


@dataclass(frozen=True)
class Outcome:
    """What became of one export.

    Attributes:
        name: what it is called, and its folder too.
        path: where it lies, as it was given, without a password.
        exit_code: as of `oncorules validate` for this export alone.
        problems: why it could not be validated, one sentence each.
        tables: how many tables it has.
        rows: how many rows.
        subjects: how many subjects, where it names them.
        rules: how many rules have which status.
        findings: how many findings have which severity.
        states: how many findings have which state, where anything is known of them.
        notes: what was guessed, and what of the known findings is not here.
        seconds: how long its process ran.
    """

    name: str
    path: str
    exit_code: int
    problems: tuple[str, ...] = ()
    tables: int | None = None
    rows: int | None = None
    subjects: int | None = None
    rules: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def ran(self) -> bool:
        """Whether it was validated, whatever was found."""
        return self.tables is not None

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        return asdict(self) | {"problems": list(self.problems), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return the outcome that plain data tells."""
        known = {one.name: told[one.name] for one in fields(cls) if one.name in told}
        return cls(**known | {"problems": tuple(told["problems"]), "notes": tuple(told["notes"])})
