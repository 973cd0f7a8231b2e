"""What `validate` prints: what was read, the rules, the worst findings, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.cli.output import Grid, Output

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

SHOWN_FINDINGS = 10
FINDING_FILES = ("findings.parquet", "findings.csv", "rules.json")
#: The order in which rules are shown: what needs a person first.
_STATUS_ORDER = ("broken", "not met", "not run", "not evaluable", "met", "no rows in scope")


def print_verdict(
    result: ValidationResult,
    output: Output,
    *,
    exports: Sequence[str],
    packs: Sequence[str],
    out: Path | None,
) -> None:
    """Print a validation in the format that was asked for; csv is the list of all findings."""
    for note in result.export.notes:
        output.note(f"{note.place}: {note.text}")
    if output.format == "csv":
        output.csv(result.findings.columns, result.findings.rows())
        return
    if output.format == "json":
        output.json(result.as_json())
        return
    _print_read(result, output)
    _print_rules(result, output)
    _print_findings(result, output)
    if out is not None:
        output.line(f"Written to {out}: {', '.join(FINDING_FILES)}")
    for line in _next(result, exports, packs, out):
        output.line(line)


def _print_read(result: ValidationResult, output: Output) -> None:
    tables = result.export.tables
    rows = [(table.name, table.file, table.rows, table.subjects) for table in tables]
    output.grid(Grid(("table", "file", "rows", "subjects"), rows))
    output.line(f"{_many(result.export.subjects, 'subject')} in {_many(len(tables), 'table')}")
    output.line()


def _print_rules(result: ValidationResult, output: Output) -> None:
    rules = sorted(result.rules, key=lambda rule: (_rank(rule.status), rule.rule_id))
    grid = Grid(
        ("rule", "table", "severity", "status", "met", "not met", "not evaluable", "title"),
        [
            (
                rule.rule_id,
                rule.table,
                rule.severity,
                rule.status,
                rule.met,
                rule.not_met,
                rule.not_evaluable,
                rule.reason or rule.title,
            )
            for rule in rules
        ],
    )
    output.grid(grid)
    counts = Counter(rule.status.partition(":")[0] for rule in rules)
    told = ", ".join(f"{counts[word]} {word}" for word in _STATUS_ORDER if counts[word])
    output.line(f"{_many(len(rules), 'rule')}: {told}")
    output.line()


def _print_findings(result: ValidationResult, output: Output) -> None:
    worst = result.findings.worst(SHOWN_FINDINGS)
    if not worst:
        output.line("No findings.")
        return
    rows = [
        (
            finding.severity,
            finding.rule_id,
            finding.table,
            f"{finding.file}:{finding.row}" if finding.row is not None else finding.key,
            finding.subject,
            finding.message,
        )
        for finding in worst
    ]
    output.grid(Grid(("severity", "rule", "table", "row", "subject", "message"), rows))
    shown = f", the {len(worst)} worst above" if result.findings.count > len(worst) else ""
    output.line(f"{_many(result.findings.count, 'finding')}{shown}")
    output.line()


def _next(
    result: ValidationResult, exports: Sequence[str], packs: Sequence[str], out: Path | None
) -> list[str]:
    """Return the commands that are worth running next, ready to paste."""
    named = [word for pack in packs for word in ("--pack", pack)]
    lines = []
    worst = result.findings.worst(1)
    if worst:
        words = ["oncorules", "explain", *exports, *named, "--finding", worst[0].finding_id]
        lines.append(f"Next: {shlex.join(words)}")
    if out is None and result.findings.count > SHOWN_FINDINGS:
        lines.append("All findings: the same command with --out DIR")
    return lines


def _rank(status: str) -> int:
    word = status.partition(":")[0]
    return _STATUS_ORDER.index(word) if word in _STATUS_ORDER else 0


def _many(count: int, thing: str) -> str:
    """Return a count with its noun.

    >>> _many(1, "rule"), _many(1234, "row")
    ('1 rule', '1,234 rows')
    """
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
