"""The workbook of a validation, for those who work on its findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.choices import Choices
from oncorules.report.comparison_sheets import write_comparison_sheets
from oncorules.report.coverage_tables import COVERAGE_FIELDS, coverage_rows
from oncorules.report.finding_lines import FindingLines
from oncorules.report.findings_sheet import FINDING_FIELDS, finding_rows
from oncorules.report.run_sheets import (
    CONFIGURATION_FIELDS,
    DATA_FIELDS,
    DERIVED_FIELDS,
    RULE_FIELDS,
    configuration_rows,
    data_rows,
    derived_rows,
    rule_rows,
)
from oncorules.report.run_summary import TITLE
from oncorules.report.summary_page import WIDTHS, write_summary
from oncorules.report.workbook import Field, writing_workbook
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

_COUNTS = (Field("findings", 10), *(Field(severity, 9) for severity in SEVERITIES))
SUBJECT_FIELDS = (Field("subject", 24), Field("site", 10), *_COUNTS)
SITE_FIELDS = (
    Field("site", 14),
    Field("subjects", 10),
    Field("with findings", 12),
    *_COUNTS,
)


def write_workbook(result: ValidationResult, path: Path, choices: Choices | None = None) -> None:
    """Write a run as a workbook: the same run on the same day gives the same bytes.

    Its sheets are Summary, Rules, Findings (and Findings 2, ... where there are many), Comparison
    and Changes where the run has a baseline, By subject, By site, Derived, Data, Coverage and
    Configuration.

    Args:
        result: the run.
        path: the file; it is written beside its place and takes it when it is whole.
        choices: further options of the call, which Configuration lists, and the mask of subjects.

    Raises:
        OutputError: the file cannot be written.
    """
    choices = choices or Choices()
    lines = FindingLines(result, choices.mask)
    tally = lines.tally
    with writing_workbook(path, TITLE) as book:
        summary = book.page("Summary", WIDTHS)
        rules = book.sheets("Rules", len(result.rules))
        findings = book.sheets("Findings", result.findings.count)
        findings.fill(FINDING_FIELDS, finding_rows(lines))
        rules.fill(RULE_FIELDS, rule_rows(result, lines.words, tally.subjects_of))
        if result.since is not None:
            write_comparison_sheets(book, result.since, choices.mask)
        by_subject = tally.by_subject()
        book.sheets("By subject", len(by_subject)).fill(SUBJECT_FIELDS, by_subject)
        by_site = tally.by_site(lines.sites)
        book.sheets("By site", len(by_site)).fill(SITE_FIELDS, by_site)
        derived, data = derived_rows(result.session), data_rows(result)
        book.sheets("Derived", len(derived)).fill(DERIVED_FIELDS, derived)
        book.sheets("Data", len(data)).fill(DATA_FIELDS, data)
        coverage = coverage_rows(result)
        book.sheets("Coverage", len(coverage)).fill(COVERAGE_FIELDS, coverage)
        settings = list(configuration_rows(result, choices.listed))
        book.sheets("Configuration", len(settings)).fill(CONFIGURATION_FIELDS, settings)
        write_summary(summary, result, tally, findings.names)
