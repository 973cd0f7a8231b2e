"""What reads the parts of an explanation from the answers to the questions about a row.

What is the same for all rows of a rule stands in the readers, so that whoever explains many rows
may take each answer as a column instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from oncorules.validation.explanation import (
    TRUTHS,
    ExplainedClause,
    FoundRow,
    ShownColumn,
    ShownValue,
)
from oncorules.validation.questions import Reader, Row


@dataclass(frozen=True)
class ValueReader:
    """Reads a value of a clause.

    Attributes:
        name: its words.
        text: the value.
        unit: its unit, or what reads the unit that stands beside it in the row.
    """

    name: str
    text: Reader
    unit: str | Reader | None

    def __call__(self, row: Row) -> ShownValue:
        """Return the value in a row."""
        unit = self.unit(row) if isinstance(self.unit, Reader) else self.unit
        return ShownValue(self.name, self.text(row), unit)


@dataclass(frozen=True)
class ClauseReader:
    """Reads a clause; the attributes are those of `ExplainedClause`."""

    text: str
    truth: Reader
    values: tuple[ValueReader, ...]
    parts: tuple[ClauseReader, ...]

    def __call__(self, row: Row) -> ExplainedClause:
        """Return the clause with its truth on a row."""
        return ExplainedClause(
            self.text,
            TRUTHS[self.truth(row)],
            tuple(value(row) for value in self.values),
            tuple(part(row) for part in self.parts),
        )

    def walk(self) -> Iterator[ClauseReader]:
        """Go through the clause and all its parts, in the order of their lines."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class MissingReader:
    """Reads whether it came to what `if_missing` says of a name."""

    name: str
    answer: str
    gone: Reader


@dataclass(frozen=True)
class ColumnReader:
    """Reads a column that is built for the rule.

    Attributes:
        name: the column.
        text: its value.
        number: the line that decided it, where lines do.
        words: returns that line in words.
        unit: the unit of the value.
    """

    name: str
    text: Reader
    number: Reader | None
    words: Callable[[int], str]
    unit: str | None

    def line(self, number: int | None) -> str:
        """Return in words which line decided."""
        return self.words(number or 0)

    def __call__(self, row: Row) -> ShownColumn:
        """Return the column in a row."""
        decided = None if self.number is None else self.line(self.number(row))
        return ShownColumn(self.name, self.text(row), decided, self.unit)


@dataclass(frozen=True)
class LookupReader:
    """Reads which row a look-up found.

    Attributes:
        name: the look-up.
        table: where it looks.
        found: whether there is a row.
        key: the key of that row.
        numbers: its file and row, where the table has them.
        files: what the number of a file counts.
    """

    name: str
    table: str
    found: Reader
    key: dict[str, Reader]
    numbers: Sequence[Reader]
    files: Sequence[str]

    def __call__(self, row: Row) -> FoundRow:
        """Return what was found for a row."""
        numbers = [number(row) for number in self.numbers]
        hit = bool(self.found(row))
        values = {name: value(row) for name, value in self.key.items()} if hit else None
        several = hit and bool(numbers) and None in numbers
        place = place_of(numbers, self.files)
        return FoundRow(self.name, self.table, hit, place, values, several)


def place_of(numbers: Sequence[int | None], files: Sequence[str]) -> str | None:
    """Return `file:row` of the number of a file and a row, where both are known."""
    if len(numbers) != 2 or not files:
        return None
    file, row = numbers
    if file is None or row is None or file >= len(files):
        return None
    return f"{files[file]}:{row}"
