"""The workbook of a validation, for those who work on its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.choices import Choices
from oncorules.report.findings_sheet import FINDING_FIELDS, Tally, finding_rows
from oncorules.report.rule_words import words_of
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
from oncorules.report.summary_page import WIDTHS, write_summary
from oncorules.report.workbook import Cell, Field, writing_workbook
from oncorules.validation.status import SEVERITIES
from oncorules.validation.whereabouts import sites_of

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
NO_SUBJECT, NO_SITE = "(no subject)", "(not known)"


def write_workbook(result: ValidationResult, path: Path, choices: Choices | None = None) -> None:
    """Write a run as a workbook: the same run on the same day gives the same bytes.

    Its sheets are Summary, Rules, Findings (and Findings 2, ... where there are many), By subject,
    By site, Derived, Data and Configuration.

    Args:
        result: the run.
        path: the file; it is written beside its place and takes it when it is whole.
        choices: further options of the call, which Configuration lists, and the mask of subjects.

    Raises:
        OutputError: the file cannot be written.
    """
    choices = choices or Choices()
    sites, tally, words = sites_of(result.session), Tally(), words_of(result)
    with writing_workbook(path, "Validation of an export") as book:
        summary = book.page("Summary", WIDTHS)
        rules = book.sheets("Rules", len(result.rules))
        findings = book.sheets("Findings", result.findings.count)
        findings.fill(FINDING_FIELDS, finding_rows(result, words, sites, tally, choices.mask))
        rules.fill(RULE_FIELDS, rule_rows(result, words, tally.subjects_of))
        by_subject = _by_subject(tally)
        book.sheets("By subject", len(by_subject)).fill(SUBJECT_FIELDS, by_subject)
        by_site = _by_site(tally, sites)
        book.sheets("By site", len(by_site)).fill(SITE_FIELDS, by_site)
        derived, data = derived_rows(result.session), data_rows(result)
        book.sheets("Derived", len(derived)).fill(DERIVED_FIELDS, derived)
        book.sheets("Data", len(data)).fill(DATA_FIELDS, data)
        settings = list(configuration_rows(result, choices.listed))
        book.sheets("Configuration", len(settings)).fill(CONFIGURATION_FIELDS, settings)
        write_summary(summary, result, tally, findings.names)


def _by_subject(tally: Tally) -> list[list[Cell]]:
    """Return the subjects with findings, those of one site together."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for (site, subject, severity), number in tally.found.items():
        counts.setdefault((site, subject), Counter())[severity] += number
    return [
        [subject or NO_SUBJECT, site, *_numbers(counts[site, subject])]
        for site, subject in sorted(counts)
    ]


def _by_site(tally: Tally, sites: Mapping[str, str]) -> list[list[Cell]]:
    """Return the sites of the export, those without findings too."""
    subjects = Counter(sites.values())
    counts: dict[str, Counter[str]] = {site: Counter() for site in subjects}
    found: dict[str, set[str]] = {}
    for (site, subject, severity), number in tally.found.items():
        counts.setdefault(site, Counter())[severity] += number
        found.setdefault(site, set()).update([subject] if subject else [])
    return [
        [
            site or NO_SITE,
            subjects[site] if site else None,
            len(found.get(site, ())),
            *_numbers(counts[site]),
        ]
        for site in sorted(counts)
    ]


def _numbers(counts: Counter[str]) -> list[int]:
    return [counts.total(), *(counts[severity] for severity in SEVERITIES)]
