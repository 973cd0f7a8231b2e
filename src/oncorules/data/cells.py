"""The text of a single value that comes without a type of its own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal


def cell_text(cell: object) -> str:
    """Return the text of a value: numbers in their shortest exact form, dates and times in ISO.

    >>> cell_text(38.0), cell_text(0.1), cell_text(1e-7), cell_text(True), cell_text(None)
    ('38', '0.1', '0.0000001', 'true', '')
    >>> cell_text(date(2014, 1, 2)), cell_text(datetime(2014, 1, 2, 10, 30))
    ('2014-01-02', '2014-01-02T10:30:00')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):  # before numbers: True is a number to Python
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = format(Decimal(repr(cell)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        from .sas_formats import time_text

        return time_text(cell.total_seconds())
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return "" if cell is None else str(cell)
