"""What an analysis gave: numbers by name, with the method that a footnote tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

Value = Fraction | float | int | None


@dataclass(frozen=True)
class Outcome:
    """The answer of one analysis.

    Attributes:
        name: of the analysis.
        values: its numbers; one that was not reached or cannot be computed is None.
        footnote: method, convention and size, in words.
        reason: why there are no values at all; empty when there are.
    """

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    footnote: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Return the answer in one line."""
        if self.reason:
            return f"{self.name}: {self.reason}"
        listed = ", ".join(
            f"{name} {'not reached' if value is None else f'{float(value):g}'}"
            for name, value in self.values.items()
        )
        return f"{self.name}: {listed} ({self.footnote})"
