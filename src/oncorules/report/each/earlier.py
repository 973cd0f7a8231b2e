"""The runs of an earlier call, to which those of this one are compared by their names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.errors import CallError, DataError, did_you_mean
from oncorules.report.each.names import RECORD, listed

FORMAT = 1


@dataclass(frozen=True)
class Earlier:
    """The folder of an earlier call.

    Attributes:
        folder: the folder.
        ran: the names of the exports that have a run in it.
        failed: the names of those that could not be validated then.
    """

    folder: Path
    ran: frozenset[str]
    failed: frozenset[str]

    def run_of(self, name: str) -> str | None:
        """Return the folder of an export's run, None where it has none."""
        return str(self.folder / name) if name in self.ran else None

    def notes(self, names: Sequence[str]) -> list[str]:
        """Say which exports have nothing to be compared to, and which are no longer there."""
        notes = []
        for name in names:
            if name in self.failed:
                notes.append(f"{name}: it could not be validated in {self.folder}; all is new")
            elif name not in self.ran:
                near = did_you_mean(name, self.ran)
                notes.append(f"{name}: {self.folder} has no export of that name, all is new{near}")
        gone = sorted((self.ran | self.failed) - set(names))
        if gone:
            notes.append(f"{self.folder} also has {listed(gone)}, and this call has not")
        return notes


def read_earlier(path: str | Path, names: Sequence[str]) -> Earlier:
    """Return the runs of an earlier call.

    Args:
        path: the folder that `--out` named then.
        names: what the exports of this call are called.

    Raises:
        DataError: `week1 is not the folder of several runs: it has no each.json; ...`
        CallError: no export of this call has a name of that one.
    """
    folder = Path(path)
    record = folder / RECORD
    if not record.is_file():
        raise DataError(
            f"{folder} is not the folder of several runs: it has no {RECORD}; name one that "
            "oncorules validate --each wrote with --out"
        )
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        earlier = _read(folder, told)
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            f"{record} cannot be read as what a run writes; validate --each again, with --out"
        ) from None
    known = earlier.ran | earlier.failed
    if not known.intersection(names):
        raise CallError(
            f"none of {listed(names)} is an export of {folder}, which has {listed(sorted(known))};"
            " give the exports the same names, or leave --baseline out"
        )
    return earlier


def _read(folder: Path, told: Any) -> Earlier:
    if told["format"] != FORMAT:
        raise ValueError("another format")
    ran = {one["name"]: one["tables"] is not None for one in told["exports"]}
    return Earlier(
        folder,
        frozenset(name for name, whole in ran.items() if whole),
        frozenset(name for name, whole in ran.items() if not whole),
    )
