"""`oncorules audit`: does a paper agree with itself?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many

if TYPE_CHECKING:
    from oncorules.analysis.audit.audit import Audit, Audited

COLUMNS = ("id", "place", "printed", "decimals", "class", "computed", "verdict", "note")
FILE = "audit.html"


def audit(
    study: flags.StudyName,
    out: flags.Out = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Recompute what a paper prints from its other numbers.

    No patient data is needed.
    """
    from oncorules.analysis.audit.audit import audit as run

    output = Output(format, quiet=quiet, no_color=no_color)
    result = run(study)
    if out is not None:
        _write(result, out)
    rows = [_row(one) for one in result]
    if output.format == "json":
        published = result.published
        output.json(
            {
                "study": published.id,
                "title": published.title,
                "doi": published.doi,
                "figures": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
            }
        )
    elif output.format == "csv":
        output.csv(COLUMNS, rows)
    else:
        _print(output, result)
        output.line()
        if out is not None:
            output.line(f"Written to {out}: {FILE}")
        else:
            output.line(
                "Nothing is written; --out DIR writes a page with every figure, --format json "
                "prints them"
            )
    return 0


def _row(one: Audited) -> tuple[str | int | None, ...]:
    figure = one.figure
    return (
        figure.id, str(figure.place), figure.printed.text, figure.printed.decimals, figure.kind,
        one.computed, one.verdict, one.note,
    )  # fmt: skip


def _print(output: Output, result: Audit) -> None:
    from oncorules.analysis.audit.audit import VERDICTS
    from oncorules.analysis.published.figure import CLASSES

    counts = result.counts()
    rows = []
    for verdict in VERDICTS:
        found = [counts.get((kind, verdict), 0) for kind in CLASSES]
        if any(found):
            rows.append([verdict, *(count or None for count in found), sum(found)])
    title = f"{many(len(result.figures), 'printed figure')} of {result.published.id}"
    output.grid(Grid(("verdict", *CLASSES, "all"), rows, title))
    wrong = result.contradictions
    if wrong:
        output.line()
        listed = [(one.figure.id, one.figure.printed.text, one.computed, one.note) for one in wrong]
        title = many(len(wrong), "contradiction")
        output.grid(Grid(("figure", "printed", "computed", "why"), listed, title))


def _write(result: Audit, folder: Path) -> None:
    from oncorules.data.whole_file import write_whole_files
    from oncorules.report.audit_page import audit_page

    write_whole_files(folder, {FILE: audit_page(result).encode()})
