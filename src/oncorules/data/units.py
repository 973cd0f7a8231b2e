"""Units and laboratory conversions: which spellings are which unit, and what a value becomes.

`units.yaml` is a closed list. In data every listed spelling is accepted, letter for letter; in a
rule file only the CDISC submission value is.

Case is never folded before an exact match: G/L (10^9 per litre) and g/L (gram per litre) differ
by case alone. After it, a spelling in capitals counts only for an analyte that is measured in
that very unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from oncorules.errors import RuleError, did_you_mean

_ONE = Decimal(1)
_MICRO = re.compile(r"(^|/)u(?=[A-Za-z])")


@dataclass(frozen=True)
class Unit:
    """One unit.

    Attributes:
        name: the CDISC submission value.
        kind: what it measures: `mass concentration`, `time` ...
        code: the NCI concept, when verified.
        spellings: every text that means this unit in data, the name first.
        upper_case: further texts, only for an analyte that is measured in this unit.
        equals: factor and unit of the same kind: 1 g/dL = (10, "g/L"); nothing for the base.
    """

    name: str
    kind: str
    code: str | None = None
    spellings: tuple[str, ...] = ()
    upper_case: tuple[str, ...] = ()
    equals: tuple[Decimal, str] | None = None


@dataclass(frozen=True)
class Analyte:
    """What a laboratory test code measures, and the units it comes in.

    Attributes:
        test_code: LBTESTCD.
        name: in plain words.
        canonical: the unit values are converted into.
        factors: unit to factor; the canonical unit has 1.
        other: units that fit the test but measure another quantity.
        empty_unit: what a missing unit means; nothing where it means nothing.
        code: the NCI concept, when verified.
        molar_mass: g/mol, where a factor rests on it.
        valence: mEq per mmol, where a factor rests on it.
    """

    test_code: str
    name: str
    canonical: str
    factors: dict[str, Decimal]
    other: tuple[str, ...] = ()
    empty_unit: str | None = None
    code: str | None = None
    molar_mass: Decimal | None = None
    valence: int | None = None


class UnitRow(NamedTuple):
    """One spelling of a unit for one analyte, as the rule engine joins it to the data."""

    analyte: str
    spelling: str
    unit: str
    canonical: str
    factor: Decimal


def find_unit(text: str, analyte: str | None = None) -> Unit | None:
    """Return the unit that a spelling in the data means, or nothing.

    Args:
        text: the unit as in the export; blanks around it do not count.
        analyte: the test code of the row, which may allow capitals or a missing unit.

    >>> find_unit("GI/L").name, find_unit("g/L").name, find_unit("MG/L")
    ('10^9/L', 'g/L', None)
    >>> find_unit("MG/L", "CREAT").name
    'mg/L'
    """
    spelled = text.strip()
    if spelled in _spellings():
        return _spellings()[spelled]
    measured = find_analyte(analyte) if analyte else None
    if measured is None:
        return None
    if not spelled:
        return _units()[measured.empty_unit] if measured.empty_unit else None
    return next(
        (unit for unit in units_for(measured.test_code) if spelled in unit.upper_case), None
    )


def find_analyte(test_code: str) -> Analyte | None:
    """Return the analyte of a test code or of an alias met in data, or nothing.

    >>> find_analyte("BUN").test_code
    'UREAN'
    """
    return _analytes().get(test_code)


def known_units() -> tuple[str, ...]:
    """Return the names of all units, as a rule file may write them."""
    return tuple(_units())


def known_analytes() -> tuple[str, ...]:
    """Return all test codes and aliases that have units here."""
    return tuple(_analytes())


def units_for(analyte: str) -> tuple[Unit, ...]:
    """Return the units that fit a test code, the canonical one first; none if it is unknown.

    >>> [unit.name for unit in units_for("CREAT")]
    ['umol/L', 'mg/dL', 'mg/L', 'mmol/L']
    """
    measured = find_analyte(analyte)
    if measured is None:
        return ()
    return tuple(_units()[name] for name in (*measured.factors, *measured.other))


def conversion(analyte: str | None, from_unit: str, to_unit: str) -> Decimal | None:
    """Return the factor that turns a value in one unit into another, or nothing if there is none.

    Exact when `to_unit` is canonical for the analyte; otherwise a quotient of 28 figures. Without
    a known analyte only units of one kind convert: g/dL into g/L, week into day.

    Args:
        analyte: test code, or nothing.
        from_unit: name or spelling of the unit the value is in.
        to_unit: name or spelling of the unit wanted.

    >>> conversion("HGB", "mmol/L", "g/L")
    Decimal('16.114')
    >>> conversion("HGB", "10^9/L", "g/L") is None
    True
    >>> conversion(None, "week", "day")
    Decimal('7')
    """
    one, other = find_unit(from_unit, analyte), find_unit(to_unit, analyte)
    if one is None or other is None:
        return None
    measured = find_analyte(analyte) if analyte else None
    if measured is not None:
        if not {one.name, other.name} <= {*measured.factors, *measured.other}:
            return None
        if one.name in measured.factors and other.name in measured.factors:
            return _plain(measured.factors[one.name] / measured.factors[other.name])
    first, second = _in_base(one), _in_base(other)
    return _plain(first[0] / second[0]) if first[1] == second[1] else None


def unit_table(*analytes: str) -> list[UnitRow]:
    """Return every accepted spelling with its factor, for the analytes given or for all.

    A row with an empty spelling says what a missing unit means. Units that measure another
    quantity have no row: a value in them is not evaluable.

    >>> [row.factor for row in unit_table("HGB") if row.spelling == "G/DL"]
    [Decimal('10')]
    """
    return [row for name in analytes or known_analytes() for row in _rows(name)]


def rule_unit(text: str) -> Unit:
    """Return the unit that a rule file names by its submission value.

    Raises:
        RuleError: `unit "10e9/L" is not a known unit; did you mean "10^9/L"?`
    """
    if text in _units():
        return _units()[text]
    raise RuleError(unit_error(text))


def unit_error(text: str) -> str:
    """Return the sentence for a unit that a rule file may not use, with the nearest right one.

    >>> unit_error("10e9/L")
    'unit "10e9/L" is not a known unit; did you mean "10^9/L"?'
    """
    meant = find_unit(text)
    if meant is None and text.strip():
        folded = {name.casefold(): name for name in known_units()}
        near = folded.get(text.strip().casefold())
        hint = f'; did you mean "{near}"?' if near else did_you_mean(text, known_units())
    else:
        hint = f'; did you mean "{meant.name}"?' if meant else ""
    return f'unit "{text}" is not a known unit{hint}'


def _rows(name: str) -> Iterator[UnitRow]:
    measured = find_analyte(name)
    if measured is None:
        return
    for unit_name, factor in measured.factors.items():
        unit = _units()[unit_name]
        capitals = [text for text in unit.upper_case if text not in _spellings()]
        for spelling in (*unit.spellings, *capitals):
            yield UnitRow(name, spelling, unit_name, measured.canonical, factor)
        if unit_name == measured.empty_unit:
            yield UnitRow(name, "", unit_name, measured.canonical, factor)


def _in_base(unit: Unit) -> tuple[Decimal, str]:
    """Return a unit as a factor times the base of its kind."""
    factor = _ONE
    while unit.equals is not None:
        factor *= unit.equals[0]
        unit = _units()[unit.equals[1]]
    return factor, unit.name


def _plain(number: Decimal) -> Decimal:
    """Return a number without trailing zeros and without an exponent: 1000, not 1E+3."""
    short = number.normalize()
    return short.quantize(_ONE) if short == short.to_integral_value() else short


@cache
def _content() -> dict[str, Any]:
    from oncorules.data.model_files import read_yaml

    return read_yaml("units.yaml")


@cache
def _units() -> dict[str, Unit]:
    return {name: _unit(name, content) for name, content in _content()["units"].items()}


def _unit(name: str, content: dict[str, Any]) -> Unit:
    written = (name, *content.get("synonyms", ()), *content.get("also", ()))
    number, _, base = content.get("equals", "").partition(" ")
    return Unit(
        name=name,
        kind=content["kind"],
        code=content.get("code"),
        spellings=tuple(text for each in written for text in _with_micro_signs(each)),
        upper_case=tuple(content.get("upper_case", ())),
        equals=(Decimal(number), base) if base else None,
    )


def _with_micro_signs(text: str) -> Iterator[str]:
    """Give a spelling, and with a leading u also the two forms of the micro sign."""
    yield text
    if _MICRO.search(text):
        yield _MICRO.sub("\\1\N{MICRO SIGN}", text)
        yield _MICRO.sub("\\1\N{GREEK SMALL LETTER MU}", text)


@cache
def _spellings() -> dict[str, Unit]:
    return {text: unit for unit in _units().values() for text in unit.spellings}


@cache
def _analytes() -> dict[str, Analyte]:
    listed = _content()["analytes"]
    analytes: dict[str, Analyte] = {}
    for test_code, own in listed.items():
        content = {**listed[own["as"]], **own} if "as" in own else own
        analyte = _analyte(test_code, content)
        analytes |= dict.fromkeys((test_code, *own.get("aliases", ())), analyte)
    return analytes


def _analyte(test_code: str, content: dict[str, Any]) -> Analyte:
    canonical: str = content["canonical"]
    factors = {name: Decimal(text) for name, text in content.get("factors", {}).items()}
    mass = content.get("molar_mass")
    return Analyte(
        test_code=test_code,
        name=content["name"],
        canonical=canonical,
        factors={canonical: _ONE, **factors},
        other=tuple(content.get("other", ())),
        empty_unit=content.get("empty_unit"),
        code=content.get("code"),
        molar_mass=Decimal(mass) if mass else None,
        valence=content.get("valence"),
    )
