"""What `reproduce` prints: verdicts by class, the figures that differ, and those that drifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from oncorules.cli.output import Grid, Output, many

if TYPE_CHECKING:
    from oncorules.analysis.agreement.compare import Agreement, Agreements

COLUMNS = (
    "id", "place", "printed", "decimals", "class", "computed", "distance", "verdict", "note",
)  # fmt: skip
Cells = tuple[str | int | float | None, ...]


def print_agreements(agreements: Agreements, output: Output, baseline: set[str] | None) -> bool:
    """Print an answer in the format that was asked for; return whether a figure drifted.

    Args:
        agreements: each figure with its verdict.
        output: where to print.
        baseline: ids of the figures that agreed before; None where nobody kept them.
    """
    from oncorules.analysis.agreement.baseline import drifted

    gone = drifted(agreements, baseline or set())
    published = agreements.published
    if output.format == "json":
        figures = [dict(zip(COLUMNS, _row(one), strict=True)) for one in agreements]
        output.json(
            {
                "study": published.id,
                "title": published.title,
                "doi": published.doi,
                "figures": figures,
                "drifted": gone,
            }
        )
    elif output.format == "csv":
        output.csv(COLUMNS, map(_row, agreements))
    else:
        _print_counts(agreements, output)
        _print_differing(agreements, output)
        _print_drift(agreements, gone, output, baseline)
    if gone and output.format != "table":
        output.note(f"{_said(gone)}: {', '.join(gone)}")
    return bool(gone)


def _row(one: Agreement) -> Cells:
    figure = one.figure
    return (
        figure.id, str(figure.place), figure.printed.text, figure.printed.decimals, figure.kind,
        one.computed, _number(one.distance), one.verdict, one.note,
    )  # fmt: skip


def _number(distance: Decimal | None) -> int | float | None:
    """Return a distance as JSON has it: whole, unless a unit was split."""
    if distance is None:
        return None
    return int(distance) if distance == int(distance) else float(distance)


def _print_counts(agreements: Agreements, output: Output) -> None:
    from oncorules.analysis.agreement.compare import VERDICTS
    from oncorules.analysis.published.figure import CLASSES

    counts = Counter((one.figure.kind, one.verdict) for one in agreements)
    rows = []
    for verdict in VERDICTS:
        found = [counts[kind, verdict] for kind in CLASSES]
        if any(found):
            rows.append([verdict, *(count or None for count in found), sum(found)])
    title = f"{many(len(agreements.figures), 'printed figure')} of {agreements.published.id}"
    output.grid(Grid(("verdict", *CLASSES, "all"), rows, title))


def _print_differing(agreements: Agreements, output: Output) -> None:
    from oncorules.analysis.agreement.compare import DIFFERS

    differing = [one for one in agreements if one.verdict == DIFFERS]
    if differing:
        rows = [
            (one.figure.id, one.figure.printed.text, one.computed, _number(one.distance), one.note)
            for one in differing
        ]
        verb = "differs" if len(rows) == 1 else "differ"
        title = f"{many(len(rows), 'figure')} {verb}; distance in units of the last printed digit"
        output.line()
        output.grid(Grid(("figure", "printed", "computed", "distance", "why"), rows, title))


def _print_drift(
    agreements: Agreements, gone: Sequence[str], output: Output, baseline: set[str] | None
) -> None:
    output.line()
    if baseline is None:
        output.line("There is no baseline; --keep-baseline keeps the figures that agree")
        return
    if not gone:
        output.line(f"All {len(baseline):,} figures of the baseline agree")
        return
    found = {one.figure.id: one for one in agreements}
    rows = [_drift(id, found.get(id)) for id in gone]
    output.grid(Grid(("figure", "printed", "computed", "why"), rows, _said(gone)))


def _said(gone: Sequence[str]) -> str:
    verb = "agrees" if len(gone) == 1 else "agree"
    return f"{many(len(gone), 'figure')} of the baseline no longer {verb}"


def _drift(id: str, one: Agreement | None) -> tuple[str | None, ...]:
    if one is None:
        return id, None, None, "the study has no figure of this id any more"
    return id, one.figure.printed.text, one.computed, f"{one.verdict}: {one.note}"
