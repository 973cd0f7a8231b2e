"""What an analysis plan may say of figures; the key `figures` of `published/analyses.yaml`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from oncorules.analysis.plan.rows import Cells, Numbers, Rows
from oncorules.rules.loading.model_base import Name, Strict, Text


class Panel(Rows):
    """Survival curves side by side: groups of the rows, each with its own values."""

    groups: dict[Text, dict[Text, Cells]]


class Curves(Strict):
    """Kaplan-Meier curves in one or more panels, each with its numbers at risk."""

    unit: Text
    ticks: Numbers
    interval: Literal["spss", "plain", "log", "log-log"]
    panels: dict[Text, Panel]

    @field_validator("ticks")
    @classmethod
    def _check_ticks(cls, ticks: tuple[int, ...]) -> tuple[int, ...]:
        if len(ticks) < 2 or ticks[0] < 0 or list(ticks) != sorted(set(ticks)):
            raise ValueError("the ticks of a time axis ascend from 0 or later")
        return ticks


class Waterfall(Rows):
    """One bar per row: the best change of the sum of diameters, in percent."""

    subject: Text
    value: Text
    by: Text
    order: tuple[Text, ...]
    limits: Numbers = ()


class Swimmer(Rows):
    """One lane per subject: its courses, what happened in them, and how it ends.

    All times are columns of numbers in one unit, counted from the same day.
    """

    subject: Text
    course: Text
    start: Text
    end: Text
    marks: dict[Text, Text] = Field(default_factory=dict)
    last: Text
    died: Text
    unit: Text


class Flow(Strict):
    """The flow of a selection: who left at which criterion, down to the groups."""

    selections: dict[Name, Text]


class Drawn(Strict):
    """A figure: a title, one of its kinds, and what the study notes below it."""

    title: Text
    notes: tuple[Text, ...] = ()
    survival: Curves | None = None
    waterfall: Waterfall | None = None
    swimmer: Swimmer | None = None
    flow: Flow | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        kinds = ("survival", "waterfall", "swimmer", "flow")
        if sum(getattr(self, name) is not None for name in kinds) != 1:
            raise ValueError(f"a figure has one of {', '.join(kinds)}")
        return self

    @property
    def tables(self) -> list[str]:
        """The tables that it reads."""
        if self.survival is not None:
            return [panel.of for panel in self.survival.panels.values()]
        rows = self.waterfall or self.swimmer
        return [rows.of] if rows is not None else []
