"""How a study reads tables from a site's own files: `read` in `pack.yaml`, as typed models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from oncorules.data.mapped_rows import is_form_of_dates
from oncorules.data.mapping import ROW, ColumnFrom, TableFrom, TablesFrom
from oncorules.rules.loading.model_base import Name, Strict, Text, as_list

_LIST = {"anyOf": [{"type": ["string", "number", "boolean", "null"]}, {"type": "array"}]}


def _values(value: object) -> object:
    """Return allowed values as a list of texts; null is the empty one."""
    listed = value if isinstance(value, list) else [value]
    return ["" if one is None else one for one in listed]


Values = Annotated[tuple[Text, ...], BeforeValidator(_values), WithJsonSchema(_LIST)]
Columns = Annotated[tuple[Text, ...], BeforeValidator(as_list), WithJsonSchema(_LIST)]


class ReadColumn(Strict):
    """One column: a column of the file, or the same value in every row.

    Attributes:
        from_: the column of the file, `from` in YAML; `#row` is the number of the data row.
        value: the value of every row.
        codes: what each code of the file stands for.
        date: how the file writes dates: DD, MM and YYYY with `-`, `/`, `.` or a blank between.
    """

    from_: Text | None = Field(default=None, alias="from")
    value: Text | None = None
    codes: dict[Text, Text] = Field(default_factory=dict)
    date: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.from_ is None) == (self.value is None):
            raise ValueError('a column has either "from" or "value"')
        if self.from_ in (None, ROW) and (self.codes or self.date):
            raise ValueError('"codes" and "date" need a column of the file')
        if self.codes and self.date:
            raise ValueError('a column has either "codes" or "date", not both')
        if self.from_ is not None and self.from_.startswith("#") and self.from_ != ROW:
            raise ValueError(f'"{self.from_}" is no column; {ROW} is the number of the row')
        if self.date is not None and not is_form_of_dates(self.date):
            raise ValueError(f'"{self.date}" says no form of dates; write it as DD-MM-YYYY')
        return self

    def as_source(self) -> ColumnFrom:
        """Return the column as the data layer reads it."""
        return ColumnFrom(self.from_ or "", self.value or "", self.codes, self.date or "")


def _named(value: object) -> object:
    return value if isinstance(value, dict) else {"from": value}


AnyColumn = Annotated[
    ReadColumn,
    BeforeValidator(_named),
    WithJsonSchema({"anyOf": [{"type": ["string", "number"]}, {"type": "object"}]}),
]


class ReadTable(Strict):
    """One file that rows of a table come from.

    Attributes:
        from_: the file, or the table it would be by its name; `from` in YAML.
        where: columns of the file with the value, or the values, of the rows to take.
        when_filled: a row is taken only when one of these columns of the file is filled.
        columns: the columns of the table; all columns of the file when not said.
    """

    from_: Text = Field(alias="from")
    where: dict[Text, Values] = Field(default_factory=dict)
    when_filled: Columns = ()
    columns: dict[Name, AnyColumn] = Field(default_factory=dict)

    def as_source(self) -> TableFrom:
        """Return the table as the data layer reads it."""
        columns = {name: one.as_source() for name, one in self.columns.items()}
        return TableFrom(self.from_, self.where, self.when_filled, columns)


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


ReadTables = dict[Name, Annotated[tuple[ReadTable, ...], BeforeValidator(_listed)]]


def sources_of(tables: Mapping[str, Iterable[Any]]) -> TablesFrom:
    """Return how a pack reads its tables, as the data layer takes it."""
    return {name.upper(): tuple(one.as_source() for one in ways) for name, ways in tables.items()}
