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
        method: method and convention alone, which a table's footnote names once.
        reason: why there are no values at all; empty when there are.
    """

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    footnote: str = ""
    method: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Return the answer in one line."""
        return f"{self.name}: {self.footnoted()}"

    def footnoted(self) -> str:
        """Return the numbers with their method, or why there are none."""
        if self.reason:
            return self.reason
        listed = ", ".join(
            f"{name} {'not reached' if value is None else f'{float(value):g}'}"
            for name, value in self.values.items()
        )
        return f"{listed} ({self.footnote})"
