"""The page of a validation: a summary, and findings to search, filter and have explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.choices import Choices
from oncorules.report.comparison_page import since_section
from oncorules.report.coverage_tables import coverage_section
from oncorules.report.data_page import write_data_page
from oncorules.report.findings_controls import controls
from oncorules.report.findings_data import FindingsData
from oncorules.report.findings_summary import summary
from oncorules.report.run_summary import TITLE

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult


def write_page(result: ValidationResult, path: Path, choices: Choices | None = None) -> None:
    """Write a run as a page: the same run on the same day gives the same bytes.

    Args:
        result: the run.
        path: the file; it is written beside its place and takes it when it is whole.
        choices: whether subjects are masked.

    Raises:
        OutputError: the file cannot be written.
    """
    data = FindingsData(result, choices.mask if choices is not None else None)

    def body() -> Iterator[str]:
        yield from summary(result, data.lines)
        if result.since is not None:
            yield from since_section(result.since)
        yield from coverage_section(result)
        yield from controls(data.offered)

    write_data_page(path, TITLE, data.blocks(), data.index, body)
