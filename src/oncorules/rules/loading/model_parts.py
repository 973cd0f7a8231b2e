"""The parts that rules and derived tables are built from: look-ups, windows, columns, lines."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from oncorules.rules.loading.model_base import (
    SCALAR_SCHEMA,
    Formula,
    Name,
    OptionalFormula,
    OptionalValue,
    Strict,
    Text,
    UnitName,
    ValueFormula,
    repeated,
    scalar_text,
)
from oncorules.rules.loading.model_words import Order, RowsOf, read_order, read_rows

THIS_TABLE = "this table"
NOT_EVALUABLE = "not evaluable"
OTHERWISE = "otherwise"

_IDENTIFIER = re.compile(r"(--)?[A-Za-z_]\w*")


def _check_order(text: str) -> str:
    read_order(text)
    return text


def _check_rows(text: str) -> str:
    read_rows(text)
    return text


def _read_on(value: object) -> object:
    return {name: name for name in value} if isinstance(value, list) else value


OrderText = Annotated[str, AfterValidator(_check_order)]
Names = tuple[Name, ...]
On = Annotated[
    dict[Name, Name],
    BeforeValidator(_read_on),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]
"""The columns a look-up joins on: {column there: column here}; a list means equal names."""


class Lookup(Strict):
    """One row of another table, or of this one, found for each row."""

    from_: Text = Field(alias="from")
    on: On | None = None
    where: OptionalFormula = None
    take: Literal["first", "last", "only"]
    order: tuple[OrderText, ...] = ()
    if_none: Literal["not evaluable"] | dict[Name, ValueFormula] | None = None
    in_between: dict[Name, Formula] = Field(default_factory=dict)
    accept: OptionalFormula = None
    columns: dict[Name, ValueFormula] = Field(default_factory=dict)

    @property
    def orders(self) -> tuple[Order, ...]:
        """The entries of `order`, read."""
        return tuple(read_order(text) for text in self.order)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.take != "only" and not self.order:
            raise ValueError(f'"take: {self.take}" needs "order", the columns that rank the rows')
        if self.in_between and self.accept is None:
            raise ValueError('"in_between" is read by "accept" only, and there is no "accept"')
        return self


class Window(Strict):
    """Rows near the current one, by words."""

    per: Names
    order: tuple[OrderText, ...] = ()
    rows: Annotated[str, AfterValidator(_check_rows)]
    missing_day: Literal["first", "last", "not evaluable"] | None = None

    @property
    def orders(self) -> tuple[Order, ...]:
        """The entries of `order`, read."""
        return tuple(read_order(text) for text in self.order)

    @property
    def seen(self) -> RowsOf:
        """The words of `rows`, read."""
        return read_rows(self.rows)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.rows != "all" and not self.order:
            raise ValueError(f'"rows: {self.rows}" needs "order", the columns that rank the rows')
        return self


class Run(Strict):
    """Unbroken blocks of rows for which `of` is true."""

    per: Names
    order: Annotated[tuple[OrderText, ...], Field(min_length=1)]
    of: Formula
    missing_day: Literal["first", "last", "not evaluable"] | None = None

    @property
    def orders(self) -> tuple[Order, ...]:
        """The entries of `order`, read."""
        return tuple(read_order(text) for text in self.order)


class FirstTrueLine(Strict):
    """One line `- RESULT: condition`; the first that is true decides."""

    result: str
    when: Formula
    id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_line(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError('expected a line "- RESULT: condition"')
        if set(value) >= {"result", "when"}:
            return value
        keys = [key for key in value if key != "id"]
        if len(keys) != 1:
            raise ValueError(
                'expected one "RESULT: condition" (and perhaps "id"), found '
                + (" and ".join(f'"{key}"' for key in keys) or "none")
            )
        return {"result": keys[0], "when": value[keys[0]], "id": value.get("id")}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the line as it is written."""
        return {
            "type": "object",
            "description": "- RESULT: condition",
            "properties": {"id": {"type": "string"}},
            "additionalProperties": SCALAR_SCHEMA,
            "minProperties": 1,
            "maxProperties": 2,
        }


