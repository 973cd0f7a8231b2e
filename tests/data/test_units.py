"""Units: every spelling of the reference, every trap, every factor against pint."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from oncorules.data.units import (
    conversion,
    find_analyte,
    find_unit,
    known_analytes,
    known_units,
    rule_unit,
    unit_error,
    unit_table,
    units_for,
)
from oncorules.errors import RuleError

pint = pytest.importorskip("pint")

# What each unit is, said again for pint. Units that are no physical quantity are left out: IU is
# defined per substance, Celsius and Fahrenheit differ by more than a factor.
PINT = {
    "10^9/L": "1e9 / liter",
    "10^12/L": "1e12 / liter",
    "10^6/L": "1e6 / liter",
    "g/L": "gram / liter",
    "g/dL": "gram / deciliter",
    "mg/dL": "milligram / deciliter",
    "mg/L": "milligram / liter",
    "ug/L": "microgram / liter",
    "ng/L": "nanogram / liter",
    "mmol/L": "millimole / liter",
    "umol/L": "micromole / liter",
    "nmol/L": "nanomole / liter",
    "pmol/L": "picomole / liter",
    "mEq/L": "millimole / liter",  # of charge: divided by the valence below
    "U/L": "micromole / minute / liter",
    "ukat/L": "microkatal / liter",
    "nkat/L": "nanokatal / liter",
    "%": "0.01 dimensionless",
    "fraction of 1": "dimensionless",
    "s": "second",
    "msec": "millisecond",
    "min": "minute",
    "h": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "mL/min": "milliliter / minute",
    "mL/s": "milliliter / second",
    "L/day": "liter / day",
    "mL/min/1.73 m2": "milliliter / minute / (1.73 meter ** 2)",
    "mL/s/1.73 m2": "milliliter / second / (1.73 meter ** 2)",
    "g/day": "gram / day",
    "mg/day": "milligram / day",
    "g/g": "gram / gram",
    "g/kg": "gram / kilogram",
    "g/mol": "gram / mole",
    "mmHg": "mmHg",
    "kPa": "kilopascal",
    "mm": "millimeter",
    "cm": "centimeter",
    "m": "meter",
    "in": "inch",
    "m2": "meter ** 2",
    "mL": "milliliter",
    "L": "liter",
    "fL": "femtoliter",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "ug": "microgram",
    "pg": "picogram",
    "LB": "pound",
    "kg/m2": "kilogram / meter ** 2",
    "mg/m2": "milligram / meter ** 2",
    "mg/kg": "milligram / kilogram",
    "GBq": "gigabecquerel",
    "MBq": "megabecquerel",
    "mCi": "millicurie",
    "Gy": "gray",
    "beats/min": "1 / minute",
    "breaths/min": "1 / minute",
}
NOT_PHYSICAL = {"IU/L", "RATIO", "no unit", "C", "F"}


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry:
    return pint.UnitRegistry(autoconvert_to_preferred=False)


def one(registry: pint.UnitRegistry, name: str) -> pint.Quantity:
    return registry.Quantity(1, "dimensionless") * registry.parse_expression(PINT[name])


def units_of_kind(kind: str) -> list[str]:
    return [name for name in PINT if rule_unit(name).kind == kind]


FACTORS = [
    pytest.param(code, name, factor, id=f"{code} {name}")
    for code in known_analytes()
    if (measured := find_analyte(code)) is not None and measured.test_code == code
    for name, factor in measured.factors.items()
    if name not in NOT_PHYSICAL and measured.canonical not in NOT_PHYSICAL
]


def test_every_unit_is_said_again_for_pint() -> None:
    assert set(PINT) | NOT_PHYSICAL == set(known_units())


@pytest.mark.parametrize(("test_code", "name", "factor"), FACTORS)
def test_every_factor_agrees_with_pint_in_five_figures(
    registry: pint.UnitRegistry, test_code: str, name: str, factor: Decimal
) -> None:
    measured = find_analyte(test_code)
    assert measured is not None
    quantity, target = one(registry, name), one(registry, measured.canonical)
    if name == "mEq/L":
        assert measured.valence is not None
        quantity = quantity / measured.valence
    if quantity.dimensionality != target.dimensionality:  # mass into substance, or back
        assert measured.molar_mass is not None
        mass = registry.Quantity(float(measured.molar_mass), "gram / mole")
        divided = quantity / mass
        same = divided.dimensionality == target.dimensionality
        quantity = divided if same else quantity * mass
    assert quantity.dimensionality == target.dimensionality
    exact = (quantity / target).to("dimensionless").magnitude
    fifth_figure = 10.0 ** (Decimal(exact).adjusted() - 4)
    assert abs(float(factor) - exact) <= fifth_figure


@pytest.mark.parametrize("name", [name for name in PINT if rule_unit(name).equals])
def test_every_unit_in_terms_of_another_agrees_with_pint(
    registry: pint.UnitRegistry, name: str
) -> None:
    unit = rule_unit(name)
    assert unit.equals is not None
    number, base = unit.equals
    assert rule_unit(base).kind == unit.kind
    ratio = (one(registry, name) / one(registry, base)).to("dimensionless").magnitude
    assert ratio == pytest.approx(float(number), rel=1e-12)


def test_units_of_one_kind_have_one_dimension(registry: pint.UnitRegistry) -> None:
    for kind in {rule_unit(name).kind for name in PINT}:
        dimensions = {str(one(registry, name).dimensionality) for name in units_of_kind(kind)}
        assert len(dimensions) == 1, kind


def test_no_spelling_means_two_units() -> None:
    spelled = Counter(text for name in known_units() for text in rule_unit(name).spellings)
    assert [text for text, times in spelled.items() if times > 1] == []


@pytest.mark.parametrize("test_code", known_analytes())
def test_every_analyte_has_known_units_and_no_unit_twice(test_code: str) -> None:
    names = [unit.name for unit in units_for(test_code)]
    assert len(names) == len(set(names))
    measured = find_analyte(test_code)
    assert measured is not None
    assert names[0] == measured.canonical
    assert measured.empty_unit in (None, measured.canonical)
    assert all(factor > 0 for factor in measured.factors.values())


# Spellings


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("10^9/L", "/nL 1/nL 10^3/mm3 10^3/uL 10^6/mL G/L GI/L K/cumm Thou/mcL 10*9/L 10*3/uL"),
        ("10^9/L", "10E9/L 10e9/L x10^9/L x10E9/L x10E3/uL K/uL K/mcL THOU/uL Gpt/L"),
        ("10^12/L", "/pL 1/pL 10^6/mm3 10^6/uL M/uL Mill/mcL T/L TI/L Tera/L 10*12/L Tpt/L"),
        ("10^6/L", "/mm3 /uL 1/mm3 1/uL 10^3/mL M/L Mega/L cells/uL cells/mm3 cells/cumm mm(3)"),
        ("g/L", "g/L mg/mL kg/m3 ug/uL gm/L"),
        ("g/dL", "g% gm/dL G/DL"),
        ("mg/dL", "mg% MG/DL"),
        ("mg/L", "ug/mL mcg/mL g/m3 ng/uL"),
        ("ug/L", "ng/mL mcg/L mg/m3"),
        ("ng/L", "pg/mL ug/m3"),
        ("mmol/L", "umol/mL mol/m3 nmol/uL MMOL/L mM"),
        ("umol/L", "nmol/mL UMOL/L mcmol/L \N{MICRO SIGN}mol/L \N{GREEK SMALL LETTER MU}mol/L"),
        ("nmol/L", "pmol/mL"),
        ("pmol/L", "fmol/mL"),
        ("mEq/L", "mval/L MEQ/L"),
        ("U/L", "mU/mL UL u/l"),
        ("IU/L", "IE/L mIU/mL"),
        ("ukat/L", "mckat/L \N{MICRO SIGN}kat/L"),
        ("%", "Percentage"),
        ("fraction of 1", "FRACTION 1"),
        ("RATIO", "INR"),
        ("s", "sec seconds"),
        ("mL/min", "ML/MIN"),
        ("mL/min/1.73 m2", "mL/min/1.73m2 mL/min/{1.73_m2}"),
        ("mL/s", "mL/sec"),
        ("g/day", "g/24h"),
        ("g/g", "mg/mg"),
        ("g/kg", "mg/g"),
        ("g/mol", "mg/mmol"),
        ("mmHg", "torr"),
    ],
)
def test_the_spellings_of_the_reference_are_known(name: str, spellings: str) -> None:
    for text in spellings.split():
        found = find_unit(text)
        assert found is not None, text
        assert found.name == name, text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Giga per Liter", "10^9/L"),
        ("Proportion of 1", "fraction of 1"),
        ("mL/min/1.73 m^2", "mL/min/1.73 m2"),
        ("g/24 hrs", "g/day"),
        ("mm Hg", "mmHg"),
        (" g/L ", "g/L"),
        ("10^3/\N{MICRO SIGN}L", "10^9/L"),
    ],
)
def test_spellings_with_blanks_and_micro_signs_are_known(text: str, name: str) -> None:
    found = find_unit(text)
    assert found is not None
    assert found.name == name


def test_the_units_of_the_pilot_export_are_known() -> None:
    met = "g/dL U/L mg/dL mEq/L % THOU/uL MILL/uL pg fL FRACTION g/L GI/L TI/L 1 pg/mL pmol/L"
    for text in met.split():
        assert find_unit(text) is not None, text


# Traps of the reference, one test a line


def test_giga_per_litre_is_not_gram_per_litre() -> None:
    pairs = {"G/L": "10^9/L", "g/L": "g/L", "M/L": "10^6/L", "T/L": "10^12/L", "mL": "mL"}
    for text, name in pairs.items():
        found = find_unit(text)
        assert found is not None
        assert found.name == name


def test_capitals_never_win_over_an_exact_match_even_for_the_analyte() -> None:
    found = find_unit("G/L", "HGB")
    assert found is not None
    assert found.name == "10^9/L"
    assert conversion("HGB", "G/L", "g/L") is None


@pytest.mark.parametrize("text", ["MU/L", "mu/L", "GI/l", "gi/L", "K/UL", "Mg/dL", "MG/L", "NG/ML"])
def test_case_is_not_folded(text: str) -> None:
    assert find_unit(text) is None


@pytest.mark.parametrize(
    ("text", "analyte", "name"),
    [
        ("NG/ML", "TROPONT", "ug/L"),
        ("PG/ML", "TROPONI", "ng/L"),
        ("NMOL/L", "VTD2D3IT", "nmol/L"),
        ("MG/L", "BILI", "mg/L"),
        ("UKAT/L", "ALT", "ukat/L"),
        ("MG/DAY", "PROT", "mg/day"),
    ],
)
def test_capitals_count_only_for_an_analyte_measured_in_that_unit(
    text: str, analyte: str, name: str
) -> None:
    found = find_unit(text, analyte)
    assert found is not None
    assert found.name == name
    assert find_unit(text, "SODIUM") is None
    assert find_unit(text) is None


def test_thousands_per_millilitre_are_a_thousandth_of_thousands_per_microlitre() -> None:
    assert conversion("WBC", "10^3/mL", "10^9/L") == Decimal("0.001")
    assert conversion("WBC", "10^3/uL", "10^9/L") == 1


def test_a_billion_per_microlitre_is_taken_for_a_typing_error() -> None:
    assert find_unit("10^9/uL", "WBC") is None


def test_units_and_international_units_are_equal_for_enzymes_alone() -> None:
    for enzyme in ("ALT", "AST", "ALP", "GGT", "LDH", "CK", "AMYLASE", "LIPASET"):
        assert conversion(enzyme, "IU/L", "U/L") == 1
    assert conversion("CGA", "IU/L", "U/L") is None
    assert conversion(None, "IU/L", "U/L") is None


def test_a_missing_unit_means_nothing_for_a_count() -> None:
    assert find_unit("") is None
    assert find_unit("", "PLAT") is None
    assert conversion("PLAT", "", "10^9/L") is None


def test_a_missing_unit_is_right_for_a_ratio_and_for_ph() -> None:
    inr, ph = find_unit("", "INR"), find_unit("", "PH")
    assert inr is not None
    assert inr.name == "RATIO"
    assert ph is not None
    assert ph.name == "no unit"


def test_a_share_needs_its_kind() -> None:
    assert conversion("NEUTLE", "%", "fraction of 1") == Decimal("0.01")
    assert conversion("NEUTLE", "FRACTION", "fraction of 1") == 1
    assert find_unit("", "NEUTLE") is None


@pytest.mark.parametrize(
    ("analyte", "text"),
    [
        ("CREATCLR", "mL/min/1.73 m2"),
        ("GFR", "mL/min"),
        ("CGA", "nmol/L"),
        ("APTT", "RATIO"),
        ("HGBMET", "g/L"),
        ("PROT", "g/L"),
        ("PH", "nmol/L"),
    ],
)
def test_another_quantity_fits_the_test_but_has_no_factor(analyte: str, text: str) -> None:
    fitting = units_for(analyte)
    assert text in [unit.name for unit in fitting]
    assert conversion(analyte, text, fitting[0].name) is None
    assert text not in [row.spelling for row in unit_table(analyte)]


# Conversions


@pytest.mark.parametrize(
    ("analyte", "unit", "factor"),
    [
        ("HGB", "mmol/L", "16.114"),
        ("HGB", "g/dL", "10"),
        ("WBC", "GI/L", "1"),
        ("CREAT", "mg/dL", "88.402"),
        ("BILI", "mg/dL", "17.104"),
        ("GLUC", "mg/dL", "0.055508"),
        ("CA", "mg/dL", "0.24951"),
        ("UREAN", "mg/dL", "0.35697"),
        ("BUN", "mg/dL", "0.35697"),
        ("ALT", "ukat/L", "60"),
        ("SODIUM", "mEq/L", "1"),
        ("MG", "mEq/L", "0.5"),
    ],
)
def test_a_value_is_converted_by_an_exact_decimal(analyte: str, unit: str, factor: str) -> None:
    canonical = units_for(analyte)[0].name
    found = conversion(analyte, unit, canonical)
    assert str(found) == factor


def test_ten_gram_per_decilitre_is_not_quite_six_point_two_millimol() -> None:
    factor = conversion("HGB", "g/dL", "mmol/L")
    assert factor is not None
    assert round(10 * factor, 3) == Decimal("6.206")


def test_units_of_one_kind_convert_without_an_analyte() -> None:
    assert conversion(None, "g/dL", "g/L") == 10
    assert conversion(None, "cm", "mm") == 10
    assert conversion(None, "week", "day") == 7
    assert conversion(None, "day", "month") is None
    assert conversion(None, "g/L", "mmol/L") is None
    assert conversion("UNKNOWN", "mg/dL", "g/L") == Decimal("0.01")


def test_a_unit_of_another_analyte_has_no_factor() -> None:
    assert conversion("ALT", "mg/dL", "U/L") is None
    assert conversion("CREAT", "U/L", "umol/L") is None


def test_the_join_table_holds_every_spelling_once_with_its_factor() -> None:
    rows = {row.spelling: row for row in unit_table("CREAT")}
    assert len(rows) == len(unit_table("CREAT"))
    assert rows["\N{MICRO SIGN}mol/L"].factor == 1
    assert rows["mg%"].unit == "mg/dL"
    assert rows["MG/L"].factor == Decimal("8.8402")
    assert {row.canonical for row in rows.values()} == {"umol/L"}


def test_the_join_table_agrees_with_the_calls_for_all_analytes() -> None:
    table = unit_table()
    assert {row.analyte for row in table} == set(known_analytes())
    assert len({(row.analyte, row.spelling) for row in table}) == len(table)
    for row in table:
        found = find_unit(row.spelling, row.analyte)
        assert found is not None
        assert found.name == row.unit
        assert conversion(row.analyte, row.spelling, row.canonical) == row.factor


def test_an_unknown_analyte_has_no_rows() -> None:
    assert unit_table("UNKNOWN") == []
    assert units_for("UNKNOWN") == ()


# Rule files


@pytest.mark.parametrize("text", ["day", "week", "month", "year", "mm", "%", "GBq", "10^9/L"])
def test_a_rule_file_may_use_submission_values(text: str) -> None:
    assert rule_unit(text).name == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10e9/L", '; did you mean "10^9/L"?'),
        ("GI/L", '; did you mean "10^9/L"?'),
        ("days", '; did you mean "day"?'),
        ("g/l", '; did you mean "g/L"?'),
        ("Mmol/L", '; did you mean "mmol/L"?'),
        ("gbq", '; did you mean "GBq"?'),
        ("mmol/LL", '; did you mean "mmol/L"?'),
        ("furlong", ""),
        ("", ""),
    ],
)
def test_a_rule_file_may_not_use_any_other_spelling(text: str, hint: str) -> None:
    sentence = f'unit "{text}" is not a known unit{hint}'
    assert unit_error(text) == sentence
    with pytest.raises(RuleError) as caught:
        rule_unit(text)
    assert str(caught.value) == sentence
