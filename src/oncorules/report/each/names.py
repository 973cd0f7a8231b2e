"""What the exports of one call are called: the names of their folders below `--out`.

A name is the last part of the path without its ending. Where two exports would have one name, both
get as much of what stands before it as tells them apart, so that the name of an export does not
depend on the order of the call, and a later call finds the export of an earlier one.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from oncorules.data.database import hide_password
from oncorules.errors import CallError

RECORD = "each.json"
"""The file that lies beside the folders."""
_MARK = re.compile(r"[^\w.-]")


def name_exports(paths: Sequence[str | Path]) -> list[str]:
    """Return a name for each export that is safe as the name of a folder.

    Raises:
        CallError: an export is named twice, or two cannot be told apart by a name.

    >>> name_exports(["week1/trial", "week2/trial", "sites/NL 01.zip"])
    ['week1-trial', 'week2-trial', 'NL_01']
    """
    texts = [shown(path) for path in paths]
    _refuse_twice(paths, texts)
    wanted = [_names(path) for path in paths]
    place = [0] * len(wanted)
    while True:
        names = [ways[at] for ways, at in zip(wanted, place, strict=True)]
        counts = Counter(name.casefold() for name in [*names, RECORD])
        taken = [number for number, name in enumerate(names) if counts[name.casefold()] > 1]
        if not taken:
            return names
        longer = [number for number in taken if place[number] + 1 < len(wanted[number])]
        if not longer:
            same = [texts[number] for number in taken if names[number] == names[taken[0]]]
            raise CallError(
                f"{' and '.join(same or [texts[taken[0]]])} would be written to the folder "
                f"{names[taken[0]]} of --out; rename one of them, or validate it by itself"
            )
        for number in longer:
            place[number] += 1


def shown(path: str | Path) -> str:
    """Return a path as it may be shown: without the password of a database."""
    return hide_password(str(path)) if "://" in str(path) else str(path)


def _refuse_twice(paths: Sequence[str | Path], texts: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for path, text in zip(paths, texts, strict=True):
        real = str(path) if "://" in str(path) else os.path.realpath(Path(path).expanduser())
        if real in seen:
            raise CallError(f"{text} is given twice ({seen[real]}); name it once")
        seen[real] = text


def _names(path: str | Path) -> list[str]:
    """Return the names that an export may have, the shortest first."""
    if "://" in str(path):
        whole = PurePosixPath(hide_password(str(path)).partition("://")[2])
    else:
        whole = PurePosixPath(Path(os.path.abspath(Path(path).expanduser())).as_posix())
    parts = [part for part in whole.parts if part != "/"]
    is_folder = "://" not in str(path) and Path(path).expanduser().is_dir()
    short = [] if is_folder else [whole.stem]
    long = ["-".join(parts[-count:]) for count in range(1, len(parts) + 1)]
    return list(dict.fromkeys(map(_safe, [*short, *long]))) or ["export"]


def _safe(name: str) -> str:
    """Return a name without what a file system, a shell or a reader could take for something else.

    >>> _safe("../a b;c"), _safe("...")
    ('_a_b_c', 'export')
    """
    return _MARK.sub("_", name).lstrip(".-").rstrip(".") or "export"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return some names for a sentence, with how many more there are."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
