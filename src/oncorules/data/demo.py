"""The small export that ships with oncorules, faults included."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from oncorules.errors import DataError


def demo_export() -> Path:
    """Return the folder of the demo export: a trial that never took place, 14 subjects.

    Raises:
        DataError: this installation lacks it.

    >>> (demo_export() / "dm.csv").is_file()
    True
    """
    folder = Path(str(files("oncorules"))) / "examples" / "demo-export"
    if not folder.is_dir():
        raise DataError(f"the demo export is not in {folder}; install oncorules again")
    return folder
