"""How much memory rows may take, as users write it: `500MB`, `2GB`, `1.5 GiB`."""

from __future__ import annotations

import re

from oncorules.errors import CallError

LEAST = 64_000_000  # bytes; with less there is no room for the rows of one thread
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?)?B", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def bytes_of(memory: str) -> int:
    """Return the number of bytes of a size such as `2GB`.

    Raises:
        CallError: `memory "2 gigs" is not a size; write it like 500MB or 2GB`, or it is too little.

    >>> bytes_of("2GB"), bytes_of("1.5 GiB")
    (2000000000, 1610612736)
    """
    found = _SIZE.fullmatch(memory.strip())
    if found is None:
        raise CallError(f'memory "{memory}" is not a size; write it like 500MB or 2GB')
    number, unit = found[1], (found[2] or "").upper()
    size = int(float(number) * (1024 if "I" in unit else 1000) ** _POWERS[unit[:1]])
    if size < LEAST:
        raise CallError(f'memory "{memory}" is too little to work with; give 64MB or more')
    return size
