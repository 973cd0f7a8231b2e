"""What a study notes below its tables and figures, with the values of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from oncorules.errors import CallError, did_you_mean

NAMED = re.compile(r"\{(\w+)\}")


def filled_notes(notes: Iterable[str], parameters: Mapping[str, object]) -> tuple[str, ...]:
    """Return notes with the parameters that stand in braces replaced by their values.

    Args:
        notes: as the plan of the study has them.
        parameters: the values that held, by name.

    Raises:
        CallError: `the note "{day} days" names a parameter "day" that the study does not have`.

    >>> filled_notes(["A month has {days} days."], {"days": 30})
    ('A month has 30 days.',)
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in parameters:
            near = did_you_mean(name, parameters)
            raise CallError(
                f'the note "{found.string}" names a parameter "{name}" that the study does not '
                f"have{near}"
            )
        return str(parameters[name])

    return tuple(NAMED.sub(value, note) for note in notes)
