"""Ranges, quartiles and intervals in order; intervals centred on their median; pooled medians."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from oncorules.analysis.audit.checked import Checked
from oncorules.analysis.published.figure import Published

MOSTLY = Decimal("0.9")
"""Of a paper's intervals so many must be centred before one that is not contradicts them."""


def check_orders(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield limits that lie on the wrong side of their median."""
    triples = [*published.ordered, *((low, m, high) for m, low, high in published.intervals)]
    for triple in triples:
        low, middle, high = (published.figures[id].printed for id in triple)
        if low.value <= middle.value <= high.value:
            continue
        note = f"{low.text}, {middle.text}, {high.text} are not in order"
        for id in triple:
            yield Checked(id, False, note)


def check_centres(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield intervals that are not centred on their median, in a paper whose intervals are.

    A limit is a median and a multiple of its standard error, each rounded once: twice the median
    and the sum of the limits may then differ by two units of the last digit.
    """
    seen: dict[tuple[str, str, str], Decimal] = {}
    for triple in published.intervals:
        median, low, high = (published.figures[id].printed for id in triple)
        seen[triple] = abs(low.value + high.value - 2 * median.value) / (2 * median.unit)
    off = {triple for triple, distance in seen.items() if distance > 1}
    if not seen or Decimal(len(seen) - len(off)) / len(seen) < MOSTLY:
        return
    for triple in sorted(off):
        median, low, high = (published.figures[id].printed for id in triple)
        centre = (low.value + high.value) / 2
        whole = (
            f"{median.text} ({low.text} to {high.text}) is not centred, as the other "
            f"{len(seen) - len(off)} intervals are: "
        )
        shoulds = (centre, 2 * median.value - high.value, 2 * median.value - low.value)
        for id, should in zip(triple, shoulds, strict=True):
            name = {triple[0]: "median", triple[1]: "lower limit"}.get(id, "upper limit")
            yield Checked(id, False, f"{whole}the {name} would be {should}", str(should))


def check_pooled(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield medians of a whole that lie outside the medians of its parts."""
    for whole, parts in published.pooled:
        medians = [published.figures[part].printed.value for part in parts]
        figure = published.figures[whole]
        if not min(medians) <= figure.printed.value <= max(medians):
            note = f"the medians of the parts go from {min(medians)} to {max(medians)}"
            yield Checked(whole, False, note)
