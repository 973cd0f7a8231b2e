"""Which reader takes which file, by its ending."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ..errors import DataError, OutputError, did_you_mean
from .sources import Reading

# Ending -> module of this package that reads it. The modules are imported when needed.
READERS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".txt": "delimited",
    ".parquet": "parquet",
    ".xpt": "xpt",
    ".sas7bdat": "statfiles",
    ".sav": "statfiles",
    ".zsav": "statfiles",
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".xls": "sheets",
    ".ods": "sheets",
    ".json": "dataset_json",
    ".ndjson": "dataset_json",
    ".duckdb": "database",
    ".sqlite": "database",
    ".db": "database",
}
READABLE = "CSV, TSV, XLSX, Parquet, XPT, SAS7BDAT, SAV, Dataset-JSON, DuckDB or SQLite"


def is_readable(path: Path) -> bool:
    """Return whether a file has an ending that some reader takes.

    >>> is_readable(Path("LB.XPT")), is_readable(Path("define.xml"))
    (True, False)
    """
    return path.suffix.lower() in READERS


def read_file(path: Path, shown: str) -> Reading:
    """Return the tables of one file.

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: no reader takes this ending, or the reader says what is wrong with the file.
        OutputError: the disk is full where a reader has to make a copy.
    """
    ending = path.suffix.lower()
    if ending not in READERS:
        kind = f'the ending "{ending}"' if ending else "no ending"
        raise DataError(
            f"{shown} has {kind}, which no reader takes{did_you_mean(ending, READERS)};"
            f" expected {READABLE}, a folder of these, or a zip archive"
        )
    module = import_module(f".{READERS[ending]}", __package__)
    reader: Callable[[Path, str], Reading] = module.read_tables
    try:
        return reader(path, shown)
    except PermissionError:
        raise DataError(
            f"{shown} may not be read by this user; change its permissions and try again"
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # of a copy that the reader makes
            raise OutputError(
                f"{shown} needs a copy in {tempfile.gettempdir()}, which cannot be written"
                f" ({error.strerror}); free some space or set TMPDIR to another folder"
            ) from None
        raise DataError(
            f"{shown} cannot be read ({error.strerror or error}); copy it anew and try again"
        ) from None
