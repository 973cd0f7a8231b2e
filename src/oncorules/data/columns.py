"""Column names of a file: checked, and completed where the file leaves them empty."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import DataError
from .sources import Note


def check_names(names: Sequence[str], shown: str) -> tuple[tuple[str, ...], list[Note]]:
    """Return the column names to use for a file, and notes on those that were made up.

    Blanks around a name are cut off; a column without a name is called `COLUMN_3` after its
    place. Names may hold anything else: quotes, line breaks, words of SQL.

    Args:
        names: the names as written, in file order.
        shown: the file as the user knows it, for messages.

    Raises:
        DataError: `lb.csv: column "lbseq" (column 4) is there twice, first as "LBSEQ" (column 2);
            remove or rename one of them`, or a name that starts with "#".

    >>> check_names([" USUBJID", ""], "lb.csv")[0]
    ('USUBJID', 'COLUMN_2')
    """
    if not names:
        raise DataError(f"{shown} has no columns; expected at least one column with a name")
    used: list[str] = []
    seen: dict[str, int] = {}
    unnamed: list[str] = []
    for place, raw in enumerate(names, start=1):
        name = raw.strip().removeprefix("\ufeff")
        if not name:
            name = f"COLUMN_{place}"
            unnamed.append(name)
        if name.startswith("#"):
            raise DataError(
                f'{shown}: column {place} is named "{name}", but names that start with "#" are'
                " kept for oncorules itself; rename the column"
            )
        if (first := seen.setdefault(name.casefold(), place)) != place:
            raise DataError(
                f'{shown}: column "{name}" (column {place}) is there twice, first as'
                f' "{used[first - 1]}" (column {first}); remove or rename one of them'
            )
        used.append(name)
    notes = []
    if unnamed:
        verb = "has" if len(unnamed) == 1 else "have"
        notes.append(Note(shown, f"{', '.join(unnamed)} {verb} no name in the file"))
    if any(looks_like_a_value(name) for name in used):
        notes.append(Note(shown, "the first line looks like values; it is read as column names"))
    return tuple(used), notes


def looks_like_a_value(text: str) -> bool:
    """Return whether a column name looks like a number or an ISO date.

    >>> looks_like_a_value("2014-01-02"), looks_like_a_value("3.5"), looks_like_a_value("V1")
    (True, True, False)
    """
    bare = text.strip().lstrip("+-")
    return bool(bare) and bare[0].isdigit() and all(c.isdigit() or c in ".,-:T/" for c in bare)
