"""The two sides of a grading, and the names of the columns that each of them adds to a row."""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("low", "high")
"""Results below and above what is normal; a test has at most one term for each."""

SPECIMEN, CATEGORY = "SPECIMEN", "CATEGORY"


@dataclass(frozen=True)
class Side:
    """The columns of one side; those with `#` are not for people.

    >>> Side("low").term, Side("high").limit("g3")
    ('LOW_TERM', '#HIGH limit.g3')
    """

    name: str

    @property
    def word(self) -> str:
        """What stands before the names of columns."""
        return self.name.upper()

    @property
    def term(self) -> str:
        """The term that looks at the row."""
        return f"{self.word}_TERM"

    @property
    def grade(self) -> str:
        """The grade; missing when the row is not evaluable."""
        return f"{self.word}_GRADE"

    @property
    def least(self) -> str:
        """The lowest grade that the row can have."""
        return f"{self.word}_LEAST"

    @property
    def most(self) -> str:
        """The highest grade that the row can have."""
        return f"{self.word}_MOST"

    @property
    def line(self) -> str:
        """The line that decided, or at which the reading stopped."""
        return f"{self.word}_LINE"

    @property
    def reason(self) -> str:
        """Why the row is not evaluable."""
        return f"{self.word}_REASON"

    @property
    def unit(self) -> str:
        """The unit of the comparison with limits."""
        return f"{self.word}_UNIT"

    @property
    def value(self) -> str:
        """The value in that unit, for show."""
        return f"{self.word}_VALUE"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns for people."""
        return (self.term, self.grade, self.least, self.most, self.line, self.reason,
                self.unit, self.value)  # fmt: skip

    def _hidden(self, what: str) -> str:
        return f"#{self.word} {what}"

    @property
    def number(self) -> str:
        """The number of the term with its test."""
        return self._hidden("number")

    @property
    def pattern(self) -> str:
        """The number of its lines."""
        return self._hidden("pattern")

    @property
    def name_column(self) -> str:
        """The name of the term of this test, whether or not it looks at the row."""
        return self._hidden("name")

    def words(self, read: str) -> str:
        """Return the number of the list of specimens or categories that the term names."""
        return self._hidden(read.lower())

    def limit(self, name: str) -> str:
        """Return a limit on the common scale."""
        return self._hidden(f"limit.{name}")

    @property
    def compared(self) -> str:
        """The unit in which a value in this unit is compared."""
        return self._hidden("compared")

    @property
    def shown_by(self) -> str:
        """The factor into that unit, for show."""
        return self._hidden("shown by")

    @property
    def answer(self) -> str:
        """The number of the answer."""
        return self._hidden("answer")

    @property
    def cause(self) -> str:
        """The number of the reason."""
        return self._hidden("cause")
