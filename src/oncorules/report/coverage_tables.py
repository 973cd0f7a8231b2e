"""What the content rules of a run looked at, as a sheet of its workbook and a part of its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from oncorules.report.findings_summary import drawn
from oncorules.report.page import folded, heading
from oncorules.report.run_summary import SmallTable
from oncorules.report.workbook import Cell, Field
from oncorules.validation.coverage.coverage import Coverage, coverage_of

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

COVERAGE_FIELDS = (
    Field("part", 10),
    Field("table", 14),
    Field("name", 28),
    Field("state", 22),
    Field("rows", 10),
    Field("rules", 9),
    Field("said", 60, wrap=True),
)


def coverage_rows(result: ValidationResult) -> list[list[Cell]]:
    """Return the tables, variables and rules of a run as rows of `COVERAGE_FIELDS`."""
    lines = coverage_of(result.session, result.rules).lines()
    return [[*cells, said] for *cells, _, said in lines]


def coverage_section(result: ValidationResult) -> Iterator[str]:
    """Go through the HTML of the same, folded, its numbers in the words that stay visible."""
    coverage = coverage_of(result.session, result.rules)
    body = "".join(
        f"<section>{heading(one.title)}\n{drawn(one)}</section>" for one in _of(coverage)
    )
    yield folded(f"Coverage by content rules: {_counted(coverage)}", body)


def _counted(coverage: Coverage) -> str:
    tables = Counter(one.state for one in coverage.tables)
    variables = Counter(one.state for one in coverage.variables)
    wanted = variables["missing"] + variables["required and missing"]
    said = ", ".join(f"{number:,} {state}" for state, number in tables.items())
    silent = len(coverage.rules)
    return f"tables {said}; variables missing {wanted:,}; rules without an answer {silent:,}"


def _of(coverage: Coverage) -> Iterator[SmallTable]:
    """Go through what there is to tell, one table for each question."""
    yield SmallTable(
        "Tables that rules read or the export has",
        ("table", "state", "rows", "rules on it", "rules that read it", "without an answer"),
        [
            [one.table, one.state, one.rows, one.checked_by, one.read_by, one.silent]
            for one in coverage.tables
        ],
    )
    wanted = [one for one in coverage.variables if one.state != "not read"]
    if wanted:
        yield SmallTable(
            "Variables that are wanted and missing",
            ("table", "variable", "state", "rules that read it"),
            [[one.table, one.variable, one.state, ", ".join(one.rules)] for one in wanted],
        )
    unread: dict[str, list[str]] = {}
    for one in coverage.variables:
        if one.state == "not read":
            unread.setdefault(one.table, []).append(one.variable)
    if unread:
        yield SmallTable(
            "Variables that no content rule reads",
            ("table", "variables"),
            [[table, ", ".join(names)] for table, names in unread.items()],
        )
    if coverage.rules:
        yield SmallTable(
            "Rules without an answer, which are no passes",
            ("rule", "table", "state", "reason"),
            [[one.rule_id, one.table, one.state, one.reason] for one in coverage.rules],
        )
