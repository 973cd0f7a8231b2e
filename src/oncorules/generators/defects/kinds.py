"""What a kind of defect is, and the shapes that most kinds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from oncorules.generators.coded import Rows
from oncorules.generators.defects.sheets import Cell, Change, Sheets

Where = Callable[[Sheets], Rows]
"""Gives, for each row of the kind's table, whether it may get the defect."""
Plant = Callable[[Sheets, int], Change | None]
"""Plants the defect into a row; None when a closer look shows that the row cannot have it."""

ALL_TABLES = frozenset({"*"})
"""Of a defect in what every table of a subject is held against."""
SCANS = frozenset({"TU", "TR", "RS"})


@dataclass(frozen=True)
class Kind:
    """A kind of error that real exports have.

    Attributes:
        name: as plans and answer keys call it.
        title: what is wrong, in one line.
        table: whose rows may get it.
        where: which of them.
        plant: makes the error.
        rules: of the shipped packs, those that find it; any of them that is run must.
        also: those that may speak of what follows from it.
        reads: the tables that must hold no other defect of the subject, or this one could be
            masked.
    """

    name: str
    title: str
    table: str
    where: Where
    plant: Plant
    rules: tuple[str, ...]
    also: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        """Return the tables of the subject that no other defect may touch."""
        return self.reads or frozenset({self.table})

    def goes_with(self, other: Kind) -> bool:
        """Return whether a subject can have both defects, and each finding one cause.

        They touch other tables, and no rule speaks of both.
        """
        if ALL_TABLES & (self.touched | other.touched) or self.touched & other.touched:
            return False
        return not {*self.rules, *self.also} & {*other.rules, *other.also}


def put(table: str, name: str, to: Callable[[Any], Cell], *more: str) -> Plant:
    """Return what changes a cell; further columns of the same value get the same."""

    def plant(sheets: Sheets, row: int) -> Change:
        value = to(sheets.cell(table, row, name))
        same = [one for one in more if sheets.cell(table, row, one) is not None]
        return sheets.change(table, row, **{name: value}, **dict.fromkeys(same, value))

    return plant


def swap(table: str, first: str, second: str) -> Plant:
    """Return what exchanges two cells of a row."""

    def plant(sheets: Sheets, row: int) -> Change:
        here, there = (sheets.cell(table, row, name) for name in (first, second))
        return sheets.change(table, row, **{first: there, second: here})

    return plant


def twice(table: str, **cells: Cell) -> Plant:
    """Return what puts a row a second time, with another sequence number."""
    return lambda sheets, row: sheets.copy(table, row, **cells)


def gone(_: object) -> None:
    """Return no value."""


def known(table: str, *names: str) -> Where:
    """Return which rows have a value in all of these columns."""

    def where(sheets: Sheets) -> Rows:
        columns = [sheets.column(table, name) for name in names]
        return np.array([None not in cells for cells in zip(*columns, strict=True)], bool)

    return where


def among(table: str, name: str, *words: str) -> Where:
    """Return which rows have one of these values in a column."""
    return lambda sheets: np.isin(sheets.column(table, name), list(words))


def above(table: str, name: str, limit: float) -> Where:
    """Return which rows have a number above a limit."""
    return lambda sheets: np.array(
        [isinstance(cell, int | float) and cell > limit for cell in sheets.column(table, name)],
        bool,
    )


def both(*parts: Where) -> Where:
    """Return which rows fulfil all parts."""
    return lambda sheets: np.all([part(sheets) for part in parts], axis=0)


def later(day: str, days: int) -> str:
    """Return the day so many days later.

    >>> later("2016-02-28", 2), later("2016-03-01", -1)
    ('2016-03-01', '2016-02-29')
    """
    return (date.fromisoformat(day[:10]) + timedelta(days)).isoformat()


def subject_cell(sheets: Sheets, table: str, row: int, name: str) -> Any:
    """Return what DM says of the subject of a row; None where it says nothing."""
    rows = sheets.rows_of("DM", sheets.cell(table, row, "USUBJID"))
    return sheets.cell("DM", rows[0], name) if rows else None
