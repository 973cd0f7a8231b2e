"""The reports of a validation: the ending of a file's name says what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.choices import Choices
from oncorules.report.endings import refuse_unknown_ending

if TYPE_CHECKING:
    from oncorules.report.masked import Masking
    from oncorules.validation.run import ValidationResult

Write = Callable[["ValidationResult", Path, Choices], None]


def write_report(result: ValidationResult, path: Path, choices: Choices) -> None:
    """Write a run as the kind of file that its name asks for.

    Args:
        result: the run.
        path: the file; it is written beside its place and takes it when it is whole.
        choices: what was chosen for the reports of this run.

    Raises:
        CallError: the name ends in nothing that is known.
        OutputError: the file cannot be written.
    """
    refuse_unknown_report(path)
    _KINDS[path.suffix.lower()](result, path, choices)


def write_reports(
    result: ValidationResult, paths: Iterable[Path], choices: Choices, masking: Masking
) -> None:
    """Write several reports of a run, each with the subjects masked that it may not name.

    Args:
        result: the run.
        paths: the files; see `write_report`.
        choices: what was chosen for the reports of this run, but for the mask.
        masking: gives the mask.

    Raises:
        CallError, OutputError: as `write_report`.
    """
    for path in paths:
        mask = masking.of(path.suffix.lower() in _FOR_SERVERS)
        write_report(result, path, replace(choices, mask=mask))


def refuse_unknown_report(path: Path) -> None:
    """Raise CallError when the ending of a name does not say what to write."""
    refuse_unknown_ending(path, _KINDS)


def _workbook(result: ValidationResult, path: Path, choices: Choices) -> None:
    from oncorules.report.findings_workbook import write_workbook

    write_workbook(result, path, choices)


def _page(result: ValidationResult, path: Path, choices: Choices) -> None:
    from oncorules.report.findings_page import write_page

    write_page(result, path, choices)


def _junit(result: ValidationResult, path: Path, choices: Choices) -> None:
    from oncorules.report.ci.run_cases import write_junit

    write_junit(result, path, choices)


def _sarif(result: ValidationResult, path: Path, choices: Choices) -> None:
    from oncorules.report.ci.sarif import write_sarif

    write_sarif(result, path, choices)


def _json(result: ValidationResult, path: Path, choices: Choices) -> None:
    from oncorules.report.ci.run_json import write_json

    write_json(result, path, choices)


#: What is for a server is read by those who may not know who is in the trial.
_FOR_SERVERS: Mapping[str, Write] = {".xml": _junit, ".sarif": _sarif, ".json": _json}
_FOR_PEOPLE: Mapping[str, Write] = {".xlsx": _workbook, ".html": _page}
_KINDS = {**_FOR_PEOPLE, **_FOR_SERVERS}