def _read_cell(value: object) -> object:
    if isinstance(value, list):
        return tuple(scalar_text(item) for item in value)
    return scalar_text(value)


DecisionCell = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_read_cell),
    WithJsonSchema({"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA}]}),
]
"""A cell of a decision table: a value, several values, `any`, `missing`, `none`."""


class Column(Strict):
    """A column: one formula, lines of which the first true one decides, or a decision table."""

    value: OptionalValue = None
    first_true: tuple[FirstTrueLine, ...] | None = None
    if_unknown: OptionalValue = None
    decide_by: tuple[Name, ...] | None = None
    rows: tuple[tuple[DecisionCell, ...], ...] | None = None
    type: Literal["text", "integer", "number", "date", "boolean"] | None = None
    unit: UnitName | None = None
    label: Text | None = None
    codes: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _explain_shape(cls, value: object) -> object:
        if not isinstance(value, (dict, cls)):
            raise ValueError('expected "value: formula", "first_true" or "decide_by"')
        return value

    @model_validator(mode="after")
    def _check(self) -> Self:
        forms = [self.value, self.first_true, self.decide_by]
        if sum(form is not None for form in forms) != 1:
            raise ValueError('expected exactly one of "value", "first_true", "decide_by"')
        if self.if_unknown is not None and self.first_true is None:
            raise ValueError('"if_unknown" belongs to "first_true"')
        if (self.decide_by is None) != (self.rows is None):
            raise ValueError('"decide_by" and "rows" belong together')
        if self.first_true is not None:
            check_line_ids(self.first_true)
        if self.decide_by is not None and self.rows is not None:
            if self.decide_by[-1] != "then":
                raise ValueError('the last name of "decide_by" is "then", the result')
            wide = len(self.decide_by)
            for number, row in enumerate(self.rows, 1):
                if len(row) != wide:
                    raise ValueError(f"row {number} has {len(row)} cells, expected {wide}")
                if not isinstance(row[-1], str):
                    raise ValueError(f"row {number}: the result is one value, not a list")
        return self


class DecideLine(Strict):
    """One line of `decide`: when it is true, these columns get these values."""

    when: Formula
    id: str | None = None
    values: dict[Name, ValueFormula] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_line(cls, value: object) -> object:
        if not isinstance(value, dict) or isinstance(value.get("values"), dict):
            return value
        own = {key: value[key] for key in ("id", "when") if key in value}
        return {**own, "values": {key: value[key] for key in value if key not in own}}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the line as it is written."""
        return {
            "type": "object",
            "properties": {"id": {"type": "string"}, "when": SCALAR_SCHEMA},
            "additionalProperties": SCALAR_SCHEMA,
            "required": ["when"],
        }


class Decide(Strict):
    """Several columns set by the first line that is true."""

    sets: Annotated[Names, Field(min_length=1)]
    lines: Annotated[tuple[DecideLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_line_ids(self.lines)
        for number, line in enumerate(self.lines, 1):
            for name in line.values:
                if name not in self.sets:
                    raise ValueError(
                        f'line {line.id or number} sets "{name}", which is not one of "sets": '
                        + ", ".join(self.sets)
                    )
        return self


def check_line_ids(lines: tuple[Any, ...]) -> None:
    """Refuse two lines with one id.

    Raises:
        ValueError: two lines have the same id.
    """
    twice = repeated(line.id for line in lines if line.id is not None)
    if twice is not None:
        raise ValueError(f'two lines have the id "{twice}"')


def is_identifier(text: str) -> bool:
    """Return whether a text is one bare name, such as the result `TRGRESP` of a line."""
    return _IDENTIFIER.fullmatch(text) is not None
