"""The places an export is read from: folders, zip archives, single files, database URLs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..errors import DataError, did_you_mean
from .answer_key import NAME as ANSWER_KEY
from .formats import READABLE, is_readable, read_file
from .private import PrivateFolder
from .sources import Note, Reading
from .synthetic import NOTE, synthetic_note

_SCHEMES = ("duckdb://", "sqlite://", "postgresql://", "postgres://")


def open_places(
    paths: Iterable[str | Path], password: str | None = None
) -> tuple[list[Reading], list[Note], tuple[str, ...]]:
    """Return what all places hold, the notes on what was left out, and the places as text.

    With several places, files are shown with the name of their folder (`site1/lb.xpt`).

    Raises:
        DataError: a place is missing, empty, given twice, or holds nothing readable.
    """
    given = [str(path) for path in paths]
    readings: list[Reading] = []
    notes: list[Note] = []
    origin: list[str] = []
    seen: dict[Path, str] = {}
    prefixes = _prefixes(given)
    keep: list[PrivateFolder] = []
    for text in given:
        if "://" in text:
            from .database import hide_password, read_database

            if not text.startswith(_SCHEMES):
                known = ", ".join(f"{scheme}..." for scheme in _SCHEMES[:3])
                raise DataError(
                    f"{hide_password(text)} is no address of a database that can be read;"
                    f" expected {known}"
                )
            origin.append(hide_password(text))
            readings.append(read_database(text))
            continue
        path = Path(text).expanduser()
        origin.append(text)
        found = _files_at(path, text, prefixes[text], notes, password, keep)
        for file, shown in found:
            real = file.resolve()
            if real in seen:
                raise DataError(f"{shown} is given twice ({seen[real]}); name it once")
            seen[real] = shown
            reading = read_file(file, shown)
            readings.append(_named(reading, file) if _is_parted(file.parent) else reading)
    if keep:
        readings = [_held(reading, tuple(keep)) for reading in readings]
    return readings, notes, tuple(origin)


def _held(reading: Reading, folders: tuple[PrivateFolder, ...]) -> Reading:
    """Return the reading with sources that keep unpacked archives alive as long as they live."""
    tables = tuple(
        (name, replace(part, source=replace(part.source, unpacked=folders)))
        for name, part in reading.tables
    )
    return replace(reading, tables=tables)


def _is_parted(folder: Path) -> bool:
    """Return whether a folder is one table in parts, as Spark and others write Parquet."""
    return folder.suffix.lower() == ".parquet" and folder.is_dir()


def _named(reading: Reading, file: Path) -> Reading:
    """Return the reading of a part with the table named after its folder."""
    name = file.parent.stem.upper()
    return replace(reading, tables=tuple((name, part) for _, part in reading.tables))


def _prefixes(given: list[str]) -> dict[str, str]:
    """Return what stands before the file names of each place, so that no two look the same."""
    if len(given) < 2:
        return dict.fromkeys(given, "")
    names = [Path(text).name for text in given]
    return {
        text: f"{name if names.count(name) == 1 else text}/"
        for text, name in zip(given, names, strict=True)
    }


def _files_at(
    path: Path,
    given: str,
    prefix: str,
    notes: list[Note],
    password: str | None,
    keep: list[PrivateFolder],
) -> list[tuple[Path, str]]:
    try:
        if path.is_dir():
            return _files_in(path, given, prefix, notes)
        if not path.exists():
            raise DataError(_missing(path, given))
    except PermissionError:
        raise DataError(
            f"{given} may not be opened by this user; change its permissions and try again"
        ) from None
    if path.suffix.lower() == ".zip":
        from .archive import unpack

        folder, inner, left = unpack(path, given, password=password)
        keep.append(folder)
        if left:
            if not any(inner.iterdir()):
                raise DataError(f"{given} holds no table that can be read; expected {READABLE}")
            notes.append(Note(given, f"not unpacked: {', '.join(left)}"))
        if not any(entry.is_file() for entry in inner.iterdir()):
            names = ", ".join(sorted(entry.name for entry in inner.iterdir()))
            raise DataError(
                f"{given} holds several folders ({names}) and no table beside them;"
                " unpack it and name the folder of the tables"
            )
        return _files_in(inner, given, prefix, notes)
    # A single file goes by its own name; among equal names by the path as given.
    return [(path, prefix.removesuffix("/") or path.name)]


def _files_in(folder: Path, given: str, prefix: str, notes: list[Note]) -> list[tuple[Path, str]]:
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name.lower())
    files = [e for e in entries if e.is_file() and is_readable(e) and not _is_left_out(e)]
    parted = [] if _is_parted(folder) else [e for e in entries if _is_parted(e)]
    rest = [e for e in entries if e not in files and e not in parted and e.name != NOTE]
    found = [(file, f"{prefix}{file.name}") for file in files]
    for table in parted:
        found += _files_in(table, str(Path(given) / table.name), f"{prefix}{table.name}/", notes)
    if not found:
        raise DataError(_nothing(rest, given))
    synthetic = synthetic_note(folder)
    if synthetic is not None:
        notes.append(Note(given, synthetic))
    if rest:
        names = ", ".join(f"{e.name}/" if e.is_dir() else e.name for e in rest)
        notes.append(Note(given, f"not read: {names}"))
    return found


def _is_left_out(file: Path) -> bool:
    """Tell whether a file is no table, whatever its ending says."""
    return file.name.startswith(".") or file.name.lower() == ANSWER_KEY


def _nothing(rest: list[Path], given: str) -> str:
    if not rest:
        return f"{given} is empty; expected tables as {READABLE}"
    below = [e for e in rest if e.is_dir() and not e.name.startswith(".") and _has_tables(e)]
    if below:
        names = ", ".join(str(Path(given) / e.name) for e in below)
        return f"{given} holds no table itself, but its sub-folders do; name {names} instead"
    return f"{given} holds no table that can be read; expected {READABLE}"


def _has_tables(folder: Path) -> bool:
    try:
        return any(entry.is_file() and is_readable(entry) for entry in folder.iterdir())
    except OSError:
        return False


def _missing(path: Path, given: str) -> str:
    near = ""
    if path.parent.is_dir():
        near = did_you_mean(path.name, (entry.name for entry in path.parent.iterdir()))
    return f"{given} does not exist{near or '; check the path'}"
