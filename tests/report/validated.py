"""Small runs and their workbooks, read back with a library that did not write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oncorules.report.findings_workbook import write_workbook
from oncorules.validation.run import ValidationResult

Book = dict[str, list[list[Any]]]

DM = """
USUBJID | SITEID | AGE
A       | 001    | 40
B       | 002    | 12
C       | 002    | 50
"""
LB = """
USUBJID | LBSEQ | LBTESTCD | LBSTRESN | VISIT  | VISITNUM
A       | 1     | K        | 4.0      | WEEK 1 | 1
A       | 2     | K        | -1       | WEEK 2 | 2
B       | 1     | K        | -2       | .      | 2.1
C       | 1     | K        | 5        | WEEK 1 | 1
X       | 1     | K        | -3       | .      | .
"""
ADULT = """
id: ADULT
title: Everybody is an adult
severity: warning
applies_to: {table: DM}
parameters:
  adult: {value: 18, unit: year, source: ours}
condition: AGE >= adult
message: Age {AGE}.
"""
POSITIVE = """
id: POSITIVE
title: A result is not below zero
applies_to: {table: LB}
condition: LBSTRESN >= 0
message: '{LBTESTCD} is {LBSTRESN}.'
"""
SILENT = """
id: DOSED
applies_to: {table: LB}
lookups: {dose: {from: EX, take: only}}
condition: dose.USUBJID is not null
"""


def small_run(desk: Any, **options: Any) -> ValidationResult:
    """Return a run with one warning, three errors at two sites and a rule that did not run."""
    return desk.run(desk.export(DM=DM, LB=LB), desk.pack(ADULT, POSITIVE, SILENT), **options)


def workbook(result: ValidationResult, path: Path) -> Any:
    """Return the workbook of a run as openpyxl has it."""
    import openpyxl

    write_workbook(result, path)
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[dict[str, Any]]:
    """Return the rows of a sheet by the heading in its first row."""
    header, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]
