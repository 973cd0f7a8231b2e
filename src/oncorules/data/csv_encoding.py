"""The encoding and the line ends of a text file, and its UTF-8 copy where it needs one.

The whole file is looked at, not its beginning only: one `µ` in line 900,000 decides. For plain
ASCII this costs a few milliseconds per 100 MB.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# One well-formed UTF-8 character of two to four bytes; a text in cp1252 practically never has one.
_MULTIBYTE = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|\xc2[\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class TextFile:
    """How a text file is written: its encoding, and whether its line ends are of one kind."""

    encoding: str
    one_line_end: bool


def find_encoding(path: Path, shown: str) -> TextFile:
    """Return the encoding of a text file: utf-8, utf-8-sig, utf-16, utf-16-le, -be or cp1252.

    A file without a byte order mark is UTF-8 when all of it is; cp1252 when it holds bytes that
    are not UTF-8 and no well-formed UTF-8 character at all.

    Raises:
        DataError: `lb.csv:17: byte 0x81 (byte 903 of the file) is neither UTF-8 nor cp1252 text;
            save the file as UTF-8 and read it again`.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            if name != "utf-8-sig":
                return TextFile(name, one_line_end=True)
            return TextFile(name, _scan(path, shown).one_line_end)
    zeros = head.count(0)
    if zeros * 4 > len(head):
        return TextFile("utf-16-le" if head[1::2].count(0) * 2 > zeros else "utf-16-be", True)
    return _scan(path, shown)


def _scan(path: Path, shown: str) -> TextFile:
    decoder = codecs.getincrementaldecoder("utf-8")()
    kinds: set[bytes] = set()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if chunk.endswith(b"\r"):
                chunk += file.read(1)
            kinds |= _line_ends(chunk)
            # A plain chunk needs no decoding unless a character is open from the one before.
            if not chunk.isascii() or decoder.getstate()[0]:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    return TextFile(_settle_encoding(path, shown), one_line_end=True)
    if decoder.getstate()[0]:
        return TextFile(_settle_encoding(path, shown), one_line_end=True)
    return TextFile("utf-8", len(kinds) < 2 or not _mixed_outside_quotes(path))


def _settle_encoding(path: Path, shown: str) -> str:
    """Return cp1252 if that explains the bytes that are not UTF-8."""
    data_before = b""
    multibyte = undefined = False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            joined = data_before[-3:] + chunk
            multibyte = multibyte or _MULTIBYTE.search(joined) is not None
            undefined = undefined or _NOT_CP1252.search(chunk) is not None
            data_before = chunk
    if not multibyte and not undefined:
        return "cp1252"
    line, position, byte = _first_bad_byte(path, "utf-8" if multibyte else "cp1252")
    found = "not UTF-8 text, as the rest is" if multibyte else "neither UTF-8 nor cp1252 text"
    raise DataError(
        f"{shown}:{line}: byte 0x{byte:02X} (byte {position} of the file) is {found};"
        " save the file as UTF-8 and read it again"
    )


def _first_bad_byte(path: Path, encoding: str) -> tuple[int, int, int]:
    """Return line (from 1), place in the file (from 1) and value of the first unreadable byte."""
    line, position = 1, 0
    with path.open("rb") as file:
        for raw in file:
            try:
                raw.decode(encoding)
            except UnicodeDecodeError as error:
                return line, position + error.start + 1, raw[error.start]
            line += 1
            position += len(raw)
    raise AssertionError("called for a file that is readable")


def _line_ends(chunk: bytes) -> set[bytes]:
    if b"\r" not in chunk:
        return {b"\n"} if b"\n" in chunk else set()
    both = chunk.count(b"\r\n")
    kinds = {b"\r\n"} if both else set()
    if chunk.count(b"\n") > both:
        kinds.add(b"\n")
    if chunk.count(b"\r") > both:
        kinds.add(b"\r")
    return kinds


def _mixed_outside_quotes(path: Path) -> bool:
    """Return whether lines end in different ways; line breaks inside quoted values do not count."""
    kinds: set[bytes] = set()
    inside = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if chunk.endswith(b"\r"):
                chunk += file.read(1)
            pieces = chunk.split(b'"')
            for piece in pieces[inside::2]:
                kinds |= _line_ends(piece)
            if len(kinds) > 1:
                return True
            inside = (inside + len(pieces) - 1) % 2
    return False


def decode_pieces(path: Path, encoding: str, shown: str) -> Iterator[str]:
    """Yield the text of a file, about a million characters at a time, line ends untouched.

    Raises:
        DataError: `lb.csv: byte 17 of the file is not utf-16 text; save the file as UTF-8 ...`.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    position = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{shown}: byte {position + error.start + 1} of the file is not {encoding}"
                    " text; save the file as UTF-8 and read it again"
                ) from None
            position += len(chunk)
            if text:
                yield text
            if not chunk:
                return


def write_utf8_copy(path: Path, encoding: str, target: Path, shown: str) -> None:
    """Write the text of a file as UTF-8 into `target`, piece by piece."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in decode_pieces(path, encoding, shown):
            out.write(text)
