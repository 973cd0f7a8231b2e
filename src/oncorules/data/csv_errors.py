"""Why a CSV file cannot be read: the first line that is at fault, found with Python's reader."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataError
from .sources import CsvFile

# Longer than any line that the engine takes; keeps an open quote from swallowing a whole file.
_LONGEST = 4 << 20
_REASONS = ("Expected Number", "Value with", "Maximum line", "Invalid unicode", "The CSV Parser")


def explain_csv_error(source: CsvFile, complaint: str) -> DataError:
    """Return the error to raise for a CSV file that the engine could not read.

    Args:
        source: the file and its dialect.
        complaint: what the engine said; used when Python finds nothing wrong.

    Returns:
        `lb.csv:17: 3 values where the header names 2 columns; put quotes around a value that
        contains "," or take out what is too much`, or what is wrong with the quotes.
    """
    try:
        for _ in _records(source):
            pass
    except DataError as error:
        return error
    first, *rest = (line.strip() for line in complaint.splitlines() if line.strip())
    first = first.removeprefix("Invalid Input Error:").strip()
    # Only lines known to be the engine's own words: the others quote the file.
    reason = next((line for line in rest if line.startswith(_REASONS)), "").rstrip(".")
    return DataError(
        f"{source.shown} cannot be read as CSV ({first}{': ' + reason if reason else ''});"
        " open and save it as plain CSV (RFC 4180) and read it again"
    )


def write_even_copy(source: CsvFile, target: Path) -> None:
    """Write the records of a CSV file with commas, line feeds and a header that says nothing.

    Raises:
        DataError: a line at fault, as in `explain_csv_error`.
    """
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(f"c{place}" for place in range(len(source.names)))
        writer.writerows(_records(source))


def _records(source: CsvFile) -> Iterator[list[str]]:
    """Yield the data records of a file; a bad one is an error that names its first line."""
    width = len(source.names)
    line = source.skip
    with _long_values(), source.path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(source.skip):
            file.readline()
        reader = csv.reader(file, delimiter=source.delimiter, quotechar=source.quote, strict=True)
        header = True
        while True:
            start = line + 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise DataError(f"{source.shown}:{start}: {_quote_problem(str(error))}") from None
            line = source.skip + reader.line_num
            if header:
                header = False
                continue
            if not record and width > 1:
                continue
            # One empty value after the last column is a closing delimiter, not a value.
            if len(record) == width + 1 and not record[-1]:
                record.pop()
            if len(record) != width and not (width == 1 and not record):
                raise DataError(f"{source.shown}:{start}: {_count_problem(record, source)}")
            yield record


@contextmanager
def _long_values() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _count_problem(record: list[str], source: CsvFile) -> str:
    found, width = len(record), len(source.names)
    delimiter = {"\t": "a tab"}.get(source.delimiter, f'"{source.delimiter}"')
    values = f"{found} value{'s' * (found != 1)}"
    columns = f"{width} column{'s' * (width != 1)}"
    if found > width:
        remedy = f"put quotes around a value that contains {delimiter} or take out what is too much"
    else:
        remedy = "fill in what is missing or leave its place empty between two delimiters"
    return f"{values} where the header names {columns}; {remedy}"


def _quote_problem(error: str) -> str:
    if "expected after" in error:
        return 'a quote inside a quoted value; write it twice ("")'
    return 'a quote that is opened here is never closed; close it or write it twice ("")'
