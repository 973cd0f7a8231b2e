"""The figures of a paper beside an export as a page: what differs first, then every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from oncorules.analysis.agreement.compare import (
    DIFFERS,
    IN_PRINT,
    VERDICTS,
    Agreement,
    Agreements,
)
from oncorules.analysis.agreement.expect import Expected
from oncorules.analysis.published.figure import CLASSES
from oncorules.report.page import folded, heading, page, paragraph, table

COLUMNS = ("place", "printed", "computed", "distance", "verdict", "class", "note")
SHORT = ("place", "printed", "computed", "distance", "note")


def agreement_page(
    agreements: Agreements, tests: Sequence[Expected], remarks: Iterable[str] = ()
) -> str:
    """Return the page as HTML.

    Args:
        agreements: each figure with its verdict.
        tests: the figures as tests; those that drifted from the baseline stand on top.
        remarks: what was found and noticed in the export.
    """
    title = f"Figures of {agreements.published.id} from an export"
    return page(title, _body(agreements, tests, remarks))


def _body(
    agreements: Agreements, tests: Sequence[Expected], remarks: Iterable[str]
) -> Iterator[str]:
    published = agreements.published
    yield paragraph(f"{published.title} (doi:{published.doi})")
    yield paragraph(
        f"{len(agreements.figures):,} printed figures beside what was computed. A distance is in "
        "units of the last printed digit."
    )
    yield from map(paragraph, remarks)
    lost = [one for one in tests if one.does == "fail" and one.reason != DIFFERS]
    if lost:
        yield heading(f"No longer as in the baseline ({len(lost)})")
        yield table(
            ("figure", "printed", "computed", "why"), map(_lost, lost), numbers=(1, 2), wrong=(2,)
        )
    # What is marked is the number in doubt: of a paper that contradicts itself the printed one.
    parts = ((DIFFERS, "Differing", 2), (IN_PRINT, "Contradicting in print", 1))
    for verdict, title, doubted in parts:
        found = [one for one in agreements if one.verdict == verdict]
        yield heading(f"{title} ({len(found)})")
        if found:
            yield table(SHORT, map(_short, found), numbers=(1, 2, 3), wrong=(doubted,))
    yield heading("Verdicts")
    yield _counts(agreements)
    yield heading("Every figure")
    for part, figures in groupby(agreements, lambda one: one.figure.place.part):
        listed = list(figures)
        every = table(COLUMNS, map(_row, listed), numbers=(1, 2, 3))
        yield folded(f"{part} ({len(listed)})", every)


def _counts(agreements: Agreements) -> str:
    counts = Counter((one.verdict, one.figure.kind) for one in agreements)
    rows = [
        [verdict, *(counts[verdict, kind] or None for kind in CLASSES)]
        for verdict in VERDICTS
        if any(counts[verdict, kind] for kind in CLASSES)
    ]
    return table(("verdict", *CLASSES), rows, numbers=range(1, len(CLASSES) + 1))


def _lost(one: Expected) -> tuple[object, ...]:
    found = one.agreement
    if found is None:
        return one.id, None, None, one.reason
    return one.id, found.figure.printed.text, found.computed, f"{one.reason}; {found.note}"


def _short(one: Agreement) -> tuple[object, ...]:
    place, printed, computed, distance, _, _, note = _row(one)
    return place, printed, computed, distance, note


def _row(one: Agreement) -> tuple[object, ...]:
    figure = one.figure
    distance = None if one.distance is None else f"{one.distance:f}"
    return (
        f"{figure.place} ({figure.statistic})", figure.printed.text, one.computed, distance,
        one.verdict, figure.kind, one.note,
    )  # fmt: skip
