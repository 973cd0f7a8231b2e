"""Rules (checks and eligibility criteria) and gradings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

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
    Formula,
    Name,
    OptionalFormula,
    RuleId,
    Source,
    Strict,
    Text,
    TextList,
    UnitName,
    ValueFormula,
    fill_same_source,
    repeated,
)
from oncorules.rules.loading.model_examples import Examples, Grid
from oncorules.rules.loading.model_parts import Column, Lookup, Run, Window
from oncorules.rules.loading.model_tables import Parameter, check_distinct

Severity = Literal["error", "warning", "notice"]
IfMissing = Literal["met", "not met", "not evaluable", "out of scope"]


class AppliesTo(Strict):
    """The rows a rule looks at."""

    table: Annotated[TextList, Field(min_length=1)]
    where: OptionalFormula = None


class Rule(Strict):
    """A check or an eligibility criterion: one condition per row, with three answers."""

    id: RuleId
    title: Text
    kind: Literal["check", "eligibility"]
    criterion: Literal["inclusion", "exclusion"] | None = None
    severity: Severity = "error"
    source: Source
    version: Text | None = None
    applies_to: AppliesTo
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    lookups: dict[Name, Lookup] = Field(default_factory=dict)
    windows: dict[Name, Window] = Field(default_factory=dict)
    runs: dict[Name, Run] = Field(default_factory=dict)
    columns: dict[Name, Column] = Field(default_factory=dict)
    condition: Formula
    if_missing: dict[Text, IfMissing] = Field(default_factory=dict)
    message: Text | None = None
    examples: Examples = ()

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: object) -> object:
        return fill_same_source(value)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.criterion is not None and self.kind != "eligibility":
            raise ValueError('"criterion" belongs to "kind: eligibility"')
        check_distinct(self.lookups, self.windows, self.runs)
        return self


def _grade_key(value: object) -> object:
    """Return a grade as written: a number, or two of which symptoms decide, the lower one first."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isdigit():
        return int(value)
    if isinstance(value, str) and (found := _TWO_GRADES.fullmatch(value)):
        low, high = (int(part) for part in found.groups())
        if low < high:
            return value
    raise ValueError('expected a grade from 0 to 5, or two of which symptoms decide: "1 or 2"')


_TWO_GRADES = re.compile(r"([0-5]) or ([0-5])")
GradeKey = Annotated[
    int | str,
    BeforeValidator(_grade_key),
    AfterValidator(lambda key: key if isinstance(key, str) else _in_range(key)),
    WithJsonSchema({"type": "string", "pattern": "^[0-5]( or [0-5])?$"}),
]
GradeLines = Annotated[dict[GradeKey, Formula], Field(min_length=1)]
"""Grade to condition, as written from the highest to the lowest."""


def _in_range(grade: int) -> int:
    if not 0 <= grade <= 5:
        raise ValueError("expected a grade from 0 to 5")
    return grade


def grades_of(key: int | str) -> tuple[int, int]:
    """Return the lowest and the highest grade of a line.

    >>> grades_of(3), grades_of("1 or 2")
    ((3, 3), (1, 2))
    """
    if isinstance(key, int):
        return key, key
    low, _, high = key.partition(" or ")
    return int(low), int(high)


def downwards(lines: Mapping[int | str, str]) -> list[tuple[int | str, str]]:
    """Return the lines of a term from the highest grade down, as they are read."""
    return sorted(lines.items(), key=lambda line: grades_of(line[0])[::-1], reverse=True)


class Branch(Strict):
    """Grades that hold under a condition, such as an abnormal baseline."""

    when: Formula
    grades: GradeLines


class Term(Strict):
    """One term of a grading: which results it reads and where its grades begin."""

    term: Text
    id: RuleId | None = None
    title: Text | None = None
    test: TextList
    specimen: TextList = ()
    category: TextList = ()
    direction: Literal["low", "high"]
    source: Source | None = None
    unit: UnitName | None = None
    where: OptionalFormula = None
    limits: Grid | None = None
    normal_when: OptionalFormula = None
    branches: Annotated[tuple[Branch, ...], Field(min_length=1)] | None = None
    grades: GradeLines | None = None
    clinical: tuple[Annotated[int, Field(ge=1, le=5)], ...] = ()
    examples: Examples = ()

    @property
    def label(self) -> str:
        """What tells it from the others of its grading: its id, or else its name."""
        return self.id or self.term

    @property
    def all_grades(self) -> tuple[int, ...]:
        """The grades above 0 that the term has: by its lines, and by clinical signs alone."""
        lines = (
            [self.grades] if self.grades is not None else [b.grades for b in self.branches or ()]
        )
        keys = [key for grades in lines for key in grades]
        return tuple(sorted({*self.clinical, *(g for key in keys for g in grades_of(key))} - {0}))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.branches is None) == (self.grades is None):
            raise ValueError('expected exactly one of "grades", "branches"')
        if self.limits is not None:
            if self.limits.columns[0] != "unit":
                raise ValueError('the first column of "limits" is "unit"')
            for number, row in enumerate(self.limits.rows, 1):
                for cell in row[1:]:
                    if cell is not None and not isinstance(cell, (int, Decimal)):
                        raise ValueError(f'limits, row {number}: "{cell}" is not a number')
        return self


class Grading(Strict):
    """Terms that grade the rows of one table; `reads` names the columns they look at."""

    title: Text | None = None
    source: Source | None = None
    of: Name
    where: OptionalFormula = None
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    lookups: dict[Name, Lookup] = Field(default_factory=dict)
    windows: dict[Name, Window] = Field(default_factory=dict)
    runs: dict[Name, Run] = Field(default_factory=dict)
    columns: dict[Name, Column] = Field(default_factory=dict)
    reads: dict[Name, ValueFormula] = Field(default_factory=dict)
    converted: dict[Name, Name] = Field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of a grading in one file of several: each has some of its keys."""
        schema = handler.resolve_ref_schema(handler(core))
        schema.pop("required", None)
        return schema

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: object) -> object:
        return fill_same_source(value)

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_distinct(self.lookups, self.windows, self.runs)
        twice = repeated(term.label for term in self.terms)
        if twice is not None:
            raise ValueError(f'term "{twice}" stands twice; give one of them an "id"')
        for term in self.terms:
            if term.source is None and self.source is None:
                raise ValueError(f'term "{term.term}" has no "source", nor has its grading')
        return self
