"""`oncorules compare`: what became of the findings from one run to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison

SHOWN_FINDINGS = 10
SHOWN_RULES = 25
_SHOWN_COLUMNS = {
    "change": "change",
    "why": "why",
    "finding_id": "finding",
    "severity": "severity",
    "rule_id": "rule",
    "USUBJID": "subject",
    "message": "message",
}


def compare(
    run1: flags.RunFolderName,
    run2: flags.LaterRunFolderName,
    out: flags.Out = None,
    report: flags.ComparisonReports = None,
    format: flags.FormatFlag = "table",
    no_color: flags.NoColor = False,
) -> int:
    """Compare the findings of two runs, and say why they differ."""
    from oncorules.report.comparison_reports import (
        refuse_unknown_comparison_report,
        write_comparison_report,
    )
    from oncorules.validation.compare import compare_runs

    reports = list(dict.fromkeys(report or ()))
    for path in reports:
        refuse_unknown_comparison_report(path)
    output = Output(format, no_color=no_color)
    comparison = compare_runs(run1, run2)
    written = comparison.write(out) if out is not None else []
    for path in reports:
        write_comparison_report(comparison, path)
    if format == "csv":
        output.csv(comparison.rows.columns, comparison.rows.iter_rows())
    elif format == "json":
        output.json(comparison.as_json() | {"findings": comparison.rows.to_dicts()})
    else:
        _print(comparison, output)
        if out is not None:
            output.line(f"Written to {out}: {', '.join(path.name for path in written)}")
        for path in reports:
            output.line(f"Written to {path}")
        if out is None and not reports:
            output.line("Nothing is written; the same command with --out DIR writes all findings")
    return comparison.exit_code()


def _print(comparison: Comparison, output: Output) -> None:
    runs = [
        (run.name, run.date.isoformat(), run.findings, _packs(run.packs))
        for run in (comparison.before, comparison.after)
    ]
    output.grid(Grid(("run", "date", "findings", "packs"), runs))
    output.line()
    output.grid(Grid(("change", "why", "findings"), comparison.reasons()))
    output.line()
    changes = ("new", "reopened", "not seen", "resolved")
    rules = [one for one in comparison.rules() if any(one[change] for change in changes)]
    if rules:
        columns = ("severity", "rule_id", "table", *comparison.counts())
        rows = [[one[name] for name in columns] for one in rules[:SHOWN_RULES]]
        output.grid(Grid(("severity", "rule", *columns[2:]), rows))
        if len(rules) > SHOWN_RULES:
            more = many(len(rules) - SHOWN_RULES, "more rule")
            output.line(f"and {more}; --format json lists all")
        output.line()
    worst = comparison.worst(SHOWN_FINDINGS)
    if worst:
        cells = [[one[name] for name in _SHOWN_COLUMNS] for one in worst]
        output.grid(Grid(list(_SHOWN_COLUMNS.values()), cells))
    counts = comparison.counts()
    failing = counts["new"] + counts["reopened"]
    shown = f", {len(worst)} of the worst above" if failing > len(worst) else ""
    output.line(f"{many(failing, 'finding')} new or reopened{shown}")
    output.line()


def _packs(packs: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packs.items())
