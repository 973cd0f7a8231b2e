"""Rules (checks and eligibility criteria) and gradings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

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


GradeLines = Annotated[dict[Annotated[int, Field(ge=0, le=5)], Formula], Field(min_length=1)]
"""Grade to condition, as written from the highest to the lowest."""


class Branch(Strict):
    """Grades that hold under a condition, such as an abnormal baseline."""

    when: Formula
    grades: GradeLines


class Term(Strict):
    """One term of a grading: which results it reads and where its grades begin."""

    term: Text
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
    examples: Examples = ()

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
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: object) -> object:
        return fill_same_source(value)

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_distinct(self.lookups, self.windows, self.runs)
        twice = repeated(term.term for term in self.terms)
        if twice is not None:
            raise ValueError(f'term "{twice}" stands twice')
        for term in self.terms:
            if term.source is None and self.source is None:
                raise ValueError(f'term "{term.term}" has no "source", nor has its grading')
        return self
