"""What an analysis plan may say; the file `published/analyses.yaml` of a study."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from oncorules.analysis.plan.drawn import Drawn
from oncorules.analysis.plan.rows import Cells, Rows, Times
from oncorules.rules.loading.model_base import Name, RuleId, Strict, Text, as_list


class Data(Strict):
    """Real rows that come with an installed library, for a study without an export of its own."""

    package: Literal["lifelines"]
    file: Text
    table: Name
    separator: Text = ","
    number_rows: Name | None = None


class Survival(Rows):
    """A Kaplan-Meier curve of AVAL and CNSR, its median and what it says at some times."""

    interval: Literal["spss", "plain", "log", "log-log"]
    flat: Literal["left", "midpoint"] = "left"
    reverse: bool = False
    at: Times = ()
    landmark: int | None = None


class LogRank(Strict):
    """The log-rank test between groups: values of a column, or rows that are each told."""

    of: Text | None = None
    where: dict[Text, Cells] = Field(default_factory=dict)
    by: Text | None = None
    groups: Cells = ()
    between: dict[Text, Rows] = Field(default_factory=dict)
    landmark: int | None = None

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        if bool(self.between) == bool(self.of and self.by):
            raise ValueError("a log-rank test has either `of` and `by`, or `between`")
        return self

    @property
    def tables(self) -> list[str]:
        """The tables that it reads."""
        return [self.of] if self.of else [one.of for one in self.between.values()]


class Regression(Rows):
    """Cox regression on columns of numbers."""

    covariates: Annotated[tuple[Text, ...], BeforeValidator(as_list)]
    ties: Literal["efron", "breslow"]


class Count(Rows):
    """How many rows have some values, with the denominator that is meant."""

    having: dict[Text, Cells] = Field(default_factory=dict)
    unknown: Literal["in", "out"] = "in"


class Spread(Rows):
    """Median, quartiles and range of a column."""

    column: Text
    quartiles: Literal["spss", "r7"] = "spss"


class Comparison(Rows):
    """Fisher's exact or Pearson's chi-squared test of two columns."""

    test: Literal["fisher", "chi-squared"]
    rows: Text
    columns: Text


class Paired(Rows):
    """McNemar's exact test of two columns of the same subjects: how many change to a value."""

    columns: tuple[Text, Text]
    value: Cells


class Correlation(Rows):
    """Spearman's rank correlation of two columns."""

    columns: tuple[Text, Text]


class Analysis(Strict):
    """One named analysis: one of its kinds."""

    survival: Survival | None = None
    log_rank: LogRank | None = None
    cox: Regression | None = None
    count: Count | None = None
    spread: Spread | None = None
    compare: Comparison | None = None
    correlate: Correlation | None = None
    paired: Paired | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        kinds = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(kinds) != 1:
            listed = ", ".join(type(self).model_fields)
            raise ValueError(f"an analysis has one of {listed}")
        return self

    @property
    def tables(self) -> list[str]:
        """The tables that it reads."""
        for name in type(self).model_fields:
            part: Rows | LogRank | None = getattr(self, name)
            if isinstance(part, LogRank):
                return part.tables
            if part is not None:
                return [part.of]
        return []


class Part(Strict):
    """What a column, block or row of a printed table says of its cells.

    `where` says who is in the group, `having` what is counted among them, `column` what is
    described.
    """

    of: Text | None = None
    where: dict[Text, Cells] = Field(default_factory=dict)
    having: dict[Text, Cells] = Field(default_factory=dict)
    column: Text | None = None
    unknown: Literal["in", "out"] | None = None
    quartiles: Literal["spss", "r7"] | None = None
    interval: Literal["spss", "plain", "log", "log-log"] | None = None
    reverse: bool | None = None


class PlannedBlock(Part):
    """A block; a row is the values of the column `by`, or a `Part` of its own."""

    by: Text | None = None
    rows: dict[Text, Part | Cells]


class PlannedTable(Part):
    """How the cells of a printed table come about.

    `beside` names analyses that stand below the table and that the paper does not print; `notes`
    may name parameters of the study in braces.
    """

    beside: dict[Text, Text] = Field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    columns: dict[Text, Part] = Field(default_factory=dict)
    blocks: dict[Text, PlannedBlock] = Field(default_factory=dict)


class Plan(Strict):
    """All analyses of a study: named ones, and one for each cell of its tables."""

    data: Data | None = None
    analyses: dict[Text, Analysis] = Field(default_factory=dict)
    tables: dict[Text, PlannedTable] = Field(default_factory=dict)
    figures: dict[RuleId, Drawn] = Field(default_factory=dict)  # each names its files

    @property
    def derived_tables(self) -> set[str]:
        """The derived tables that analyses and figures read."""
        found = [one.tables for one in self.analyses.values()]
        found += [one.tables for one in self.figures.values()]
        return {table for tables in found for table in tables}

    @property
    def selections(self) -> set[str]:
        """The selections whose flow is drawn."""
        flows = [one.flow for one in self.figures.values() if one.flow is not None]
        return {name for flow in flows for name in flow.selections}
