"""The audit of a paper as a page: what contradicts first, then every figure by its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from oncorules.analysis.audit.audit import VERDICTS, Audit, Audited
from oncorules.analysis.published.figure import CLASSES
from oncorules.report.page import folded, heading, page, paragraph, table

COLUMNS = ("place", "printed", "computed", "verdict", "class", "note")


def audit_page(audit: Audit) -> str:
    """Return the page of an audit as HTML."""
    return page(f"Audit of {audit.published.id}", _body(audit))


def _body(audit: Audit) -> Iterator[str]:
    published = audit.published
    yield paragraph(f"{published.title} (doi:{published.doi})")
    yield paragraph(
        f"{len(audit.figures):,} printed figures. What follows from other printed figures was "
        "computed again; no patient data was read."
    )
    counts = audit.counts()
    verdicts = [one for one in VERDICTS if any(counts.get((kind, one)) for kind in CLASSES)]
    rows = [
        [verdict, *(counts.get((kind, verdict), 0) or None for kind in CLASSES)]
        for verdict in verdicts
    ]
    yield heading("Verdicts")
    yield table(("verdict", *CLASSES), rows, numbers=range(1, len(CLASSES) + 1))
    yield heading(f"Contradictions ({len(audit.contradictions)})")
    yield table(
        ("place", "printed", "computed", "note"),
        [
            (_place(one), one.figure.printed.text, one.computed, one.note)
            for one in audit.contradictions
        ],
        numbers=(1, 2),
        wrong=(1,),
    )
    yield heading("Every figure")
    for part, figures in groupby(audit, lambda one: one.figure.place.part):
        listed = list(figures)
        every = table(COLUMNS, map(_row, listed), numbers=(1, 2))
        yield folded(f"{part} ({len(listed)})", every)


def _row(one: Audited) -> tuple[object, ...]:
    figure = one.figure
    return (
        _place(one), figure.printed.text, one.computed, one.verdict, figure.kind, one.note,
    )  # fmt: skip


def _place(one: Audited) -> str:
    return f"{one.figure.place} ({one.figure.statistic})"
