"""A number as it is printed: its text, its value, its decimals, and the words for small numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oncorules.analysis.statistics.counts import round_half_up as round_half_up

_SPELLED = "zero one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: number for number, word in enumerate(_SPELLED.split())}
MINUS = "\u2212"
# A hyphen between two numbers, as in 8.0-12.0, is no sign; nor is one within a word, as in Ki-67.
NUMBER = re.compile(
    r"(?P<below><\s?)?(?P<minus>(?<![\w.)\]])[-\u2212])?"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?P<power>e-\d+)?"
)


@dataclass(frozen=True)
class Printed:
    """A printed number.

    Attributes:
        text: as printed: `2,027`, `<0.01`, `seven`, `\u22120.53`, `4e-05`.
        value: the number.
        decimals: how many digits stand behind the point.
        below: it is printed as a limit that the number lies below.
    """

    text: str
    value: Decimal
    decimals: int
    below: bool = False

    def shows(self, value: Fraction | Decimal | float | int) -> bool:
        """Return whether a value is printed like this, rounded half up.

        >>> read_printed("12.3").shows(Fraction(1225, 100)), read_printed("<0.01").shows(0.006)
        (True, False)
        """
        rounded = round_half_up(value, self.decimals)
        if self.below:  # a value that is printed as the limit itself does not lie below it
            return rounded < self.value
        return rounded == self.value

    @property
    def unit(self) -> Decimal:
        """One unit of the last printed digit."""
        return Decimal(1).scaleb(-self.decimals)


def read_printed(text: str) -> Printed:
    """Return what a text such as `2,027`, `<0.01`, `-0.53`, `4e-05` or `seven` prints.

    Raises:
        ValueError: `"x" is not a number`.

    >>> read_printed("2,027").value, read_printed("Seven").value, read_printed("8.0").decimals
    (Decimal('2027'), Decimal('7'), 1)
    >>> read_printed("-0.53").value, read_printed("4e-05").decimals
    (Decimal('-0.53'), 5)
    """
    word = WORDS.get(text.lower())
    if word is not None:
        return Printed(text, Decimal(word), 0)
    found = NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not a number')
    digits = found["digits"].replace(",", "")
    power = int((found["power"] or "e0")[1:])
    decimals = len(digits.partition(".")[2]) - power
    value = Decimal(digits).scaleb(power) * (-1 if found["minus"] else 1)
    return Printed(text, value, decimals, below=found["below"] is not None)


def shown(value: Fraction | Decimal | float | int, decimals: int) -> str:
    """Return a value as it would be printed with so many decimals.

    >>> shown(Fraction(63, 99) * 100, 1), shown(1234, 0)
    ('63.6', '1,234')
    """
    return f"{round_half_up(value, decimals):,.{decimals}f}"
