"""A folder that appears once everything is in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oncorules.data.private import PrivateFolder
from oncorules.errors import OutputError


@contextmanager
def new_folder(out: Path, flag: str = "--out") -> Iterator[Path]:
    """Yield a private folder that becomes `out` at the end, or goes when something fails.

    Args:
        out: a folder that is not there yet, or is empty.
        flag: how the user named it.

    Raises:
        OutputError: the folder is not empty, or cannot be made.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} is not an empty folder; choose a new one with {flag}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = PrivateFolder(out.parent)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}); choose another folder with {flag}"
        ) from None
    try:
        yield part.path
        part.path.chmod(0o755)
        os.replace(part.path, out)
    finally:
        part.close()
