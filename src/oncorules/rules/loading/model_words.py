"""The words of `order` and of a window's `rows`, read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_ORDER = re.compile(
    r"(?:(?P<rank>worst|best) )?(?P<name>(?:--)?[A-Za-z_]\w*)"
    r"(?: (?P<way>asc|desc))?"
)
_DAYS = re.compile(r"in the (next|last) ([A-Za-z_]\w*|\d+) days?")
_ROW_WORDS = ("earlier", "so far", "later", "all", "the one before", "the one after")


@dataclass(frozen=True)
class Order:
    """One entry of `order`: a column, and which end comes first."""

    name: str
    way: Literal["asc", "desc", "worst", "best"]


@dataclass(frozen=True)
class RowsOf:
    """The rows a window sees: the word, and for a window of days their number or its name."""

    word: Literal[
        "earlier", "so far", "later", "all", "the one before", "the one after", "next", "last"
    ]
    days: str | None = None


def read_order(text: str) -> Order:
    """Return what an entry of `order` says.

    Args:
        text: `ADT`, `AVAL desc`, `worst AVAL` or `best AVAL`.

    Raises:
        ValueError: the entry has another form.

    >>> read_order("worst AVAL")
    Order(name='AVAL', way='worst')
    """
    match = _ORDER.fullmatch(text.strip())
    if match is None or (match["rank"] and match["way"]):
        raise ValueError(
            f'order "{text}" is not known; expected a column, "COLUMN desc", "worst COLUMN" or '
            '"best COLUMN"'
        )
    return Order(match["name"], match["rank"] or match["way"] or "asc")  # type: ignore[arg-type]


def read_rows(text: str) -> RowsOf:
    """Return what the `rows` of a window say.

    Raises:
        ValueError: the words are not window words.

    >>> read_rows("in the next 28 days")
    RowsOf(word='next', days='28')
    """
    if text in _ROW_WORDS:
        return RowsOf(text)  # type: ignore[arg-type]
    match = _DAYS.fullmatch(text)
    if match is None:
        words = ", ".join(f'"{word}"' for word in _ROW_WORDS)
        raise ValueError(
            f'rows "{text}" is not known; expected {words}, "in the next N days" or '
            '"in the last N days"'
        )
    return RowsOf(match[1], match[2])  # type: ignore[arg-type]
