"""Columns of a table as data of a page: of equal values one stands there, where that is shorter.

A column is one of three: `{"all": value}`, the same value in every row; `{"of": [...], "at":
[...]}`, distinct values and, row by row, which of them; `{"each": [...]}`, row by row.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable

from oncorules.report.cell_text import spelled

PageCell = str | int | None


class PageColumn:
    """A column that grows; of equal values one is kept."""

    def __init__(self) -> None:
        """Begin without a row."""
        self._places: dict[PageCell, int] = {}
        self._at = array("I")

    def extend(self, cells: Iterable[PageCell]) -> None:
        """Add the cells of more rows."""
        places = self._places
        self._at.extend([places.setdefault(cell, len(places)) for cell in cells])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._at)

    @property
    def distinct(self) -> list[PageCell]:
        """The distinct cells, in the order in which they came."""
        return list(self._places)

    def as_json(self) -> str:
        r"""Return the column as JSON that may stand in a page.

        >>> column = PageColumn()
        >>> column.extend(["WEEK 1", "WEEK 1", "WEEK 1", None, "</script>"])
        >>> column.as_json()
        '{"of":["WEEK 1",null,"\\u003c/script>"],"at":[0,0,0,1,2]}'
        """
        values = [spelled(one) if isinstance(one, str) else one for one in self._places]
        if len(values) == 1:
            return page_json({"all": values[0]})
        if 2 * len(values) > len(self._at) + 1:
            return page_json({"each": [values[place] for place in self._at]})
        return page_json({"of": values, "at": self._at.tolist()})


class PageTable:
    """The columns of one table; those that are equal stand in the page once."""

    def __init__(self) -> None:
        """Begin without a column."""
        self._places: dict[str, int] = {}
        self._of: dict[PageColumn, int] = {}

    def add(self, column: PageColumn) -> int:
        """Add a column that grows no more, and return where it stands."""
        if column not in self._of:
            self._of[column] = self._places.setdefault(column.as_json(), len(self._places))
        return self._of[column]

    def as_json(self) -> str:
        """Return the columns as JSON that may stand in a page."""
        return f"[{','.join(self._places)}]"


def page_json(value: object) -> str:
    r"""Return JSON that may stand in a `<script>` of a page: no tag begins or ends in it.

    >>> page_json({"name": "<!--µ</script>"})
    '{"name":"\\u003c!--\\u00b5\\u003c/script>"}'
    """
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
