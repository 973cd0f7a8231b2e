"""The reports of two runs compared: the ending of a file's name says what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.endings import refuse_unknown_ending

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison


def write_comparison_report(comparison: Comparison, path: Path) -> None:
    """Write two runs compared as the kind of file that its name asks for.

    Args:
        comparison: two runs beside each other.
        path: the file; it is written beside its place and takes it when it is whole.

    Raises:
        CallError: the name ends in nothing that is known.
        OutputError: the file cannot be written.
    """
    refuse_unknown_comparison_report(path)
    _KINDS[path.suffix.lower()](comparison, path)


def refuse_unknown_comparison_report(path: Path) -> None:
    """Raise CallError when the ending of a name does not say what to write."""
    refuse_unknown_ending(path, _KINDS)


def _workbook(comparison: Comparison, path: Path) -> None:
    from oncorules.report.comparison_sheets import write_comparison_workbook

    write_comparison_workbook(comparison, path)


def _page(comparison: Comparison, path: Path) -> None:
    from oncorules.report.comparison_page import write_comparison_page

    write_comparison_page(comparison, path)


_KINDS: Mapping[str, Callable[[Comparison, Path], None]] = {".xlsx": _workbook, ".html": _page}
