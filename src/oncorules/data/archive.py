"""Zip archives: unpacked into a private folder, with bounds on where and how much."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ..errors import DataError
from .formats import is_readable
from .looks import check_type
from .private import PrivateFolder

MOST_BYTES = 64 << 30
MOST_FILES = 10_000
# Real exports shrink 5 to 50 times; a bomb shrinks thousands of times.
_MOST_SHRINK = 500
_SMALL = 100 << 20


def unpack(
    path: Path, shown: str, *, password: str | None = None, most_bytes: int = MOST_BYTES
) -> tuple[PrivateFolder, Path, list[str]]:
    """Return a private folder, the folder in it that holds the tables, and what was left packed.

    Only files that some reader takes are unpacked. When everything lies below one folder, that
    folder is entered.

    Args:
        path: the archive.
        shown: the archive as the user knows it.
        password: opens an archive that asks for one.
        most_bytes: the most bytes that may be unpacked.

    Raises:
        DataError: no zip archive, damaged, asks for a password, a name that climbs out of the
            archive, a link, too large unpacked, or two files of one name.
    """
    check_type(path, shown, "zip archive")
    folder = PrivateFolder()
    try:
        with zipfile.ZipFile(path) as archive:
            wanted, left = _choose(archive, shown)
            _check_size(wanted, path, shown, min(most_bytes, shutil.disk_usage(folder.path).free))
            for info in wanted:
                _unpack_one(archive, info, folder.path, password)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataError(
            f"{shown} is a zip archive that is damaged or cut off ({error});"
            " transfer or export it again"
        ) from None
    except RuntimeError as error:  # zipfile says "password required" and "Bad password" this way
        if "password" not in str(error).lower():
            raise
        found = "does not open with this password" if password else "is protected by a password"
        raise DataError(f"{shown} {found}; unpack it and name the folder") from None
    except OSError as error:
        raise DataError(
            f"{shown} cannot be unpacked into {folder.path.parent} ({error.strerror or error});"
            " make room or unpack it and name the folder"
        ) from None
    inner = folder.path
    entries = list(inner.iterdir())
    while len(entries) == 1 and entries[0].is_dir():
        inner = entries[0]
        entries = list(inner.iterdir())
    return folder, inner, left


def _choose(archive: zipfile.ZipFile, shown: str) -> tuple[list[zipfile.ZipInfo], list[str]]:
    """Return the entries to unpack and the names of those to leave."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise DataError(
            f"{shown} holds {len(infos):,} files, more than {MOST_FILES:,};"
            " unpack it and name the folder"
        )
    wanted: dict[str, zipfile.ZipInfo] = {}
    left: list[str] = []
    for info in infos:
        name = info.filename.replace("\\", "/")
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or ":" in name or "\0" in name:
            raise DataError(
                f'{shown} holds "{info.filename}", a path that leads out of the archive;'
                " do not trust this file, ask for the export again"
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise DataError(f'{shown} holds "{name}", a link to another file; pack the file itself')
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in place.parts)
        if hidden or not is_readable(Path(name)):
            left.append(name)
        elif name.casefold() in wanted:
            raise DataError(f'{shown} holds "{name}" twice; pack it once')
        else:
            wanted[name.casefold()] = info
    return list(wanted.values()), left


def _check_size(infos: list[zipfile.ZipInfo], path: Path, shown: str, most: int) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, path.stat().st_size)
    if unpacked > most:
        raise DataError(
            f"{shown} would unpack to {unpacked:,} bytes, more than the {most:,} allowed or free;"
            " unpack it and name the folder"
        )
    if unpacked > _SMALL and unpacked > _MOST_SHRINK * packed:
        raise DataError(
            f"{shown} would unpack to {unpacked:,} bytes, {unpacked // packed:,} times its size,"
            " which no real export does; ask for the export again"
        )


def _unpack_one(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, password: str | None
) -> None:
    # Own copying instead of `extract`, which renames what it does not like.
    target = folder.joinpath(*PurePosixPath(info.filename.replace("\\", "/")).parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = password.encode() if password else None
    # `open` gives at most `file_size` bytes, whatever the packed data would go on to say.
    with archive.open(info, pwd=secret) as packed, target.open("xb") as out:
        shutil.copyfileobj(packed, out, 1 << 20)
