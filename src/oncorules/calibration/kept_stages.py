"""What the finished stages of a search left, in one file beside the output, until it is written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from oncorules import __version__
from oncorules.calibration.targets import Targets
from oncorules.data.whole_file import whole_file

KEY = "key"


class KeptStages:
    """The arrays of finished stages by name; each change is written whole.

    Args:
        path: the file; nothing need be there yet.
        key: of the run; what was left under another one is not used.

    Attributes:
        note: what was found at the start, in words; empty when there was nothing.

    Raises:
        OutputError: it cannot be written.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.key = path, key
        self.stages: dict[str, dict[str, np.ndarray]] = {}
        self.note = self._read()
        self._write()  # now rather than after a minute's work, should it be impossible

    def fill(self, name: str, state: Mapping[str, np.ndarray]) -> bool:
        """Fill the arrays of a stage in place and return whether it had been kept."""
        kept = self.stages.get(name)
        if kept is None or kept.keys() != state.keys():
            return False
        for array, cells in state.items():
            cells[...] = kept[array]
        return True

    def keep(self, name: str, state: Mapping[str, np.ndarray]) -> None:
        """Keep the arrays of a finished stage."""
        self.stages[name] = {array: cells.copy() for array, cells in state.items()}
        self._write()

    def remove(self) -> None:
        """Remove the file; what it was for is done."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> str:
        if not self.path.exists():
            return ""
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                contents = {name: arrays[name] for name in arrays.files}
            if str(contents.pop(KEY, "")) != self.key:
                return (
                    f"{self.path} was left by a run with another seed, other figures or another "
                    "version; this run begins anew"
                )
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return f"{self.path} cannot be read; this run begins anew"
        for name, cells in contents.items():
            stage, _, array = name.partition("/")
            self.stages.setdefault(stage, {})[array] = cells
        return f"this run goes on after stage {len(self.stages)}, kept in {self.path}"

    def _write(self) -> None:
        contents: dict[str, Any] = {KEY: np.array(self.key)} | {
            f"{stage}/{array}": cells
            for stage, state in self.stages.items()
            for array, cells in state.items()
        }
        with whole_file(self.path) as file:
            np.savez(file, **contents)


def key_of(targets: Targets, seed: int, plan: object) -> str:
    """Return what a run hangs on: its figures, its seed, its stages and the version.

    Args:
        targets: the printed figures.
        seed: of the run.
        plan: of its stages; its `repr` tells all of it.
    """
    printed = sorted(targets.printed.items())
    analyses = targets.plan.model_dump_json()
    told = repr((__version__, seed, plan, printed, analyses))
    return sha256(told.encode()).hexdigest()
