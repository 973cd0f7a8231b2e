"""What a check found about one figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from oncorules.analysis.published.figure import Published


@dataclass(frozen=True)
class Checked:
    """One check of one figure.

    Attributes:
        id: the figure.
        agrees: whether it is printed as it should be.
        note: the arithmetic, in words.
        computed: what should be printed, where that is one text.
        exact: it was computed without rounding.
        convention: the reading under which it agrees, where others do not.
    """

    id: str
    agrees: bool
    note: str
    computed: str | None = None
    exact: bool = False
    convention: str = ""


class Check(Protocol):
    """Goes through a paper; what was found wrong by earlier checks is known."""

    def __call__(self, published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
        """Yield what was found about figures."""
