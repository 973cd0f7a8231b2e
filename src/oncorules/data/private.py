"""A folder that only this process needs: for unpacked archives and re-coded copies."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class PrivateFolder:
    """A temporary folder (mode 0700), removed once nothing refers to it, or at exit.

    It lies in the system's temporary folder, or in `inside`, hidden.

    The sources that read from it hold on to it, so that an export may be passed around freely.

    >>> folder = PrivateFolder()
    >>> folder.path.is_dir()
    True
    """

    def __init__(self, inside: Path | None = None) -> None:
        prefix = "oncorules-" if inside is None else ".writing-"
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=inside))
        # Not tempfile.TemporaryDirectory: that one warns when it is collected without a close.
        self._remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder now; a second call does nothing."""
        self._remove()
