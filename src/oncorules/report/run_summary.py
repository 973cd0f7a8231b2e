"""What a report tells first: what was read, what the rules say of it, and what did not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncorules import __version__
from oncorules.report.tally import Tally
from oncorules.report.workbook import Cell
from oncorules.validation.known import STATES
from oncorules.validation.status import SEVERITIES, STATUSES

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

TITLE = "Validation of an export"
_SILENT = ("broken", "not run")


@dataclass(frozen=True)
class SmallTable:
    """A small table under its title; without columns, the title says all."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def origin(result: ValidationResult) -> list[str]:
    """Return what to know of the rows before anything else, such as that they are synthetic."""
    return [note.text for note in result.export.notes if note.text.startswith("Synthetic")]


def run_line(result: ValidationResult) -> str:
    """Return the day of the run, the program and the packs."""
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in result.session.packs)
    return f"{result.asked.date.isoformat()}, oncorules {__version__}, {packs}"


def summary_tables(result: ValidationResult, tally: Tally) -> Iterator[SmallTable]:
    """Go through the small tables of a run, in the order in which they are shown.

    Args:
        result: the run.
        tally: what was counted while the findings went by.
    """
    yield SmallTable(
        "What was read",
        ("table", "rows", "subjects", "files"),
        [[one.name, one.rows, one.subjects, ", ".join(one.files)] for one in result.export.tables],
    )
    counts = Counter((rule.status, rule.severity) for rule in result.rules)
    yield SmallTable(
        "Rules; one on two tables counts twice",
        ("status", "rules", *SEVERITIES),
        [
            [status, sum(numbers), *numbers]
            for status in STATUSES
            if any(numbers := [counts[status, severity] for severity in SEVERITIES])
        ],
    )
    states = [state for state in STATES if any(one == state for _, one in tally.states)]
    yield SmallTable(
        "Findings",
        ("severity", "findings", *states),
        [
            [severity, sum(numbers), *numbers]
            for severity in SEVERITIES
            if any(numbers := [tally.states[severity, state] for state in states])
        ],
    )
    silent = [rule for rule in result.rules if rule.status in _SILENT]
    yield SmallTable(
        "Rules that did not run" if silent else "Rules that did not run: none",
        ("rule", "table", "severity", "status", "reason") if silent else (),
        [[one.rule_id, one.table, one.severity, one.status, one.reason] for one in silent],
    )
    notes: list[list[Cell]] = [[one.place, one.text] for one in result.export.notes]
    notes += [["", text] for text in result.standing.notes]
    if notes:
        yield SmallTable("Notes", ("place", "note"), notes)
