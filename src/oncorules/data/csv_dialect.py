"""The dialect of a delimited text, guessed from its beginning."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_COMMA_NUMBER = re.compile(r"\s*[-+]?\d+,\d+\s*")
_POINT_NUMBER = re.compile(r"\s*[-+]?\d+\.\d+\s*")
_PLAIN_NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)?\s*")
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """Delimiter, number of lines above the header, the header and the sampled rows."""

    delimiter: str
    skip: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def find_dialect(sample: str, *, prefer: str = ",") -> Dialect | None:
    r"""Return the dialect of a sample of whole lines, or None when it holds no line with text.

    The header decides: the delimiter is the one that the header has and that gives the most rows
    as many values as there are columns; a delimiter that would tear a quoted name apart comes after
    one that does not. Lines above the header that are empty, and Excel's
    `sep=;`, are skipped.

    Args:
        sample: the beginning of the file, cut at a line end unless it is the whole file.
        prefer: the delimiter to take when two fit equally well.

    >>> find_dialect("A;B\n1,5;2,5\n").delimiter
    ';'
    >>> find_dialect('"A,x";"B,x"\n').header
    ('A,x', 'B,x')
    """
    skip, rest = _skip_lines(sample)
    if not rest.strip():
        return None
    told = _SEP_LINE.match(sample.lstrip("\ufeff"))
    candidates = [told[1]] if told else sorted(DELIMITERS, key=lambda d: d != prefer)
    best: tuple[tuple[float, bool, int], str, list[list[str]]] | None = None
    for delimiter in candidates:
        records = parse(rest, delimiter)
        width = len(records[0]) if records else 0
        if width < 2 and not told:
            continue
        fitting = sum(len(record) == width for record in records) / len(records)
        whole = not any('"' in name for name in records[0])
        score = (round(fitting, 2), whole, width)
        if best is None or score > best[0]:
            best = (score, delimiter, records)
    if best is None:
        records = parse(rest, prefer)
        best = ((1.0, True, 1), prefer, records)
    header, *rows = best[2]
    return Dialect(best[1], skip, tuple(header), tuple(tuple(row) for row in rows))


def parse(text: str, delimiter: str) -> list[list[str]]:
    """Return the records of a text; empty lines do not count, an open quote ends the reading."""
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    # The part before a fault is enough for a guess; the real reading names the place.
    with contextlib.suppress(csv.Error):
        for record in reader:
            if record:
                records.append(record)
    return records


def find_decimal(rows: Sequence[Sequence[str]], width: int) -> tuple[str, list[int]]:
    """Return the decimal sign and the columns (from 0) whose numbers are written with a comma.

    A column is numeric when every value looks like a number. The comma is the decimal sign of
    the file when at least one numeric column has it and no numeric column has a point.

    >>> find_decimal([["a", "1,5"], ["b", "12"]], 2)
    (',', [1])
    """
    commas: list[int] = []
    points = False
    for column in range(width):
        values = [row[column] for row in rows if len(row) > column and row[column].strip()]
        if not values or not all(_PLAIN_NUMBER.fullmatch(value) for value in values):
            continue
        if any(_COMMA_NUMBER.fullmatch(value) for value in values):
            commas.append(column)
        points = points or any(_POINT_NUMBER.fullmatch(value) for value in values)
    return ("," if commas and not points else "."), commas


def _skip_lines(sample: str) -> tuple[int, str]:
    skip = 0
    rest = sample.removeprefix("\ufeff")
    while match := re.match(r"[ \t]*(\r\n|\n|\r)|sep=.(\r\n|\n|\r)", rest, re.IGNORECASE):
        rest = rest[match.end() :]
        skip += 1
    return skip, rest
