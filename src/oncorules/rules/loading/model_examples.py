"""Examples of rules and tables: the short form, the long form, or a list that mixes them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from oncorules.rules.loading.model_base import (
    SCALAR_SCHEMA,
    Cell,
    Name,
    Setting,
    Strict,
    Text,
    repeated,
)

_GRID_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "array", "items": SCALAR_SCHEMA}},
    },
    "required": ["columns", "rows"],
    "additionalProperties": False,
}
_WITH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number"]},
}
_EXAMPLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": ["string", "number"]},
        "columns": _GRID_SCHEMA["properties"]["columns"],
        "rows": _GRID_SCHEMA["properties"]["rows"],
        "given": {"type": "object", "additionalProperties": _GRID_SCHEMA},
        "with": _WITH_SCHEMA,
        "expect": {
            "anyOf": [_GRID_SCHEMA, {"type": "object", "additionalProperties": SCALAR_SCHEMA}]
        },
    },
    "additionalProperties": False,
}


class Grid(Strict):
    """A small table drawn in a rule file."""

    columns: Annotated[tuple[Text, ...], Field(min_length=1)]
    rows: tuple[tuple[Cell, ...], ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        twice = repeated(self.columns)
        if twice is not None:
            raise ValueError(f'column "{twice}" stands twice')
        wide = len(self.columns)
        for number, row in enumerate(self.rows, 1):
            if len(row) != wide:
                raise ValueError(
                    f"row {number} has {len(row)} values, expected {wide}: "
                    + ", ".join(self.columns)
                )
        return self


class Example(Strict):
    """One example.

    The short form is a grid whose rows each are a little export of their own, with the column
    `expect`; the long form names tables (`given`) and what comes out (`expect`).
    """

    title: Text | None = None
    grid: Grid | None = None
    given: dict[Name, Grid] = Field(default_factory=dict)
    with_: dict[Text, Setting] = Field(default_factory=dict, alias="with")
    expect: Grid | dict[Text, Cell] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_grid(cls, value: object) -> object:
        if not isinstance(value, dict) or not {"columns", "rows"} & set(value):
            return value
        rest = {key: value[key] for key in value if key not in ("columns", "rows")}
        grid = {key: value[key] for key in ("columns", "rows") if key in value}
        return {**rest, "grid": grid}

    @model_validator(mode="before")
    @classmethod
    def _read_expect(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("expect"), dict):
            expect = value["expect"]
            if set(expect) == {"columns", "rows"} and isinstance(expect["rows"], list):
                return {**value, "expect": Grid.model_validate(expect)}
        return value

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.grid is None) == (not self.given):
            raise ValueError('expected "columns" and "rows" (the short form), or "given"')
        return self


def _as_examples(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Examples = Annotated[
    tuple[Example, ...],
    BeforeValidator(_as_examples),
    WithJsonSchema({"anyOf": [_EXAMPLE_SCHEMA, {"type": "array", "items": _EXAMPLE_SCHEMA}]}),
]
"""One example or a list of them; always a tuple afterwards."""
