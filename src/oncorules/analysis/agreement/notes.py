"""What a study notes below its tables and figures, with the values of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NAMED = re.compile(r"\{(\w+)\}")


def filled_notes(notes: Iterable[str], parameters: Mapping[str, object]) -> tuple[str, ...]:
    """Return notes with the parameters that stand in braces replaced by their values.

    >>> filled_notes(["A month has {days} days; {other}."], {"days": 30})
    ('A month has 30 days; {other}.',)
    """
    return tuple(
        NAMED.sub(lambda match: str(parameters.get(match[1], match[0])), note) for note in notes
    )
