"""What every spelling of a unit means for a test: the unit, and its factor into a common one.

A value and a limit are compared as products with their factors, so that nothing is rounded: a
value of 4.93 mmol/L against a limit of 80 g/L is 4.93 * 16.114 against 80.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from oncorules.data.units import (
    Unit,
    find_analyte,
    find_unit,
    known_units,
    rule_unit,
    unit_table,
    units_for,
)

ONE = Decimal(1)


class Measure(NamedTuple):
    """One unit of a test.

    Attributes:
        unit: the name of the unit.
        factor: a value in it, times this, is the value in the common unit of its family.
        family: units of one family convert into each other; others do not.
    """

    unit: str
    factor: Decimal
    family: int


UnitSet = tuple[tuple[str, Measure], ...]
"""Every spelling with what it means; the empty one says what a missing unit means."""


@lru_cache(maxsize=1024)
def unit_set(test: str, printed: tuple[str, ...]) -> UnitSet:
    """Return what each spelling of a unit means for a test.

    Args:
        test: the test code. A test that the list of analytes does not have is measured in the
            units of the kinds that its limits are printed in, or in any unit when there are none.
        printed: the units that its limits are printed in.

    >>> dict(unit_set("ALT", ()))["ukat/L"]
    Measure(unit='ukat/L', factor=Decimal('60'), family=0)
    """
    found: dict[str, Measure] = {}
    for spelling, measure in _measures(test, printed):
        found.setdefault(spelling, measure)
    return tuple(found.items())


def common_unit(test: str) -> str | None:
    """Return the unit into which the factors of a test convert, if the test is a known one."""
    analyte = find_analyte(test)
    return analyte.canonical if analyte is not None else None


def fits_test(unit: str, test: str) -> bool:
    """Tell whether a test can be measured in a unit; a test that is not known can in any."""
    fitting = units_for(test)
    return not fitting or any(unit == one.name for one in fitting)


def _measures(test: str, printed: Sequence[str]) -> Iterator[tuple[str, Measure]]:
    if find_analyte(test) is not None:
        rows = unit_table(test)
        for row in rows:
            yield row.spelling, Measure(row.unit, row.factor, 0)
        converted = {row.unit for row in rows}
        others = [unit for unit in units_for(test) if unit.name not in converted]
        for family, unit in enumerate(others, start=1):
            for spelling in _spellings(unit, test):
                yield spelling, Measure(unit.name, ONE, family)
        return
    bases = [_base(rule_unit(name))[1] for name in printed]
    bases = list(dict.fromkeys(bases or (_base(rule_unit(name))[1] for name in known_units())))
    for name in known_units():
        unit = rule_unit(name)
        factor, base = _base(unit)
        if base in bases:
            for spelling in unit.spellings:
                yield spelling, Measure(name, factor, bases.index(base))


def _spellings(unit: Unit, test: str) -> Iterator[str]:
    yield from unit.spellings
    for text in unit.upper_case:
        meant = find_unit(text, test)
        if meant is not None and meant.name == unit.name:
            yield text


def _base(unit: Unit) -> tuple[Decimal, str]:
    """Return the factor into the unit that all units of this kind are told in, and that unit."""
    factor = ONE
    while unit.equals is not None:
        factor *= unit.equals[0]
        unit = rule_unit(unit.equals[1])
    return factor, unit.name
