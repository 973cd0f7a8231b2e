"""What the files of a published paper may say; `docs/published-figures.md` explains each word."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from oncorules.rules.loading.model_base import Name, Strict, Text, as_list, scalar_text

Reading = Literal["exactly", "about", "more than", "almost", "below"]
Test = Literal["fisher", "log-rank", "chi-squared", "spearman"]
Cells = Literal[
    "n", "n (%)", "size", "median (range)", "median (Q1-Q3)", "median (95% CI)", "p", "value",
    "value (SE)", "ratio (95% CI)",
]  # fmt: skip
Ids = Annotated[tuple[str, ...], BeforeValidator(as_list)]
Places = tuple[int, ...]


def _row(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError("expected a list: id, line, and a cell for each column")
    return [scalar_text(cell) for cell in value]


TEMPLATE_NAMES = ("block", "row", "column", "role")


def _template(value: str) -> str:
    """Refuse what no cell can fill in: `km_{block}.survival_{row}` names where the cell stands."""
    for name in re.findall(r"\{(.*?)\}", value):
        if name not in TEMPLATE_NAMES:
            listed = ", ".join(f"{{{one}}}" for one in TEMPLATE_NAMES)
            raise ValueError(f'"{{{name}}}" is nothing that a cell has; there are {listed}')
    return value


Template = Annotated[Text, AfterValidator(_template)]


class Phrase(Strict):
    """Words with a number that says the same wherever they stand, such as `95% CI`."""

    text: Text
    number: Text
    design: Text


class Paper(Strict):
    """The paper itself; the file `paper.yaml`."""

    title: Text
    authors: Text
    journal: Text
    doi: Text
    licence: Text
    groups: dict[Name, Text]
    parts: tuple[Text, ...]
    names: tuple[Text, ...] = ()
    phrases: tuple[Phrase, ...] = ()


class Tolerance(Strict):
    """How far a computed figure may lie from the printed one, and why.

    A tolerance without a reason is refused.
    """

    units: Decimal
    reason: Text

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.units <= 0:
            raise ValueError("a tolerance is more than 0 units of the last printed digit")
        if not self.reason.strip():
            raise ValueError("a tolerance needs a reason; say why the figures may differ")
        return self


class Number(Strict):
    """What one number of a sentence, or one cell of a table with all its numbers, says."""

    is_: Ids = Field((), alias="is")
    cell: str | None = None
    size: Name | None = None
    percent: tuple[Ids, Ids] | None = None
    share_of: Name | None = None
    sum: tuple[str, ...] | None = None
    difference: tuple[Ids, Ids] | None = None
    test: Test | None = None
    of: tuple[str, ...] = ()
    at_most: str | None = None
    cohort: Text | None = None
    group: Name | None = None
    analysis: str | None = None
    tolerance: Tolerance | None = None
    not_computable: Text | None = None
    external: Text | None = None
    design: Text | None = None
    reading: Reading = "exactly"


class Total(Strict):
    """Numbers of a sentence that add up to another one."""

    parts: Places
    of: Annotated[str, BeforeValidator(scalar_text)]


class Sentence(Strict):
    """A sentence, or the part of it that has numbers; each number stands in braces."""

    text: Text
    numbers: tuple[Number, ...] = ()
    external: Text | None = None
    design: Text | None = None
    total: Total | None = None
    percents_to: tuple[Places, ...] = ()
    ordered: tuple[Places, ...] = ()
    interval: tuple[int, int, int] | None = None


class Column(Strict):
    """A column of a table."""

    header: Text
    group: Name | None = None
    cells: Cells | None = None
    test: Test | None = None
    compares: tuple[Name, Name] | None = None
    repeats: str | None = None
    analysis: Template | None = None


class Block(Strict):
    """Rows of a table that belong together, such as the categories of one characteristic."""

    header: Text | None = None
    cells: Cells | None = None
    test: Test | None = None
    analysis: Template | None = None
    partition: bool = False
    pooled: Name | None = None
    largest: Name | None = None
    sum: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    p_of: dict[Name, Name] = Field(default_factory=dict)
    row_groups: dict[Name, Name] = Field(default_factory=dict)
    across: tuple[tuple[Name, ...], ...] = ()
    repeats: dict[Name, str] = Field(default_factory=dict)
    rows: tuple[Annotated[tuple[str, ...], BeforeValidator(_row)], ...]


class PrintedTable(Strict):
    """A table of the paper; the files `table-*.yaml`.

    `source` says where it is printed, if not in the paper itself.
    """

    table: Text
    title: Text
    source: Text | None = None
    columns: dict[Name, Column]
    blocks: dict[Name, Block]
    same: tuple[tuple[str, str], ...] = ()
    notes: dict[Name, Sentence] = Field(default_factory=dict)


class Section(Strict):
    """A section of the text; every other file."""

    section: Text
    source: Text | None = None
    sentences: dict[Name, Sentence]
