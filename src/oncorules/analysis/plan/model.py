"""What an analysis plan may say; the file `published/analyses.yaml` of a study."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from oncorules.rules.loading.model_base import Cell, Name, Strict, Text, as_list

Cells = Annotated[tuple[Cell, ...], BeforeValidator(as_list)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(as_list)]


class Data(Strict):
    """Real rows that come with an installed library, for a study without an export of its own."""

    package: Literal["lifelines"]
    file: Text
    table: Name
    separator: Text = ","
    number_rows: Name | None = None


class Rows(Strict):
    """The rows that an analysis reads: of a derived table, those with the values of `where`."""

    of: Text
    where: dict[Text, Cells] = Field(default_factory=dict)


class Survival(Rows):
    """A Kaplan-Meier curve of AVAL and CNSR, its median and what it says at some times."""

    interval: Literal["spss", "plain", "log", "log-log"]
    flat: Literal["left", "midpoint"] = "left"
    reverse: bool = False
    at: Numbers = ()
    landmark: int | None = None


class LogRank(Rows):
    """The log-rank test between the values of a column."""

    by: Text
    groups: Cells = ()


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

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        kinds = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(kinds) != 1:
            listed = ", ".join(type(self).model_fields)
            raise ValueError(f"an analysis has one of {listed}")
        return self

    @property
    def rows(self) -> Rows:
        """The rows that it reads."""
        found: list[Rows | None] = [getattr(self, name) for name in type(self).model_fields]
        return next(one for one in found if one is not None)


class Plan(Strict):
    """All analyses of a study."""

    data: Data | None = None
    analyses: dict[Text, Analysis]
