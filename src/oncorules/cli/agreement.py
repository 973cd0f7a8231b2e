"""What `reproduce` prints: verdicts by class, the figures that differ, and those that drifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from oncorules.analysis.agreement.compare import DIFFERS, VERDICTS, Agreement, Agreements
from oncorules.analysis.agreement.expect import GONE, Expected
from oncorules.analysis.published.figure import CLASSES
from oncorules.cli.output import Grid, Output, many

COLUMNS = (
    "id", "place", "printed", "decimals", "class", "computed", "distance", "verdict", "note",
)  # fmt: skip
Cells = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class Answer:
    """What `reproduce` found.

    Attributes:
        agreements: each figure with its verdict.
        tests: the figures as tests, held against the baseline.
        baseline: ids of the figures that agreed before; None where nobody kept them.
        findings: how many findings of each severity the export has; None where none was given.
    """

    agreements: Agreements
    tests: Sequence[Expected]
    baseline: set[str] | None
    findings: Mapping[str, int] | None

    @property
    def drifted(self) -> list[Expected]:
        """Return the figures that agreed in the baseline and no longer do."""
        return [one for one in self.tests if one.does == "fail" and one.id in (self.baseline or ())]

    @property
    def validated(self) -> str:
        """Return the findings in a sentence; nothing where there was no export."""
        if self.findings is None:
            return ""
        counts = ", ".join(many(count, word) for word, count in self.findings.items())
        return f"The export was validated first: {counts}"


def print_answer(answer: Answer, output: Output) -> None:
    """Print an answer in the format that was asked for."""
    published = answer.agreements.published
    if output.format == "json":
        rows = map(_row, answer.agreements)
        output.json(
            {
                "study": published.id,
                "title": published.title,
                "doi": published.doi,
                "findings": answer.findings,
                "figures": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
                "drifted": [one.id for one in answer.drifted],
            }
        )
    elif output.format == "csv":
        output.csv(COLUMNS, map(_row, answer.agreements))
    else:
        if answer.validated:
            output.line(answer.validated)
            output.line()
        _print_counts(answer.agreements, output)
        _print_differing(answer.agreements, output)
        _print_drift(answer, output)
    if answer.drifted and output.format != "table":
        output.note(f"{_said(answer)}: {', '.join(one.id for one in answer.drifted)}")


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
    counts = Counter((one.figure.kind, one.verdict) for one in agreements)
    rows = []
    for verdict in VERDICTS:
        found = [counts[kind, verdict] for kind in CLASSES]
        if any(found):
            rows.append([verdict, *(count or None for count in found), sum(found)])
    title = f"{many(len(agreements.figures), 'printed figure')} of {agreements.published.id}"
    output.grid(Grid(("verdict", *CLASSES, "all"), rows, title))


def _print_differing(agreements: Agreements, output: Output) -> None:
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


def _print_drift(answer: Answer, output: Output) -> None:
    output.line()
    if answer.baseline is None:
        output.line("There is no baseline; --keep-baseline keeps the figures that agree")
    elif answer.drifted:
        columns = ("figure", "printed", "computed", "why")
        output.grid(Grid(columns, list(map(_drift, answer.drifted)), _said(answer)))
    else:
        output.line(f"All {len(answer.baseline):,} figures of the baseline agree")


def _said(answer: Answer) -> str:
    count = len(answer.drifted)
    return f"{many(count, 'figure')} of the baseline no longer agree{'s' if count == 1 else ''}"


def _drift(one: Expected) -> tuple[str | None, ...]:
    found = one.agreement
    if found is None:
        return one.id, None, None, GONE
    return one.id, found.figure.printed.text, found.computed, f"{found.verdict}: {found.note}"
