"""One printed figure: where it stands, what it says, and what it follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from oncorules.analysis.published.model import PrintedTable, Reading, Test, Tolerance
from oncorules.analysis.published.printed import Printed

Class = Literal["cohort", "recomputable", "external", "design"]
CLASSES: tuple[Class, ...] = ("cohort", "recomputable", "external", "design")


@dataclass(frozen=True)
class Place:
    """Where a figure stands in the paper.

    Attributes:
        part: `Table 5` or the heading of a section.
        row: the line of the table, or the name of the sentence.
        column: the heading of the column; empty in a text.
        number: which number of its cell or sentence, from 1.
        line: `file:line` of the study's own file, for who wants to change it.
    """

    part: str
    row: str
    column: str
    number: int
    line: str

    def __str__(self) -> str:
        """Return the place in one line."""
        return ", ".join(part for part in (self.part, self.row, self.column) if part)


@dataclass(frozen=True)
class Follows:
    """How a figure follows from other printed ones.

    Attributes:
        rule: percent, sum, difference or test.
        operands: for each operand the ids whose sum it is; `group:NAME` is the size of a group.
        test: which test, of a test.
        unknown: ids of those whose value is unknown; readings leave them in or out.
        reading: how exactly the text puts it.
    """

    rule: Literal["percent", "sum", "difference", "test"]
    operands: tuple[tuple[str, ...], ...]
    test: Test | None = None
    unknown: tuple[tuple[str, ...], ...] = ()
    reading: Reading = "exactly"


@dataclass(frozen=True)
class Figure:
    """A printed number.

    Attributes:
        id: `table-5.pfs.all.i.median`, `abstract.doses.2`.
        place: where it is printed.
        printed: the number as printed.
        statistic: what it is: n, percent, median, low, high, p, or words.
        group: whom it is about.
        source: of an external figure the reference, of a design figure what it fixes.
        size_of: the group whose size it is.
        same_as: ids of figures that print the same quantity.
        reading: how exactly it repeats them.
        follows: how it follows from other figures.
        share_of: the group of which it is a percentage whose count is not printed.
        at_most: the id of a figure that it cannot exceed.
        analysis: the analysis that gives it, and which of its numbers: `os_all.median`.
        tolerance: how far what is computed may lie from it, and why.
        not_computable: why no export can give it.
    """

    id: str
    place: Place
    printed: Printed
    statistic: str
    group: str | None = None
    source: str | None = None
    kind: Class = "cohort"
    size_of: str | None = None
    same_as: tuple[str, ...] = ()
    reading: Reading = "exactly"
    follows: Follows | None = None
    share_of: str | None = None
    at_most: str | None = None
    analysis: str | None = None
    tolerance: Tolerance | None = None
    not_computable: str | None = None


@dataclass(frozen=True)
class Sum:
    """Figures that must add up to another one, or to the size of a group.

    Attributes:
        parts: ids that are added.
        whole: the id of the sum, or `group:NAME`.
        percents: the parts are percentages of the same whole, and add up to 100.
    """

    parts: tuple[str, ...]
    whole: str
    percents: bool = False


@dataclass
class Published:
    """All figures of a paper, and what must hold between them.

    Attributes:
        id: of the study.
        title: of the paper.
        doi: of the paper.
        groups: what each group is.
        figures: by id, in the order of the paper.
        sums: what must add up.
        ordered: triples of ids that must not descend: low, middle, high.
        intervals: median, lower and upper limit.
        pooled: the median of a whole and those of its parts.
        largest: a count that is at least each of the others.
        tables: the tables as printed, by the name of their file.
    """

    id: str
    title: str
    doi: str
    groups: dict[str, str]
    figures: dict[str, Figure] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    ordered: list[tuple[str, str, str]] = field(default_factory=list)
    intervals: list[tuple[str, str, str]] = field(default_factory=list)
    pooled: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    largest: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    tables: dict[str, PrintedTable] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.figures.values())

    def sizes(self, group: str) -> list[Figure]:
        """Return the figures that print the size of a group, in the order of the paper."""
        return [one for one in self if one.size_of == group]

    def value_of(self, operand: Iterable[str]) -> int | None:
        """Return the sum of some counts, None when one of them is not printed."""
        total = 0
        for id in operand:
            figure = self.find(id)
            if figure is None:
                return None
            total += int(figure.printed.value)
        return total

    def find(self, id: str) -> Figure | None:
        """Return a figure by id, or of `group:NAME` the first that prints the group's size."""
        if id.startswith("group:"):
            return next(iter(self.sizes(id.removeprefix("group:"))), None)
        return self.figures.get(id)
