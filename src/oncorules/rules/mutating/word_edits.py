"""Words beside the formulas: which row a look-up takes, which way a window looks, units, tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oncorules.rules.examples.formulas import Path
from oncorules.rules.loading.model import Rule, Table, Term, read_order
from oncorules.rules.mutating.edit import END, UNIT
from oncorules.rules.mutating.formula_edits import other_unit
from oncorules.rules.mutating.line_edits import PartEdit, dropped_codes

OTHER_ROWS = {
    "earlier": "later",
    "later": "earlier",
    "so far": "later",
    "the one before": "the one after",
    "the one after": "the one before",
}
OTHER_WAY = {"asc": "desc", "desc": "asc", "worst": "best", "best": "worst"}


def word_edits(item: Rule | Table) -> Iterator[PartEdit]:
    """Go through the edits of the look-ups, windows and runs of a rule or table."""
    for name, lookup in item.lookups.items():
        path: Path = ("lookups", name)
        if lookup.take != "only":
            other = "last" if lookup.take == "first" else "first"
            yield _word(END, (*path, "take"), lookup.take, other)
            yield from _orders(path, lookup.order)
    for name, window in item.windows.items():
        path = ("windows", name)
        rows = other_rows(window.rows)
        if rows is not None:
            yield _word(END, (*path, "rows"), window.rows, rows)
            yield from _orders(path, window.order)
    for name, run in item.runs.items():
        yield from _orders(("runs", name), run.order)
    if isinstance(item, Table) and item.walk is not None:
        yield from _orders(("walk",), item.walk.order)


def term_word_edits(term: Term) -> Iterator[PartEdit]:
    """Go through the edits of the units and lists of a term."""
    for label in ("test", "specimen", "category"):
        codes = getattr(term, label)
        if len(codes) > 1:
            yield from dropped_codes((label,), codes)
    if term.unit is not None:
        yield from _unit(("unit",), term.unit, term)
    for number, row in enumerate(term.limits.rows if term.limits else ()):
        yield from _unit(("limits", "rows", number, 0), str(row[0]), term)


def other_rows(rows: str) -> str | None:
    """Return the words of a window that looks the other way; None for one that sees all rows.

    >>> other_rows("earlier"), other_rows("in the next 28 days"), other_rows("all")
    ('later', 'in the last 28 days', None)
    """
    if rows.startswith("in the next "):
        return rows.replace("next", "last", 1)
    if rows.startswith("in the last "):
        return rows.replace("last", "next", 1)
    return OTHER_ROWS.get(rows)


def _orders(path: Path, orders: Sequence[str]) -> Iterator[PartEdit]:
    for number, text in enumerate(orders):
        order = read_order(text)
        way = OTHER_WAY[order.way]
        other = f"{way} {order.name}" if way in ("worst", "best") else f"{order.name} {way}"
        yield _word(END, (*path, "order", number), text, other.removesuffix(" asc"))


def _unit(path: Path, unit: str, term: Term) -> Iterator[PartEdit]:
    printed = [str(row[0]) for row in term.limits.rows] if term.limits else []
    other = other_unit(unit, term.test[0], besides=printed)
    if other is not None:
        yield _word(UNIT, path, unit, other)


def _word(kind: str, path: Path, was: str, now: str) -> PartEdit:
    return PartEdit(kind, path, now, path, was, now)
