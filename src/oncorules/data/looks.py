"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import DataError

SAS7BDAT = b"\x00" * 12 + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")

# First bytes, the word used by the readers, and the words a user knows it by.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PAR1", "Parquet file"),
    (0, b"HEADER RECORD*******LIB", "SAS transport file (XPT)"),
    (0, b"**COMPRESSED** **COMPRESSED**", "SAS transport file made by PROC CPORT"),
    (0, SAS7BDAT, "SAS data set (SAS7BDAT)"),
    (0, b"$FL2", "SPSS file (SAV)"),
    (0, b"$FL3", "compressed SPSS file (ZSAV)"),
    (0, b"SQLite format 3\x00", "SQLite database"),
    (8, b"DUCK", "DuckDB database"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook (XLS)"),
    (0, b"%PDF", "PDF document"),
    (0, b"\x1f\x8b", "gzip file"),
    (0, b"\x28\xb5\x2f\xfd", "zstandard file"),
    (0, b"BZh", "bzip2 file"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (0, b"Rar!", "RAR archive"),
    (0, b"\x89PNG", "PNG picture"),
    (0, b"ARROW1", "Arrow file"),
)
_DAMAGED_ZIP = "damaged zip archive"
_JSON = re.compile(rb'\{|\[\s*(["\[{\]0-9-]|true|false|null)')
_ZIPPED = {"zip archive", "Excel workbook (XLSX)", "OpenDocument spreadsheet (ODS)"}


def tell_type(path: Path) -> str:
    """Return what the file looks like, in words a user knows: `zip archive`, `HTML page` ...

    Text that is neither markup nor JSON is `text file`; what nobody recognises is `binary file`.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty file"
    for offset, magic, name in _MAGIC:
        if head.startswith(magic, offset):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _tell_zip(path)
    return _tell_text(head)


def _tell_zip(path: Path) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return "Excel workbook (XLSX)"
            if "mimetype" in names and b"spreadsheet" in archive.read("mimetype")[:200]:
                return "OpenDocument spreadsheet (ODS)"
            if "word/document.xml" in names:
                return "Word document"
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return _DAMAGED_ZIP
    return "zip archive"


def _tell_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text file"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML page"
    if start.startswith((b"<?xml", b"<odm", b"<!doctype")):
        return "HTML page" if b"<html" in start else "XML document"
    if _JSON.match(start):
        return "JSON file"
    # UTF-16 without a mark: every other byte of plain text is zero, at even or at odd places.
    halves = (head[::2].count(0) * 4 > len(head), head[1::2].count(0) * 4 > len(head))
    if 0 in head and sum(halves) != 1:
        return "binary file"
    control = sum(byte < 32 and byte not in b"\0\t\n\r\f\x1a" for byte in head)
    return "binary file" if control > max(8, len(head) // 20) else "text file"


def check_type(path: Path, shown: str, *expected: str) -> str:
    """Return what the file looks like when that is among the expected types.

    Raises:
        DataError: `lb.xpt is a zip archive, not a SAS transport file (XPT); rename it after what
            it is or export it again`.
    """
    found = tell_type(path)
    if found in expected:
        return found
    wanted = " or ".join(_with_article(name) for name in expected)
    if found == "empty file":
        raise DataError(f"{shown} is empty (0 bytes); expected {wanted}; export it again")
    if found == _DAMAGED_ZIP and _ZIPPED.intersection(expected):
        raise DataError(
            f"{shown} is cut off or damaged: its table of contents, at the end, is missing;"
            " transfer it again or export it again"
        )
    raise DataError(
        f"{shown} is {_with_article(found)}, not {wanted};"
        " rename it after what it is or export it again"
    )


def _with_article(name: str) -> str:
    spoken = name.split()[0]
    an = spoken[0] in "aeioAEIO" or spoken in {"HTML", "XML", "SPSS", "SQLite", "XLSX", "XLS"}
    return f"{'an' if an else 'a'} {name}"
