"""Everything a rule pack may hold, as typed models; the parts live in `model_*.py`.

```text
Pack                     pack.yaml, or a pack in one file
RuleFile                 any other file of a pack: the same sections, or one single rule
├── parameters           Parameter
├── codes                CodeList
├── schedules            Schedule
├── tables               Table: lookups, windows, runs, columns, decide, walk, stack, examples
├── rules                Rule: applies_to, the same parts, condition, if_missing, message
├── gradings             Grading: terms with limits, branches, grades
├── selections           Selection
├── publish              Published
└── changes              Change (Pack only, together with `extends`)
```
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from oncorules.rules.loading.model_base import (
    Cell,
    Formula,
    Name,
    PackId,
    RuleId,
    Scalar,
    Setting,
    Source,
    Strict,
    Text,
    as_list,
    repeated,
)
from oncorules.rules.loading.model_examples import Example, Grid
from oncorules.rules.loading.model_parts import (
    NOT_EVALUABLE,
    OTHERWISE,
    THIS_TABLE,
    Column,
    Decide,
    DecideLine,
    FirstTrueLine,
    Lookup,
    Run,
    Window,
    is_identifier,
)
from oncorules.rules.loading.model_read import ReadTable, ReadTables
from oncorules.rules.loading.model_rules import AppliesTo, Branch, Grading, Rule, Severity, Term
from oncorules.rules.loading.model_tables import (
    CodeList,
    Parameter,
    Published,
    Schedule,
    Selection,
    StackPart,
    Table,
    Walk,
)
from oncorules.rules.loading.model_words import Order, RowsOf, read_order, read_rows

__all__ = [
    "NOT_EVALUABLE",
    "OTHERWISE",
    "THIS_TABLE",
    "AppliesTo",
    "Branch",
    "Cell",
    "Change",
    "CodeList",
    "Column",
    "Decide",
    "DecideLine",
    "Example",
    "FirstTrueLine",
    "Fits",
    "Formula",
    "Grading",
    "Grid",
    "Lookup",
    "Name",
    "Order",
    "Pack",
    "PackHeader",
    "PackId",
    "Parameter",
    "Published",
    "ReadTable",
    "RowsOf",
    "Rule",
    "RuleFile",
    "RuleId",
    "Run",
    "Scalar",
    "Schedule",
    "Selection",
    "Severity",
    "Source",
    "StackPart",
    "Strict",
    "Table",
    "Term",
    "Walk",
    "Window",
    "is_identifier",
    "read_order",
    "read_rows",
]

LANGUAGE = 1
"""The version of the rule language that this oncorules reads."""


EXTENDS_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)


class Change(Strict):
    """A change to a pack that is extended: `was` must be today's value, or the load stops."""

    at: Text
    was: Any
    now: Any


class RuleFile(Strict):
    """The sections that any file of a pack may hold."""

    codes: dict[Name, CodeList] = Field(default_factory=dict)
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    presets: dict[Name, dict[Text, Setting]] = Field(default_factory=dict)
    schedules: dict[Name, Schedule] = Field(default_factory=dict)
    tables: dict[Name, Table] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    gradings: dict[Name, Grading] = Field(default_factory=dict)
    selections: dict[Name, Selection] = Field(default_factory=dict)
    publish: dict[Name, Published] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        twice = repeated(rule.id for rule in self.rules)
        if twice is not None:
            raise ValueError(f'two rules have the id "{twice}"')
        return self


class Fits(Strict):
    """Which exports a pack is for, so that it can be picked where none is named.

    Attributes:
        all_of: tables, or `TABLE.COLUMN`, that an export must all have.
        any_of: tables or columns of which it must have at least one.
        ask: why the pack is only proposed and never picked; a person has to choose.
    """

    all_of: tuple[Text, ...] = ()
    any_of: tuple[Text, ...] = ()
    ask: Text | None = None

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if not self.all_of and not self.any_of:
            raise ValueError('"fits" needs "all_of" or "any_of"')
        return self


class PackHeader(Strict):
    """What `pack.yaml` says of the pack itself."""

    id: PackId
    title: Text
    version: Text
    language: Annotated[int, Field(ge=1)]
    source: Source | None = None
    extends: Annotated[tuple[PackId, ...], BeforeValidator(as_list), EXTENDS_SCHEMA] = ()
    export_tables: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    fits: Fits | None = None
    read: ReadTables = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_changes(self) -> Self:
        if self.changes and not self.extends:
            raise ValueError('"changes" belongs to "extends"')
        return self


class Pack(PackHeader, RuleFile):
    """A pack with everything its files hold."""
