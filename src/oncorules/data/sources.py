"""What an export is made of: columns, notes, and the sources that hand out rows.

A source says how an engine gets at the rows; it holds no rows itself. Row numbers are data rows
counted from 1, without the header, the same in every format; lines and sheet rows that are
entirely empty do not count. `unpacked` holds the private folders of archives that were opened for
the export, so that they live as long as somebody may read from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from ..errors import DataError
from .private import PrivateFolder

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "number", "integer", "date", "datetime", "boolean"]


@dataclass(frozen=True)
class RawColumn:
    """One column as the file has it.

    Args:
        name: the name as written in the file (`COLUMN_3` where the file gives none).
        kind: what the file stores, not what the table model asks for: a CSV or XLSX holds text,
            an XPT text and numbers (64-bit floats), Parquet any of them.
        label: the label that the file carries, if any.
        own: the name in the file, where a study gives the column another one.
    """

    name: str
    kind: Kind
    label: str | None = None
    own: str | None = None


@dataclass(frozen=True)
class Note:
    """A guess or an oddity that the user should see, and where.

    >>> print(Note("lb.csv", 'delimiter ";", decimal comma'))
    lb.csv: delimiter ";", decimal comma
    """

    place: str
    text: str

    def __str__(self) -> str:
        """Return the line the user sees."""
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class ArrowRows:
    """Rows that Python reads into an Arrow table, or a batch at a time.

    Args:
        read: returns the table, or a reader of its batches, which can be gone through once; columns
            are named and ordered as in `Part.columns`. It reads the file anew at each call, so that
            nothing stays in memory between calls.
        unpacked: the private folders it was unpacked into, kept as long as somebody may read it.
        numbered: a last column `#row` has the data row of each row, as some may be left out.
        decimal: the decimal mark of numbers in text.
        failures: gets the reason when a batch cannot be read.
    """

    read: Callable[[], pa.Table | pa.RecordBatchReader] = field(repr=False)
    unpacked: tuple[PrivateFolder, ...] = field(default=(), repr=False, compare=False)
    numbered: bool = False
    decimal: str = "."
    failures: list[DataError] = field(default_factory=list, repr=False, compare=False)
    has_row_numbers: ClassVar[bool] = False


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file that the engine scans in place.

    Args:
        path: the file.
        row_groups: how many groups its rows are stored in.
        unpacked: the private folders it was unpacked into, kept as long as somebody may read it.
    """

    path: Path
    row_groups: int = 1
    unpacked: tuple[PrivateFolder, ...] = field(default=(), repr=False, compare=False)
    has_row_numbers: ClassVar[bool] = True


@dataclass(frozen=True)
class CsvFile:
    """A delimited UTF-8 text file that the engine scans itself, every column as text.

    Args:
        path: the file, or its UTF-8 copy in a private folder.
        delimiter: the character between two values.
        quote: the character around values that contain the delimiter.
        encoding: the encoding of the file as sent (`path` is always UTF-8).
        decimal: `.` or `,`; the values themselves are left as written.
        skip: number of lines above the header.
        names: the columns in file order.
        shown: the name of the file in messages.
        copy: the private folder of the UTF-8 copy, kept as long as somebody may read from it.
    """

    path: Path
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    skip: int = 0
    names: tuple[str, ...] = ()
    shown: str = ""
    copy: PrivateFolder | None = field(default=None, repr=False, compare=False)
    unpacked: tuple[PrivateFolder, ...] = field(default=(), repr=False, compare=False)
    has_row_numbers: ClassVar[bool] = False


Source = ArrowRows | ParquetFile | CsvFile


@dataclass(frozen=True)
class Part:
    """One file, sheet or database table that belongs to one table of the export.

    Args:
        file: what the user sees: the path relative to what was given, `trial.xlsx[LB]`, `lb.xpt`.
        columns: the columns in file order.
        source: how an engine gets at the rows.
        rows: number of rows, None where only reading would tell.
    """

    file: str
    columns: tuple[RawColumn, ...]
    source: Source
    rows: int | None


@dataclass(frozen=True)
class Reading:
    """What one file holds: (table name, part) pairs and the notes made on the way."""

    tables: tuple[tuple[str, Part], ...]
    notes: tuple[Note, ...] = ()
