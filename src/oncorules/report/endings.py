"""The ending of a report's name says what is written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from oncorules.errors import CallError


def refuse_unknown_ending(path: Path, endings: Iterable[str]) -> None:
    """Raise CallError when the ending of a name does not say what to write.

    Args:
        path: what `--report` names.
        endings: those that are known, such as `.xlsx`.
    """
    if path.suffix.lower() not in endings:
        raise CallError(
            f"--report {path}: the ending of the name says what is written, one of "
            f"{', '.join(endings)}; call it {path.stem}.xlsx for a workbook"
        )
