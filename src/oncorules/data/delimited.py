"""CSV, TSV and other delimited text: found out by Python, read by the engine."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from .columns import check_names
from .csv_dialect import Dialect, find_decimal, find_dialect
from .csv_encoding import find_encoding, write_utf8_copy
from .csv_errors import explain_csv_error, write_even_copy
from .looks import check_type
from .private import PrivateFolder
from .sources import CsvFile, Note, Part, RawColumn, Reading

if TYPE_CHECKING:
    import duckdb

_SAMPLE = 1 << 18


def read_tables(path: Path, shown: str) -> Reading:
    """Return the one table of a delimited text file, named after the file.

    Only the first 256 kB are parsed here; the encoding is found from the whole file. Guesses
    other than comma, UTF-8 and decimal point become notes.

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: the file is empty, not text, in no known encoding, or names a column twice.
    """
    check_type(path, shown, "text file")
    text = find_encoding(path, shown)
    folder = None
    utf8 = path
    if text.encoding not in ("utf-8", "utf-8-sig") or _has_mark_and_quote(path):
        folder = PrivateFolder()
        utf8 = folder.path / "utf-8.csv"
        write_utf8_copy(path, text.encoding, utf8, shown)
        text = replace(find_encoding(utf8, shown), encoding=text.encoding)
    dialect, whole = _find_dialect(utf8, path, shown)
    names, notes = check_names(dialect.header, shown)
    decimal, commas = find_decimal(dialect.rows, len(names))
    if decimal == "." and commas:
        mixed = ", ".join(names[column] for column in commas)
        notes.append(
            Note(
                shown,
                f"{mixed} written with a decimal comma, other columns with a point;"
                " a number with a comma cannot be read",
            )
        )
    source = CsvFile(
        utf8, dialect.delimiter, '"', text.encoding, decimal, dialect.skip, names, shown, folder
    )
    # DuckDB takes the line end from the first line it meets, and loses rows without a word when
    # a line break inside a column name is of another kind.
    if not text.one_line_end or any("\n" in name or "\r" in name for name in dialect.header):
        folder = folder or PrivateFolder()
        even = folder.path / "even.csv"
        write_even_copy(source, even)
        source = CsvFile(even, ",", '"', text.encoding, decimal, 0, names, shown, folder)
    if not text.one_line_end:
        notes.append(Note(shown, "lines end in different ways (LF, CR LF, CR)"))
    if guess := _describe(dialect, text.encoding, decimal):
        notes.insert(0, Note(shown, guess))
    empty = whole and not dialect.rows
    if empty:
        notes.append(Note(shown, "a header and no rows"))
    columns = tuple(RawColumn(name, "text") for name in names)
    part = Part(shown, columns, source, 0 if empty else None)
    return Reading(((path.stem.upper(), part),), tuple(notes))


def _has_mark_and_quote(path: Path) -> bool:
    """Return whether a byte order mark stands before a quoted name.

    DuckDB 2.0 then takes the quote for text and may lose every row without a word.
    """
    with path.open("rb") as file:
        return file.read(4) == codecs.BOM_UTF8 + b'"'


def _find_dialect(utf8: Path, path: Path, shown: str) -> tuple[Dialect, bool]:
    with utf8.open("rb") as file:
        raw = file.read(_SAMPLE + 1)
    whole = len(raw) <= _SAMPLE
    if not whole:
        raw = raw[: max(raw.rfind(b"\n"), raw.rfind(b"\r")) + 1] or raw
    sample = raw.decode("utf-8-sig", errors="ignore")
    prefer = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    dialect = find_dialect(sample, prefer=prefer)
    if dialect is None:
        raise DataError(f"{shown} holds only empty lines; expected a line of column names")
    return dialect, whole


def _describe(dialect: Dialect, encoding: str, decimal: str) -> str:
    words = {"\t": "tab"}
    guesses = []
    if dialect.delimiter != ",":
        guesses.append("delimiter " + words.get(dialect.delimiter, f'"{dialect.delimiter}"'))
    if decimal == ",":
        guesses.append("decimal comma")
    if encoding not in ("utf-8", "utf-8-sig"):
        guesses.append(f"encoding {encoding}")
    if dialect.skip:
        guesses.append(f"{dialect.skip} line{'s' * (dialect.skip > 1)} above the header skipped")
    return ", ".join(guesses)


def read_csv_relation(con: duckdb.DuckDBPyConnection, source: CsvFile) -> duckdb.DuckDBPyRelation:
    """Return the rows of a CSV file as a DuckDB relation: all columns text, in file order.

    Strict: every line must have as many values as the header (one empty value more, a closing
    delimiter, is let pass). Empty text is NULL. Empty lines are no rows, but a missing value in
    a file of one column. The relation
    is lazy, so a bad line shows when it is stored: do that inside `data.relation.explained(part)`,
    which turns DuckDB's complaint into a `DataError` with file and line.
    """
    import glob

    return con.read_csv(
        glob.escape(str(source.path)),  # DuckDB reads *, ? and [ as wildcards
        header=True,
        auto_detect=False,
        columns=dict.fromkeys(source.names, "VARCHAR"),
        delimiter=source.delimiter,
        quotechar=source.quote,
        escapechar=source.quote,
        skiprows=source.skip,
        hive_partitioning=False,  # else a folder named "site=1" becomes a column
    )


__all__ = ["explain_csv_error", "read_csv_relation", "read_tables"]
