"""What `validate` prints: what was read, the rules, the worst findings, and what to do next."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.cli.output import Grid, Output, many
from oncorules.validation.known import STATES
from oncorules.validation.standing import STANDING_COLUMNS

if TYPE_CHECKING:
    from oncorules.report.choices import Choices
    from oncorules.report.queries.query import Queries
    from oncorules.validation.findings import Finding
    from oncorules.validation.run import ValidationResult
    from oncorules.validation.status import RuleStatus

SHOWN_FINDINGS = 10
SHOWN_RULES = 25
#: The order in which rules are shown: what needs a person first.
_STATUS_ORDER = ("broken", "not met", "not run", "not evaluable", "met", "no rows in scope")
_SEVERITIES = ("error", "warning", "notice")


def print_verdict(
    result: ValidationResult,
    output: Output,
    *,
    command: Sequence[str],
    out: Path | None,
    written: Sequence[Path] = (),
    reports: Sequence[Path] = (),
) -> None:
    """Print a validation in the format that was asked for; csv is the list of all findings.

    Args:
        result: the validation.
        output: where to print.
        command: the words of `explain` that lead to the same rules, without what to explain.
        out: the folder that was written into.
        written: the files that were written.
        reports: the reports that were written.
    """
    for note in result.export.notes:
        output.note(f"{note.place}: {note.text}")
    for text in result.standing.notes:
        output.note(text)
    if output.format == "csv":
        columns = (*result.findings.columns, *STANDING_COLUMNS)
        told = map(result.standing.as_json, result.findings.rows())
        output.csv(columns, map(_csv_row, told))
        return
    if output.format == "json":
        output.json(result.as_json())
        return
    _print_read(result, output)
    _print_rules(result, output)
    _print_findings(result, output)
    if out is not None:
        output.line(f"Written to {out}: {', '.join(path.name for path in written)}")
    for path in reports:
        output.line(f"Written to {path}")
    if out is None and not reports:
        output.line("Nothing is written; the same command with --out DIR writes all findings")
    worst = result.findings.worst(1)
    if worst:
        output.line(f"Next: {shlex.join([*command, '--finding', worst[0].finding_id])}")


def print_annotations(
    result: ValidationResult, exports: Sequence[str], choices: Choices, output: Output
) -> None:
    """Print the findings as annotations of a workflow.

    Args:
        result: the validation.
        exports: what was validated; files are named below it when it is a folder.
        choices: whether subjects are masked.
        output: where to print.
    """
    from oncorules.report.ci.annotations import annotation_lines

    folder = Path(exports[0]).as_posix() if len(exports) == 1 and Path(exports[0]).is_dir() else ""
    for line in annotation_lines(result, folder, choices):
        output.line(line)
    if not result.findings.count:
        output.line("No findings.")


def print_queries(queries: Queries, folder: Path | None, output: Output) -> None:
    """Say how many questions there are, and what is not asked."""
    sites = len({one.site for one in queries.asked})
    told = f"{many(len(queries.asked), 'question')} to {many(sites, 'site')} in {folder}"
    if queries.settled:
        told += f"; {queries.settled:,} sent, answered or accepted before"
    if queries.nobody:
        told += f"; {queries.nobody:,} without a subject, which no site can answer"
    output.note(told)


def _csv_row(finding: dict[str, object]) -> list[object]:
    data = finding.values()
    return [json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else one for one in data]


def _print_read(result: ValidationResult, output: Output) -> None:
    tables = result.export.tables
    rows = [(one.name, ", ".join(one.files), one.rows, one.subjects) for one in tables]
    output.grid(Grid(("table", "file", "rows", "subjects"), rows))
    rows_read = many(sum(table.rows for table in tables), "row")
    subjects = result.export.subjects
    said = f" of {many(subjects, 'subject')}" if subjects is not None else ""
    output.line(f"{rows_read}{said} in {many(len(tables), 'table')}")
    output.line()


def _print_rules(result: ValidationResult, output: Output) -> None:
    """Print how many rules have each status, then those that a person must look at."""
    counts: Counter[tuple[str, str]] = Counter(
        (rule.status, rule.severity) for rule in result.rules
    )
    rows = [
        (status, sum(numbers), *numbers)
        for status in _STATUS_ORDER
        if any(numbers := [counts[status, severity] for severity in _SEVERITIES])
    ]
    output.grid(Grid(("status", "rules", *_SEVERITIES), rows))
    output.line(f"{many(len(result.rules), 'rule')}; a rule on two tables counts twice")
    output.line()
    broken = sorted((rule for rule in result.rules if rule.not_met), key=_urgency)
    if broken:
        columns = ("severity", "rule", "table", "findings", "title")
        output.grid(Grid(columns, [_broken_row(rule) for rule in broken[:SHOWN_RULES]]))
        if len(broken) > SHOWN_RULES:
            more = many(len(broken) - SHOWN_RULES, "more rule")
            output.line(f"and {more}; --format json lists all")
        output.line()
    silent = [rule for rule in result.rules if rule.status in ("not run", "broken")]
    if silent:
        columns = ("severity", "rule", "table", "status", "reason")
        rows = [
            (rule.severity, rule.rule_id, rule.table, rule.status, rule.reason)
            for rule in sorted(silent, key=_urgency)
        ]
        output.grid(Grid(columns, rows))
        output.line()


def _broken_row(rule: RuleStatus) -> tuple[object, ...]:
    return rule.severity, rule.rule_id, rule.table, rule.not_met, rule.title


def _urgency(rule: RuleStatus) -> tuple[int, int, str]:
    return _SEVERITIES.index(rule.severity), -rule.not_met, rule.rule_id


def _print_findings(result: ValidationResult, output: Output) -> None:
    worst = result.findings.worst(SHOWN_FINDINGS)
    if not worst:
        output.line("No findings.")
        output.line()
        return
    rows: list[tuple[object, ...]] = [
        (one.finding_id, one.severity, one.rule_id, " ".join(_place(one)), one.subject, one.message)
        for one in worst
    ]
    columns: tuple[str, ...] = ("finding", "severity", "rule", "row", "subject", "message")
    standing, count = result.standing, result.findings.count
    if standing.known:
        columns = (*columns[:2], "state", *columns[2:])
        states = [standing.of(one.finding_id).state for one in worst]
        rows = [(*row[:2], state, *row[2:]) for row, state in zip(rows, states, strict=True)]
    output.grid(Grid(columns, rows))
    shown = f", {len(worst)} of the worst above" if count > len(worst) else ""
    output.line(f"{many(count, 'finding')}{shown}")
    if standing.known:
        counted = standing.by_state(count)
        output.line(", ".join(f"{counted[one]:,} {one}" for one in STATES if one in counted))
    output.line()


def _place(finding: Finding) -> Iterator[str]:
    """Go through the words that say where a finding is: the file and row, or table and key."""
    yield finding.place
    if finding.row is None or finding.file is None:
        yield from (value for name, value in finding.key.items() if value and name != "USUBJID")
