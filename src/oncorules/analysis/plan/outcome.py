"""What an analysis gave: numbers by name, with the method that a footnote tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

NOT_REACHED = "not reached"

Value = Fraction | float | int | None
Answer = tuple[dict[str, Value], str, str, dict[str, str]]
"""Numbers by name, the method, of how many, and why a number cannot be computed."""


@dataclass(frozen=True)
class Outcome:
    """The answer of one analysis.

    Attributes:
        name: of the analysis.
        values: its numbers; one that was not reached or cannot be computed is None.
        footnote: method, convention and size, in words.
        method: method and convention alone, which a table's footnote names once.
        reason: why there are no values at all; empty when there are.
        absent: why a value is None, by its name, where it cannot be computed; a value that is None
            without a reason was not reached.
    """

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    footnote: str = ""
    method: str = ""
    reason: str = ""
    absent: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the answer in one line."""
        return f"{self.name}: {self.footnoted()}"

    def footnoted(self) -> str:
        """Return the numbers that there are with their method, or why there are none."""
        if self.reason:
            return self.reason
        listed = ", ".join(
            f"{name} {NOT_REACHED if value is None else f'{float(value):g}'}"
            for name, value in self.values.items()
            if name not in self.absent
        )
        return f"{listed} ({self.footnote})"
