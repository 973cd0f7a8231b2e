"""Which rows of a table are to be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncorules.rules.compiler.checks import OUTCOMES


@dataclass(frozen=True)
class Wanted:
    """The rows to explain; what is None is not asked for.

    Attributes:
        file: the number of the file among those of the table.
        row: the row of that file.
        key: the key of the row, as texts.
        subject: the subject.
        outcomes: the answers to explain.
        limit: how many rows at most.
    """

    file: int | None = None
    row: int | None = None
    key: Mapping[str, str | None] | None = None
    subject: str | None = None
    outcomes: Sequence[int] = tuple(range(len(OUTCOMES)))
    limit: int = 20
