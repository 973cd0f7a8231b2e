"""SAS transport files (XPT), versions 5 and 8, read with numpy.

The whole file consists of records of 80 bytes: headers, one NAMESTR of 140 bytes per variable,
then the observations end to end, padded with blanks to the last record. Version 5 does not say
how many observations there are, so a file is known to be cut off when its size is no multiple
of 80 or when what is left after the last observation is not padding. A cut that falls exactly
between two observations and two records at once cannot be seen.

Source: SAS Institute, TS-140 (version 5) and "Record Layout of a SAS Version 8 or 9 Data Set in
SAS Transport Format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

from ..errors import DataError
from .columns import check_names
from .looks import check_type
from .sas_formats import KINDS, tell_meaning
from .sources import ArrowRows, Note, Part, RawColumn, Reading
from .xpt_values import read_rows, text_encoding

RECORD = 80
_MEMBER = b"HEADER RECORD*******MEMB"
_NAMESTR = struct.Struct(">HHHH8s40s8sHHH2s8sHHL52s")


@dataclass(frozen=True)
class Variable:
    """One variable: where its bytes stand in an observation and what its format makes of them."""

    name: str
    label: str | None
    is_text: bool
    start: int
    width: int
    meaning: str  # "text", "number", "date", "datetime" or "time"


@dataclass(frozen=True)
class Member:
    """One data set of a transport file: its variables and where its observations stand."""

    name: str
    variables: tuple[Variable, ...]
    start: int
    rows: int
    row_width: int
    encoding: str = "utf-8"


def read_tables(path: Path, shown: str) -> Reading:
    """Return the data sets of a transport file; one alone is named after the file.

    Text loses its trailing blanks; empty text and the 28 missing values of SAS are missing.
    Numbers with a date format are dates, with a datetime format timestamps, with a time format
    ISO text (`08:30:00`).

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: `lb.xpt is cut off: 13,111,000 bytes are not a whole number of 80-byte records;
            transfer or export it again (in binary mode)`, or damaged in another way.
    """
    check_type(path, shown, "SAS transport file (XPT)")
    members = find_members(path, shown)
    tables = []
    notes = []
    for member in members:
        place = shown if len(members) == 1 else f"{shown}[{member.name}]"
        names, found = check_names([variable.name for variable in member.variables], place)
        notes += found
        name = path.stem.upper() if len(members) == 1 else member.name.upper()
        if len(members) == 1 and member.name and member.name.upper() != name:
            notes.append(Note(shown, f"the data set in it is named {member.name}; read as {name}"))
        encoding = text_encoding(path, member, place)
        if encoding != "utf-8":
            notes.append(Note(place, f"encoding {encoding}"))
        if not member.rows:
            notes.append(Note(place, "a header and no rows"))
        member = replace(member, encoding=encoding)
        columns = tuple(
            RawColumn(name, KINDS[variable.meaning], variable.label)
            for name, variable in zip(names, member.variables, strict=True)
        )
        tables.append((name, Part(place, columns, _source(path, member, names), member.rows)))
    return Reading(tuple(tables), tuple(notes))


def _source(path: Path, member: Member, names: tuple[str, ...]) -> ArrowRows:
    return ArrowRows(lambda: read_rows(path, member, names))


def find_members(path: Path, shown: str) -> list[Member]:
    """Return the data sets of a transport file in file order.

    Raises:
        DataError: the file is cut off or its headers cannot be understood.
    """
    size = path.stat().st_size
    if size % RECORD:
        raise DataError(
            f"{shown} is cut off or was changed on its way: {size:,} bytes are not a whole number"
            " of 80-byte records; transfer it again in binary mode or export it again"
        )
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        starts = []
        at = data.find(_MEMBER, 0)
        while at >= 0:
            if at % RECORD == 0:
                starts.append(at)
            at = data.find(_MEMBER, at + 1)
        if not starts:
            raise DataError(f"{shown} is cut off: it ends within its header; export it again")
        ends = [*starts[1:], size]
        try:
            return [
                _read_member(data, begin, end, shown)
                for begin, end in zip(starts, ends, strict=True)
            ]
        except (struct.error, ValueError, IndexError):
            raise DataError(
                f"{shown} is cut off or damaged: its header is not complete; export it again"
            ) from None


def _read_member(data: mmap, at: int, end: int, shown: str) -> Member:
    """Return one data set; ValueError or struct.error where the header makes no sense."""

    def header(kind: bytes) -> bytes:
        nonlocal at
        record = data[at : at + RECORD]
        if at + RECORD > end or not record.startswith(b"HEADER RECORD*******" + kind):
            raise ValueError
        at += RECORD
        return record

    first = header(b"MEMB")
    version = 8 if first[20:28] == b"MEMBV8  " else 5
    namestr_size = int(first[74:78])
    header(b"DSC")
    name = _text(data[at + 8 : at + (40 if version == 8 else 16)])
    at += 2 * RECORD
    count = int(header(b"NAM")[53:58])
    variables = []
    position = 0
    for _ in range(count):
        fields = _NAMESTR.unpack(data[at : at + namestr_size][:140].ljust(140, b"\0"))
        if at + namestr_size > end:
            raise ValueError
        at += namestr_size
        variable = _read_variable(fields, version)
        if variable.start != position and variable.start + variable.width > 1 << 24:
            raise ValueError
        position = max(position, variable.start + variable.width)
        variables.append(variable)
    at += -at % RECORD
    labels: dict[str, str] = {}
    if version == 8 and data[at + 20 : at + 27] in (b"LABELV8", b"LABELV9"):
        at, labels = _read_labels(data, at, end)
    declared = header(b"OBS")[48:63]
    variables = [replace(v, label=labels.get(v.name, v.label)) for v in variables]
    rows = _count_rows(data, at, end, position, shown)
    # Version 8 writes the number of observations, right-aligned; version 5 and some tools zeros.
    if version == 8 and declared[:1] == b" " and declared.strip() and int(declared) > rows:
        raise DataError(
            f"{shown} is cut off: it announces {int(declared):,} observations and holds {rows:,};"
            " transfer it again in binary mode or export it again"
        )
    return Member(name, tuple(variables), at, rows, position)


def _read_variable(fields: tuple[int | bytes, ...], version: int) -> Variable:
    kind, _, width, _, short, label, sas_format, *_, position, rest = fields
    assert isinstance(rest, bytes) and isinstance(short, bytes) and isinstance(label, bytes)
    assert isinstance(width, int) and isinstance(position, int) and isinstance(sas_format, bytes)
    name = _text(rest[:32]) if version == 8 and rest[:32].strip(b"\0 ") else _text(short)
    if kind not in (1, 2) or not name or not 0 < width <= 32767 or (kind == 1 and width > 8):
        raise ValueError
    meaning = "text" if kind == 2 else tell_meaning(_text(sas_format))
    return Variable(name, _text(label) or None, kind == 2, position, width, meaning)


def _read_labels(data: mmap, at: int, end: int) -> tuple[int, dict[str, str]]:
    """Return where the next header stands and the labels longer than 40 characters, by name."""
    record = data[at : at + RECORD]
    # LABELV9 adds the lengths of format and informat, whose texts stand before the label.
    layout = struct.Struct(">HHH" if record[20:27] == b"LABELV8" else ">HHHHH")
    count = int(record[48:80].split()[0][:5])
    at += RECORD
    labels = {}
    for _ in range(count):
        lengths = layout.unpack(data[at : at + layout.size])[1:]
        at += layout.size
        if at + sum(lengths) > end:
            raise ValueError
        name = _text(bytes(data[at : at + lengths[0]]))
        at += sum(lengths)
        labels[name] = _text(bytes(data[at - lengths[-1] : at]))
    return at + -at % RECORD, labels


def _count_rows(data: mmap, at: int, end: int, width: int, shown: str) -> int:
    """Return how many observations stand between two places; what is left must be padding."""
    size = end - at
    if not width:
        return 0
    rows, left = divmod(size, width)
    # Short observations may fit into the padding of the last record: blanks are no observation.
    while rows and size - (rows - 1) * width < RECORD:
        if data[at + (rows - 1) * width : at + rows * width].strip(b" "):
            break
        rows -= 1
    left = size - rows * width
    if left >= RECORD or data[end - left : end].strip(b" "):
        raise DataError(
            f"{shown} is cut off: it ends within observation {rows + 1:,}; transfer it again in"
            " binary mode or export it again"
        )
    return rows


def _text(raw: bytes) -> str:
    stripped = raw.rstrip(b"\0 ")
    try:
        return stripped.decode("utf-8")
    except UnicodeDecodeError:
        return stripped.decode("cp1252", "replace")
