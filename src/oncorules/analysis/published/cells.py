"""What the numbers of a table's cell are, by the pattern of the cell."""

from __future__ import annotations

import re

from oncorules.analysis.published.model import Cells
from oncorules.analysis.published.printed import NUMBER, Printed, read_printed

ROLES: dict[Cells, tuple[str, ...]] = {
    "n": ("n",),
    "size": ("n",),
    "n (%)": ("n", "percent"),
    "median (range)": ("median", "min", "max"),
    "median (Q1-Q3)": ("median", "q1", "q3"),
    "median (95% CI)": ("median", "low", "high"),
    "p": ("p",),
    "value": ("value",),
    "value (SE)": ("value", "error"),
    "ratio (95% CI)": ("ratio", "low", "high"),
}
DASH = "\u2013"
ABSENT = ("N/A", "NA")
"""What stands in the place of a number that was not reached or cannot be computed."""
NOTHING = (DASH, "-", *ABSENT)
"""What a cell holds where there is nothing to print, or where nothing can be computed."""
_PLACE = re.compile(rf"{NUMBER.pattern}|{'|'.join(ABSENT)}")


def read_cell(text: str, pattern: Cells) -> dict[str, Printed]:
    """Return the numbers of a cell by what they are; of an empty cell none.

    Raises:
        ValueError: `the cell "5 / 3" does not read as n (%)`.

    >>> {role: one.text for role, one in read_cell("442 (148-2,027)", "median (Q1-Q3)").items()}
    {'median': '442', 'q1': '148', 'q3': '2,027'}
    >>> list(read_cell("2 (N/A)", "n (%)")), list(read_cell("N/A", "n (%)"))
    (['n'], [])
    >>> list(read_cell("23 (16-NA)", "median (95% CI)"))
    ['median', 'low']
    """
    roles = ROLES[pattern]
    places = [match[0] for match in _PLACE.finditer(text)]
    found = [read_printed(one) for one in places if one not in ABSENT]
    rest = NUMBER.sub("", text)
    for word in NOTHING:
        rest = rest.replace(word, "")
    nothing = sum(text.count(word) for word in NOTHING) if len(found) < len(roles) else 0
    named = len(places) == len(roles)  # each number, or what stands in its place
    whole = named or (nothing and len(found) < 2) or not text
    # Of a column of counts and percentages some tables print the counts alone.
    alone = pattern == "n (%)" and len(found) == 1 and "(" not in text
    if rest.strip(f" ()%-{DASH}") or not (whole or alone):
        raise ValueError(f'the cell "{text}" does not read as {pattern}')
    if named:
        roles = tuple(role for role, one in zip(roles, places, strict=True) if one not in ABSENT)
    return dict(zip(roles, found, strict=False))
