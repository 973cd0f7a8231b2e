"""The reports of a validation: the ending of a file's name says what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

Write = Callable[["ValidationResult", Path, Mapping[str, object]], None]


def write_report(result: ValidationResult, path: Path, options: Mapping[str, object]) -> None:
    """Write a run as the kind of file that its name asks for.

    Args:
        result: the run.
        path: the file; it is written beside its place and takes it when it is whole.
        options: options of the call, for those reports that list them.

    Raises:
        CallError: the name ends in nothing that is known.
        OutputError: the file cannot be written.
    """
    refuse_unknown_report(path)
    _KINDS[path.suffix.lower()](result, path, options)


def refuse_unknown_report(path: Path) -> None:
    """Raise CallError when the ending of a name does not say what to write."""
    if path.suffix.lower() not in _KINDS:
        raise CallError(
            f"--report {path}: the ending of the name says what is written, one of "
            f"{', '.join(_KINDS)}; call it {path.stem}.xlsx for a workbook"
        )


def _workbook(result: ValidationResult, path: Path, options: Mapping[str, object]) -> None:
    from oncorules.report.findings_workbook import write_workbook

    write_workbook(result, path, options)


def _page(result: ValidationResult, path: Path, options: Mapping[str, object]) -> None:
    from oncorules.report.findings_page import write_page

    write_page(result, path)


_KINDS: Mapping[str, Write] = {".xlsx": _workbook, ".html": _page}
