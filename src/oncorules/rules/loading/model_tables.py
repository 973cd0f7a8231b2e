"""Derived tables and what stands around them: code lists, schedules, published tables."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from oncorules.rules.loading.model_base import (
    SCALAR_SCHEMA,
    Formula,
    Name,
    OptionalFormula,
    Setting,
    Source,
    Strict,
    Text,
    TextList,
    UnitName,
    ValueFormula,
    fill_same_source,
    repeated,
)
from oncorules.rules.loading.model_examples import Examples
from oncorules.rules.loading.model_parts import (
    Column,
    Decide,
    Lookup,
    Names,
    OrderText,
    Run,
    Window,
)
from oncorules.rules.loading.model_words import Order, read_order


class Parameter(Strict):
    """A named limit or choice; every one says where it comes from."""

    value: Setting
    unit: UnitName | None = None
    choices: tuple[Text, ...] | None = None
    step: Setting | None = None
    title: Text | None = None
    source: Source

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.choices is not None and str(self.value) not in self.choices:
            raise ValueError(
                f'value "{self.value}" is not one of the choices: ' + ", ".join(self.choices)
            )
        return self


class CodeList(Strict):
    """A list of codes, ranked or not."""

    best_first: tuple[Text, ...] | None = None
    worst_first: tuple[Text, ...] | None = None
    values: tuple[Text, ...] | None = None
    extensible: bool = False
    title: Text | None = None
    source: Source | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order of the file."""
        return self.best_first or self.worst_first or self.values or ()

    @property
    def ranked(self) -> tuple[str, ...] | None:
        """The codes from best to worst; None when the list has no order."""
        if self.worst_first is not None:
            return tuple(reversed(self.worst_first))
        return self.best_first

    @model_validator(mode="after")
    def _check(self) -> Self:
        forms = [self.best_first, self.worst_first, self.values]
        if sum(form is not None for form in forms) != 1:
            raise ValueError('expected exactly one of "best_first", "worst_first", "values"')
        twice = repeated(self.codes)
        if twice is not None:
            raise ValueError(f'code "{twice}" stands twice')
        return self


class Schedule(Strict):
    """Planned assessments: at these days after a date, then at a fixed distance."""

    from_: Formula = Field(alias="from")
    at: tuple[Formula, ...] = ()
    then_every: OptionalFormula = None
    unit: Literal["day", "week", "month", "year"] = "day"
    tolerance: Formula = "0"
    source: Source | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.at and self.then_every is None:
            raise ValueError('expected "at", "then_every" or both')
        return self


class StackPart(Strict):
    """Rows that one table gives to a stacked table, with the columns they get."""

    from_: Name = Field(alias="from")
    where: OptionalFormula = None
    columns: dict[Name, ValueFormula] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_variables(cls, value: object) -> object:
        if not isinstance(value, dict) or "columns" in value:
            return value
        # Variables stand beside `from` in upper case, so a misspelt key is still noticed.
        names = [key for key in value if isinstance(key, str) and key.isupper()]
        rest = {key: value[key] for key in value if key not in names}
        return {**rest, "columns": {name: value[name] for name in names}} if names else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the part as it is written."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["patternProperties"] = {"^[A-Z][A-Z0-9_]*$": SCALAR_SCHEMA}
        return schema


class Walk(Strict):
    """Row after row with carried values, for what windows cannot say."""

    per: Names
    order: Annotated[tuple[OrderText, ...], Field(min_length=1)]
    at_most: Annotated[int, Field(gt=0)]
    start: dict[Name, ValueFormula]
    each_row: Annotated[dict[Name, Column], Field(min_length=1)]

    @property
    def orders(self) -> tuple[Order, ...]:
        """The entries of `order`, read."""
        return tuple(read_order(text) for text in self.order)


class Table(Strict):
    """A derived table."""

    title: Text | None = None
    source: Source | None = None
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    one_row_per: Annotated[Names, Field(min_length=1)]
    from_: Name | None = Field(default=None, alias="from")
    rows_of: Annotated[Names, Field(min_length=1)] | None = None
    stack: Annotated[tuple[StackPart, ...], Field(min_length=1)] | None = None
    terms_of: Name | None = None
    if_no_row: dict[Name, dict[Name, ValueFormula]] = Field(default_factory=dict)
    where: OptionalFormula = None
    lookups: dict[Name, Lookup] = Field(default_factory=dict)
    windows: dict[Name, Window] = Field(default_factory=dict)
    runs: dict[Name, Run] = Field(default_factory=dict)
    until: OptionalFormula = None
    columns: dict[Name, Column] = Field(default_factory=dict)
    decide: Decide | None = None
    walk: Walk | None = None
    keep: OptionalFormula = None
    if_unreadable: Literal["stop", "missing"] = "stop"
    explain: dict[Name, Annotated[Names, Field(min_length=1)]] = Field(default_factory=dict)
    examples: Examples = ()

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: object) -> object:
        return fill_same_source(value)

    @model_validator(mode="after")
    def _check(self) -> Self:
        forms = (self.from_, self.rows_of, self.stack, self.terms_of)
        if sum(form is not None for form in forms) != 1:
            raise ValueError('expected exactly one of "from", "rows_of", "stack", "terms_of"')
        for name in self.if_no_row:
            if name not in (self.rows_of or ()):
                raise ValueError(f'"if_no_row" names "{name}", which is not one of "rows_of"')
        check_distinct(self.lookups, self.windows, self.runs)
        for name in self.decide.sets if self.decide else ():
            if name in self.columns:
                raise ValueError(f'"{name}" is set by "columns" and by "decide"')
        return self


class Selection(Strict):
    """Criteria applied in order; each subject leaves at the first that it fails."""

    title: Text | None = None
    source: Source | None = None
    of: Name
    steps: Annotated[TextList, Field(min_length=1)]
    if_not_evaluable: Literal["leave out", "keep", "stop"]


class Published(Strict):
    """A table that `derive` writes under this name."""

    from_: Name = Field(alias="from")
    columns: tuple[Name, ...] | None = None
    label: Text | None = None


def check_distinct(*groups: dict[str, Lookup] | dict[str, Window] | dict[str, Run]) -> None:
    """Refuse one name for two of look-ups, windows and runs.

    Raises:
        ValueError: a name stands in two groups, so that formulas could not tell them apart.
    """
    seen: set[str] = set()
    for group in groups:
        for name in group:
            if name in seen:
                raise ValueError(f'"{name}" names two of "lookups", "windows", "runs"')
            seen.add(name)
