"""A folder of synthetic data that appears once everything is in it, with a note that it is so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oncorules.data import new_folder as plain
from oncorules.data.synthetic import NOTE
from oncorules.data.whole_file import whole_file


@contextmanager
def new_folder(out: Path, note: str) -> Iterator[Path]:
    """Yield a private folder that becomes `out` at the end, or goes when something fails.

    Args:
        out: a folder that is not there yet, or is empty.
        note: what the data are; it is written beside them.

    Raises:
        OutputError: the folder is not empty, or cannot be made.
    """
    with plain.new_folder(out) as folder:
        with whole_file(folder / NOTE) as file:
            file.write(note.encode())
        yield folder
