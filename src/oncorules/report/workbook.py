"""The frame of a workbook of tables: sheets that are written row by row and never kept in memory.

No text becomes a formula, a link or a number, today or when somebody edits its cell. Nothing in the
file tells when or where it was made, so the same rows give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from oncorules.data.private import PrivateFolder
from oncorules.data.whole_file import whole_file
from oncorules.report.cell_text import cell_text

CREATED = datetime.datetime(2000, 1, 1)
"""A workbook is byte-equal when nothing changed, so it does not tell when it was made."""
MOST_ROWS = 100_000
"""Rows of one sheet; Excel opens 1,048,576, and few people like to wait for them."""
Cell = str | int | datetime.date | None
_A4 = 9
_DAY = "yyyy-mm-dd"


def sheet_names(name: str, rows: int) -> list[str]:
    """Return the names of the sheets that so many rows need.

    >>> sheet_names("Findings", 250_000)
    ['Findings', 'Findings 2', 'Findings 3']
    """
    number = max(1, -(-rows // MOST_ROWS))
    return [name, *(f"{name} {place}" for place in range(2, number + 1))]


@dataclass(frozen=True)
class Field:
    """One column of a sheet.

    Attributes:
        name: its heading.
        width: in characters.
        wrap: whether a long text goes on in the next line.
        edited: people may write here; the heading is marked, and what is typed stays a text.
        choices: the words that may be written.
        day: the column holds days.
    """

    name: str
    width: int = 12
    wrap: bool = False
    edited: bool = False
    choices: tuple[str, ...] = ()
    day: bool = False


class Book:
    """A workbook that is being written."""

    def __init__(self, book: Any) -> None:
        """Take a workbook of xlsxwriter."""
        self._book = book
        self._formats: dict[str, Any] = {}

    def sheets(self, name: str, rows: int) -> Sheets:
        """Return the sheets that so many rows need; they come after those asked for before."""
        names = sheet_names(name, rows)
        return Sheets(self, [self._book.add_worksheet(one) for one in names], rows)

    def page(self, name: str, widths: Sequence[int]) -> Page:
        """Return a sheet of several small tables; it comes after those asked for before."""
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return Page(self, sheet)

    def format(self, **properties: Any) -> Any:
        """Return a format, made once."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **properties})
        return self._formats[key]


class Sheets:
    """One table on one sheet, or on several when it is long."""

    def __init__(self, book: Book, sheets: Sequence[Any], rows: int) -> None:
        """Take the empty sheets, and how many rows there will be."""
        self._book, self._sheets, self._rows = book, sheets, rows

    @property
    def names(self) -> list[str]:
        """What the sheets are called."""
        return [sheet.get_name() for sheet in self._sheets]

    def fill(self, fields: Sequence[Field], rows: Iterable[Sequence[Cell]]) -> Self:
        """Write the rows under a frozen heading with filters; say on top what is on which sheet."""
        left = iter(rows)
        for number, sheet in enumerate(self._sheets):
            top = 0
            if len(self._sheets) > 1:
                sheet.write_string(0, 0, self._told(number), self._book.format(bold=True))
                top = 1
            written = self._fill(sheet, fields, islice(left, MOST_ROWS), top)
            self._dress(sheet, fields, top, written)
        return self

    def _told(self, number: int) -> str:
        first, last = number * MOST_ROWS + 1, min((number + 1) * MOST_ROWS, self._rows)
        others = [name for place, name in enumerate(self.names) if place != number]
        return (
            f"Rows {first:,} to {last:,} of {self._rows:,}; the others are on "
            f"{' and '.join(others) if len(others) < 3 else f'the {len(others)} sheets beside'}."
        )

    def _fill(
        self, sheet: Any, fields: Sequence[Field], rows: Iterable[Sequence[Cell]], top: int
    ) -> int:
        """Write heading and rows; return the place of the last one."""
        for place, field in enumerate(fields):
            sheet.set_column(place, place, field.width, self._of(field))
            head: dict[str, Any] = {"bold": True, "text_wrap": True, "bottom": 2}
            if field.edited:
                head["bg_color"] = "#FFF2CC"
            sheet.write_string(top, place, field.name, self._book.format(**head))
        formats = [self._of(field) for field in fields]
        texts = [
            self._of(field) if field.edited else self._of(field, quote_prefix=True)
            for field in fields
        ]
        text, number, day = sheet.write_string, sheet.write_number, sheet.write_datetime
        at = top
        for at, cells in enumerate(rows, top + 1):
            for place, cell in enumerate(cells):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    text(at, place, cell_text(cell), texts[place])
                elif isinstance(cell, int):
                    number(at, place, cell, formats[place])
                else:
                    day(at, place, cell, formats[place])
        return at

    def _of(self, field: Field, **more: Any) -> Any:
        if field.wrap:
            more["text_wrap"] = True
        if field.day:
            more |= {"num_format": _DAY, "align": "left"}
        elif field.edited:
            more["num_format"] = "@"
        return self._book.format(**more)

    def _dress(self, sheet: Any, fields: Sequence[Field], top: int, last: int) -> None:
        """Freeze and filter the heading, print it on every page, and list what may be chosen."""
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, max(last, top + 1), len(fields) - 1)
        sheet.repeat_rows(top)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        if last == top:
            return
        for place, field in enumerate(fields):
            if field.choices:
                said = f"Write {', '.join(field.choices[:-1])} or {field.choices[-1]}."
                allowed = {"validate": "list", "source": list(field.choices)}
                told = {"error_title": field.name, "error_message": said}
                sheet.data_validation(top + 1, place, last, place, allowed | told)


class Page:
    """A sheet of several small tables, one below the other."""

    def __init__(self, book: Book, sheet: Any) -> None:
        """Take the empty sheet."""
        self._book, self._sheet, self._at = book, sheet, 0
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)

    def line(self, text: str, *, bold: bool = False) -> None:
        """Write a line of text; it may run over the cells to its right."""
        self._write([text], bold=bold)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a table under its title, with an empty line above."""
        self._at += 1
        self._write([title], bold=True, font_size=12)
        self._write(columns, bold=True, bottom=1)
        for cells in rows:
            self._write(cells)

    def _write(self, cells: Sequence[Cell], **properties: Any) -> None:
        numbers = self._book.format(**properties)
        texts = self._book.format(quote_prefix=True, **properties)
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._at, place, cell_text(cell), texts)
            elif isinstance(cell, int):
                self._sheet.write_number(self._at, place, cell, numbers)
        self._at += 1


@contextmanager
def writing_workbook(path: Path, title: str) -> Iterator[Book]:
    """Yield a workbook to write; it takes the place of `path` once it is whole.

    Args:
        path: the file.
        title: what the workbook is called in its properties.

    Raises:
        OutputError: the file cannot be written; what was there before stays.
    """
    import xlsxwriter

    folder = PrivateFolder()  # the rows wait there until their sheet is whole
    try:
        with whole_file(path) as file:
            options = {
                "constant_memory": True,
                "tmpdir": str(folder.path),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            }
            book = xlsxwriter.Workbook(file, options)
            book.use_zip64()  # where a sheet is larger than 4 GB
            book.set_properties({"title": title, "created": CREATED})
            try:
                yield Book(book)
                _close(book)
            finally:
                for sheet in book.worksheets():
                    sheet.row_data_fh.close()
    finally:
        folder.close()


def _close(book: Any) -> None:
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:  # which is no OSError, but holds the one that came
        raise error.args[0] from None
