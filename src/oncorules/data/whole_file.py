"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from oncorules.errors import OutputError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write; it takes the place of `path` once it is whole and on the disk.

    It is written beside the target under a hidden name. On any error, Ctrl-C included, that file
    goes and what was at `path` before stays as it was.

    Args:
        path: The file to write, in a folder that exists.

    Raises:
        OutputError: `out/adlb.csv cannot be written (No space left on device); free some space
            or choose another folder`.
    """
    part: Path | None = None
    try:
        try:
            number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            part = Path(name)
            with open(number, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, 0o666 & ~_umask())
            os.replace(part, path)
        except OSError as error:
            reason = error.strerror or str(error)
            remedy = "free some space or choose another folder"
            if not path.parent.is_dir():
                remedy = f"make the folder {path.parent} first"
            raise OutputError(f"{path} cannot be written ({reason}); {remedy}") from error
        part = None
        _sync_folder(path.parent)
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def write_whole_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into the folder of `--out`, which is made where it is not there.

    Args:
        folder: The folder.
        contents: The bytes of each file by name.

    Returns:
        Their paths, in the same order.

    Raises:
        OutputError: the folder or a file cannot be written; what was there before stays.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} is no folder that can be written to ({error.strerror}); choose another one "
            "with --out"
        ) from None
    with ExitStack() as stack:  # none takes its place before there was room for all of them
        for name, content in contents.items():
            file = stack.enter_context(whole_file(folder / name))
            file.write(content)
            file.flush()
    return [folder / name for name in contents]


def _umask() -> int:
    """Return the process's mask for new files; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too, where folders can be synchronised."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
