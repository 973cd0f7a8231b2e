"""The limits of a term in each unit that a value can come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from oncorules.data.units import rule_unit, units_for
from oncorules.errors import RuleError, did_you_mean
from oncorules.rules.compiler.needs import placed
from oncorules.rules.grading.units import ONE, Measure, UnitSet, common_unit, fits_test, unit_set
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.model import Term

LIMIT_UNIT = "limit_unit"
CHOICES = ("reported", "canonical", "first")
"""What the parameter `limit_unit` may say; `reported` holds without it."""

Printed = tuple[tuple[str, Mapping[str, Decimal | None]], ...]


@dataclass(frozen=True)
class LimitRow:
    """What a value in one unit is compared with.

    Attributes:
        unit: the unit of the comparison.
        shown: a value times this is the value in that unit, for show; rounded, where it must be.
        scale: a number in the unit of the limits, times this, is on the scale of the comparison.
        limits: the limits by name on that scale, exact.
    """

    unit: str
    shown: Decimal
    scale: Decimal
    limits: Mapping[str, Decimal | None]


def printed_limits(term: Term) -> Printed:
    """Return the limits of a term by the unit they are printed in, in the order of the file."""
    if term.limits is None:
        return ((term.unit, {}),) if term.unit is not None else ()
    names = term.limits.columns[1:]
    rows = []
    for row in term.limits.rows:
        cells = [None if cell is None else Decimal(cell) for cell in row[1:]]
        rows.append((str(row[0]), dict(zip(names, cells, strict=True))))
    return tuple(rows)


def check_units(term: Term) -> None:
    """Refuse a unit of the limits that is not known, that the test has not, or that stands twice.

    Raises:
        FormulaError: `unit "10e9/L" is not a known unit; did you mean "10^9/L"?`
    """
    seen: set[str] = set()
    for number, (unit, _) in enumerate(printed_limits(term)):
        path = ("unit",) if term.limits is None else ("limits", "rows", number, 0)
        with placed(path):
            try:
                rule_unit(unit)
            except RuleError as error:
                raise FormulaError(str(error)) from None
            if not any(fits_test(unit, test) for test in term.test):
                known = [one.name for test in term.test for one in units_for(test)]
                tests = " or ".join(term.test)
                raise FormulaError(f'"{unit}" is not a unit of {tests}{did_you_mean(unit, known)}')
            if unit in seen:
                raise FormulaError(f'the unit "{unit}" stands twice in the limits')
        seen.add(unit)


def units_of(terms: Iterable[Term], test: str) -> UnitSet:
    """Return what each spelling of a unit means for a test of some terms."""
    return unit_set(test, tuple(unit for term in terms for unit, _ in printed_limits(term)))


def limit_rows(term: Term, test: str, known: UnitSet, choice: str) -> dict[str, LimitRow]:
    """Return what a value in each unit is compared with; a unit that is not here cannot be.

    Args:
        term: the term.
        test: one of its tests.
        known: what each spelling of a unit means for the test.
        choice: `reported` compares in the unit of the value where limits are printed in it, and
            converts into the first printed unit where they are not; `first` always converts into
            the first; `canonical` into the canonical unit of the test.
    """
    printed = printed_limits(term)
    measures = {measure.unit: measure for _, measure in known}
    rows: dict[str, LimitRow] = {}
    for unit, measure in measures.items():
        family = [
            (measures[name], limits)
            for name, limits in printed
            if name in measures and measures[name].family == measure.family
        ]
        if family:
            rows[unit] = _row(measure, family, choice, common_unit(test))
    return rows


def _row(
    measure: Measure,
    family: Sequence[tuple[Measure, Mapping[str, Decimal | None]]],
    choice: str,
    common: str | None,
) -> LimitRow:
    wanted = {"reported": measure.unit, "canonical": common, "first": family[0][0].unit}[choice]
    basis, limits = next((row for row in family if row[0].unit == wanted), family[0])
    told = basis
    if choice == "canonical" and common is not None and measure.family == 0:
        told = Measure(common, ONE, 0)
    scaled = {
        name: None if limit is None else limit * basis.factor for name, limit in limits.items()
    }
    return LimitRow(told.unit, _shown(measure.factor, told.factor), basis.factor, scaled)


def _shown(factor: Decimal, into: Decimal) -> Decimal:
    if factor == into:
        return ONE
    quotient = factor / into
    places = min(12, 18 - max(quotient.adjusted(), 0))
    short = round(quotient, places).normalize()
    return short.quantize(ONE) if short == short.to_integral_value() else short
