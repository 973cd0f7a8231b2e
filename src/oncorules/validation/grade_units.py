"""The units of one graded row in words: into which each value was converted, and the limits there.

The products here are those of the comparison, told anew from the numbers of its small tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from oncorules.rules.grading.formulas import OWN, SCALED, VALUE, Reading, mixed_alias
from oncorules.rules.grading.limits import LimitRow, printed_limits
from oncorules.rules.grading.terms import Pair, Terms
from oncorules.rules.grading.units import ONE, Measure, common_unit
from oncorules.validation.explanation import ShownValue

_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class UnitsOfRow:
    """What is known of the units of one row for one term.

    Attributes:
        pair: the term with its test.
        measures: what each unit of the test means, by name.
        units: for each group of values the name of its unit, where that is known.
        written: for each group its unit as it stands in the data.
        groups: the group of each measured value.
        values: each measured value as a text; None when it is missing.
    """

    pair: Pair
    measures: Mapping[str, Measure]
    units: Mapping[str, str | None]
    written: Mapping[str, str | None]
    groups: Mapping[str, str]
    values: Callable[[str], str | None]

    @property
    def limit_row(self) -> LimitRow | None:
        """What values in the unit of the row are compared with."""
        unit = self.units.get(OWN)
        return None if unit is None else self.pair.limits.get(unit)

    def limits(self) -> Iterator[ShownValue]:
        """Go through the limits of the term in the unit of the comparison."""
        row = self.limit_row
        if row is None:
            return
        into = self.measures[row.unit].factor
        for name, limit in row.limits.items():
            if limit is not None:
                yield ShownValue(name, _plain(limit / into), row.unit)

    def compared(self, readings: Sequence[Reading]) -> Iterator[str]:
        """Go through the units of the comparisons that were made, each said once."""
        told = [line for one in readings for line in (*self._scaled(one), *self._mixed(one))]
        yield from dict.fromkeys(told)

    def _scaled(self, reading: Reading) -> Iterator[str]:
        row = self.limit_row
        if not reading.scaled or row is None:
            return
        printed = any(unit == row.unit for unit, _ in printed_limits(self.pair.term))
        as_printed = f"compared in {row.unit}" + (", as printed" if printed else "")
        for name in _named(reading, SCALED):
            yield self._converted(name, row.unit) or as_printed

    def _mixed(self, reading: Reading) -> Iterator[str]:
        for groups in reading.mixed:
            units = [self.units.get(group) for group in groups]
            if len({self.written.get(group) for group in groups}) == 1:
                continue
            known = [self.measures[unit] for unit in units if unit is not None]
            into = self._common(known) if len(known) == len(units) else None
            if into is None:
                continue
            for name in _named(reading, mixed_alias(groups)):
                yield self._converted(name, into) or f"{name}: compared in {into}, as reported"

    def _common(self, measures: Sequence[Measure]) -> str | None:
        """Return the unit into which results in several units are converted."""
        if len({one.family for one in measures}) > 1:
            return None
        if len({one.factor for one in measures}) == 1:
            return measures[0].unit
        family = [one for one in self.measures.values() if one.family == measures[0].family]
        common = common_unit(self.pair.test)
        named = [one.unit for one in family if one.factor == ONE]
        return common if common in named else next(iter(named), None)

    def _converted(self, name: str, into: str) -> str | None:
        """Return the conversion of a value in words; None when there is none."""
        group = self.groups[name]
        unit, text = self.units.get(group), self.values(name)
        if unit is None or text is None:
            return None
        own, other = self.measures[unit], self.measures[into]
        if own.factor == other.factor or own.family != other.family:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        by = own.factor / other.factor
        shown = round(by, 12)
        exact = shown * other.factor == own.factor
        product = number * own.factor / other.factor
        rounded = product.quantize(_PLACES)
        word = "=" if exact and rounded == product else "is about"
        written = self.written.get(group) or unit
        head = "" if name == VALUE else f"{name}: "
        return f"{head}{text} {written} x {_plain(shown)} {word} {_plain(rounded)} {into}"


def measures_of(terms: Terms, pair: Pair) -> dict[str, Measure]:
    """Return what each unit of the test of a term means, by its name."""
    number = terms.tests[pair.variant, pair.test]
    known = next(known for known, one in terms.sets.items() if one == number)
    return {measure.unit: measure for _, measure in known}


def _named(reading: Reading, alias: str) -> list[str]:
    """Return the values of a formula that are compared on one scale, in their order."""
    nodes = reading.tree.find_all(exp.Column)
    named = {node.name for node in nodes if node.table == alias}
    return [name for name in reading.names if name in named]


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
