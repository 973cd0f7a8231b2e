"""A folder that appears once everything is in it, with a note that its data are synthetic."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oncorules.data.private import PrivateFolder
from oncorules.data.synthetic import NOTE
from oncorules.data.whole_file import whole_file
from oncorules.errors import OutputError


@contextmanager
def new_folder(out: Path, note: str) -> Iterator[Path]:
    """Yield a private folder that becomes `out` at the end, or goes when something fails.

    Args:
        out: a folder that is not there yet, or is empty.
        note: what the data are; it is written beside them.

    Raises:
        OutputError: the folder is not empty, or cannot be made.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} is not an empty folder; choose a new one with --out")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = PrivateFolder(out.parent)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}); choose another folder with --out"
        ) from None
    try:
        with whole_file(part.path / NOTE) as file:
            file.write(note.encode())
        yield part.path
        part.path.chmod(0o755)
        os.replace(part.path, out)
    finally:
        part.close()
