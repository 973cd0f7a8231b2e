"""Answers that were worked out by hand, drawn as text."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

COURSES = {"I": "I-PRRT", "R": "R-PRRT", "RR": "RR-PRRT"}


def lines(text: str) -> list[list[str | None]]:
    """Return the cells of each line between bars; `.` is a missing value, `#` begins a remark."""
    found: list[list[str | None]] = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.partition("#")[0].split("|")]
        found.append([None if cell == "." else COURSES.get(cell, cell) for cell in cells])
    return found


def months(first: str, last: str) -> float:
    """Return the months between two days, of 30.4375 days each, to four decimals."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    exact = Decimal(days) / Decimal("30.4375")
    return float(exact.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def shown(value: object) -> str | None:
    """Return a derived value as it is drawn: whole numbers without decimals, days as texts."""
    if value is None:
        return None
    text = str(value)
    return text.removesuffix(".0")
