"""`oncorules validate --each`: several exports, each a run of its own, and one table of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oncorules.cli.escape import visible
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.report.each.job import Outcome
    from oncorules.report.each.run import EachResult

_STATUSES = ("not met", "not run", "broken")


def validate_each(exports: Sequence[str], output: Output, **asked: Any) -> int:
    """Validate each export, print the table, and return the worst exit code.

    Args:
        exports: the exports.
        output: where to print.
        asked: all other arguments of `oncorules.report.each.run.validate_each`.
    """
    from oncorules.report.each.run import validate_each as run

    if output.format == "github":
        raise CallError(
            "--format github tells of one export; with --each write --report findings.sarif"
        )
    with showing_progress(output) as progress:
        result = run(exports, **asked, progress=progress)
    _print_notes(result, output)
    if output.format == "json":
        output.json(result.as_json())
    else:
        output.answer(_grid(result))
    _print_problems(result)
    if output.format == "table":
        _print_end(result, output, asked)
    return result.exit_code


def _grid(result: EachResult) -> Grid:
    """Return one row for each export; what is known of findings only where it is known."""
    states = [state for one in result.outcomes for state in one.states]
    known = [state for state in ("new", "reopened") if state in states]
    read = ("export", "tables", "rows", "subjects", *_STATUSES)
    columns = (*read, "errors", "warnings", "notices", *known, "exit code", "seconds")
    return Grid(columns, [_row(one, known) for one in result.outcomes])


def _row(one: Outcome, known: Sequence[str]) -> tuple[object, ...]:
    if not one.ran:
        empty = [None] * (9 + len(known))
        return (one.name, *empty, one.exit_code, one.seconds)
    return (
        one.name,
        one.tables,
        one.rows,
        one.subjects,
        *(one.rules.get(status, 0) for status in _STATUSES),
        *(one.findings[severity] for severity in ("error", "warning", "notice")),
        *(one.states.get(state, 0) for state in known),
        one.exit_code,
        one.seconds,
    )


def _print_notes(result: EachResult, output: Output) -> None:
    for text in result.notes:
        output.note(text)
    for one in result.outcomes:
        for text in one.notes:
            output.note(f"{one.name}: {text}")


def _print_problems(result: EachResult) -> None:
    """Say what stopped an export, whatever is to be quiet."""
    sys.stdout.flush()
    for one in result.outcomes:
        for problem in one.problems:
            for line in problem.splitlines():
                print(f"oncorules: {one.name}: {visible(line)}", file=sys.stderr)


def _print_end(result: EachResult, output: Output, asked: dict[str, Any]) -> None:
    whole = [one for one in result.outcomes if one.ran]
    told = many(sum(sum(one.findings.values()) for one in whole), "finding")
    told += f" in {many(len(whole), 'export')}"
    if len(whole) < len(result.outcomes):
        told += f"; {many(len(result.outcomes) - len(whole), 'export')} could not be validated"
    output.line(told)
    if asked["out"] is None:
        output.line("Nothing is written; the same command with --out DIR writes all findings")
    else:
        output.line(f"Written to {asked['out']}: a folder for each export, and each.json")
