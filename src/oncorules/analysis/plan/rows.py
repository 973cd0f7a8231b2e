"""What every analysis says of the rows that it reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from oncorules.rules.loading.model_base import Cell, Strict, Text, as_list


def _cells(value: object) -> object:
    return [None] if value is None else as_list(value)


Cells = Annotated[tuple[Cell, ...], BeforeValidator(_cells)]
"""Values of a column; null is a missing one."""

Numbers = Annotated[tuple[int, ...], BeforeValidator(as_list)]
Times = Annotated[tuple[Decimal, ...], BeforeValidator(as_list)]


class Rows(Strict):
    """The rows that an analysis reads: of a derived table, those with the values of `where`."""

    of: Text
    where: dict[Text, Cells] = Field(default_factory=dict)
