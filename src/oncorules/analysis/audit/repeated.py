"""The same quantity printed in two places, and group sizes across tables and text."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from oncorules.analysis.audit.checked import Checked
from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.printed import round_half_up


def check_repeated(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield whether figures that repeat others print the same."""
    for figure in published:
        for other in figure.same_as:
            yield _compare(figure, published.figures[other], wrong)
        if figure.size_of is not None:
            first = published.sizes(figure.size_of)[0]
            if first is not figure:
                yield _compare(figure, first, wrong)


def reads_like(figure: Figure, value: Decimal) -> bool:
    """Return whether a text puts a value as it does: about, more than, almost, below."""
    printed = figure.printed
    reading = figure.follows.reading if figure.follows is not None else figure.reading
    if reading == "more than":
        return value > printed.value
    if reading == "almost":
        return printed.value - 1 < value < printed.value
    if reading == "below":
        return value < printed.value
    return printed.shows(value)


def _compare(figure: Figure, other: Figure, wrong: dict[str, Checked]) -> Checked:
    mine, theirs = figure.printed, other.printed
    where = f"{other.place} prints {theirs.text}"
    if mine.below or theirs.below:
        same = (mine.below, mine.value) == (theirs.below, theirs.value)
    elif figure.reading != "exactly":
        same = reads_like(figure, theirs.value)
    else:
        decimals = min(mine.decimals, theirs.decimals)
        same = round_half_up(mine.value, decimals) == round_half_up(theirs.value, decimals)
    if not same and other.id in wrong and not wrong[other.id].agrees:
        return Checked(figure.id, True, f"{where}, which contradicts its own count", mine.text)
    return Checked(figure.id, same, where, theirs.text, exact=True)
