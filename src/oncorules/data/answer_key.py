"""The answer key of planted defects: a file beside the tables of an export that is no table."""

from __future__ import annotations

NAME = "answer-key.csv"
"""The file; readers of exports leave it alone."""
COLUMNS = (
    "defect",
    "kind",
    "table",
    "USUBJID",
    "key",
    "variable",
    "before",
    "after",
    "rules",
    "also",
)
"""One row per defect. `key` is the row's key as findings write it, in JSON; `variable`, `before`
and `after` are what was changed, parted by commas where it is several columns; `rules` are those
that find it, and `also` those that may speak of what follows from it, both parted by blanks."""
