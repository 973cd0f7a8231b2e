"""Limits per unit: the unit that a value is compared in, and what is exact on the way there."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from oncorules.data.units import find_analyte, unit_table
from oncorules.rules.grading.limits import limit_rows, printed_limits
from oncorules.rules.grading.units import unit_set
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.model import Term

HEAD = """
of: RES
source: ours
reads: {TEST: CODE, VALUE: RESULT, UNIT: RUNIT, LLN: LO, ULN: HI, BASELINE: BASE,
  BASELINE_UNIT: BUNIT}
terms:
"""
HB = """
  - term: Hemoglobin
    test: HGB
    direction: low
    limits:
      columns: [unit, g2, g3, g4]
      rows:
        - [g/L, 100, 80, 65]
        - [g/dL, 10, 8, 6.5]
        - [mmol/L, 6.2, 4.9, 4.0]
    grades: {4: VALUE < g4, 3: VALUE < g3, 2: VALUE < g2, 1: VALUE < LLN, 0: otherwise}
"""
HEADER = "ID | CODE | RESULT:number | RUNIT | LO:number | HI:number | BASE:number | BUNIT\n"


def given(bench: Any, rows: str) -> None:
    lines = [line.strip() for line in rows.strip().splitlines()]
    wide = [f"{number:03} | {line}" for number, line in enumerate(lines, start=1)]
    full = [line + " | ." * (7 - line.count("|")) for line in wide]
    bench.given("RES", HEADER + "\n".join(full))


def grades(bench: Any, terms: str, show: str = "GRADE UNIT VALUE REASON") -> list[Any]:
    """Return columns of the side on which the term is."""
    side = "HIGH" if "direction: high" in terms else "LOW"
    named = " ".join(f"{side}_{name}" for name in show.split())
    return [tuple(row[1:]) for row in bench.grade("g", HEAD + terms, f"ID {named}")]


HB_ROWS = """
HGB | 4.93     | mmol/L  | 7
HGB | 7.94     | g/dL    | 12
HGB | 79.4     | g/L     | 120
HGB | 80       | mg/mL   | 120
HGB | 4.9      | mmol/L  | 7
HGB | 4.899999 | mmol/L  | 7
HGB | 119      | g/L     | .
HGB | 64       | .       | 120
HGB | 64       | mmol/Lx | 120
HGB | 64       | G/L     | 120
"""


def test_a_value_is_compared_in_its_own_unit_where_a_limit_is_printed_in_it(bench: Any) -> None:
    given(bench, HB_ROWS)
    assert grades(bench, HB) == [
        ("2", "mmol/L", "4.93", None),  # 79.44 g/L would be grade 3
        ("3", "g/dL", "7.94", None),
        ("3", "g/L", "79.4", None),
        ("2", "g/L", "80", None),
        ("2", "mmol/L", "4.9", None),
        ("3", "mmol/L", "4.899999", None),
        (None, "g/L", "119", "LLN is missing"),
        (None, None, "64", "the unit is missing"),
        (None, "mmol/Lx", "64", 'unit "mmol/Lx" is not a unit of HGB'),
        (None, "G/L", "64", 'unit "G/L" is not a unit of HGB'),
    ]


@pytest.mark.parametrize("choice", ["canonical", "first"])
def test_a_value_can_be_converted_wherever_it_came_from(bench: Any, choice: str) -> None:
    bench.limits(limit_unit=choice)
    given(bench, HB_ROWS)
    assert grades(bench, HB)[:6] == [
        ("3", "g/L", "79.44202", None),
        ("3", "g/L", "79.4", None),
        ("3", "g/L", "79.4", None),
        ("2", "g/L", "80", None),
        ("3", "g/L", "78.9586", None),
        ("3", "g/L", "78.958584", None),
    ]


def test_the_first_unit_and_the_canonical_one_may_differ(bench: Any) -> None:
    term = HB.replace("- [g/L, 100, 80, 65]", "").replace("- [g/dL, 10, 8, 6.5]", "", 1)
    term = term.replace("[mmol/L, 6.2", "[g/dL, 10, 8, 6.5]\n        - [mmol/L, 6.2")
    given(bench, "HGB | 80 | g/L | 120\nHGB | 79.999999 | g/L | 120\nHGB | 4.93 | mmol/L | 7")
    told = {}
    for choice in ("reported", "first", "canonical"):
        bench.limits(limit_unit=choice)
        told[choice] = grades(bench, term, "GRADE UNIT VALUE")
    assert told == {
        "reported": [("2", "g/dL", "8"), ("3", "g/dL", "8"), ("2", "mmol/L", "4.93")],
        "first": [("2", "g/dL", "8"), ("3", "g/dL", "8"), ("3", "g/dL", "7.944202")],
        "canonical": [("2", "g/L", "80"), ("3", "g/L", "79.999999"), ("3", "g/L", "79.44202")],
    }


def test_a_limit_on_a_converted_value_is_met_exactly(bench: Any) -> None:
    """3.99216 mEq/L is 8 mg/dL to the last digit, although the factor between them never ends."""
    term = """
  - term: Calcium
    test: CA
    direction: low
    limits: {columns: [unit, g2], rows: [[mg/dL, 8]]}
    grades: {2: VALUE < g2, 0: otherwise}
"""
    given(bench, "CA | 3.99216 | mEq/L\nCA | 3.992159 | mEq/L\nCA | 1.99608 | mmol/L")
    assert grades(bench, term) == [
        ("0", "mg/dL", "8", None),
        ("2", "mg/dL", "7.999998", None),
        ("0", "mg/dL", "8", None),
    ]


def test_a_multiple_of_a_limit_of_normal_needs_no_unit(bench: Any) -> None:
    term = """
  - term: Creatinine
    test: CREAT
    direction: high
    limits: {columns: [unit, most], rows: [[umol/L, 500]]}
    grades: {4: VALUE > most, 2: VALUE > 1.5 * ULN, 1: VALUE > ULN, 0: otherwise}
"""
    given(
        bench,
        """
        CREAT | 600  | umol/L  | . | 100
        CREAT | 5.66 | mg/dL   | . | 1.2
        CREAT | 5.65 | mg/dL   | . | 1.2
        CREAT | 2    | furlong | . | 1
        """,
    )
    assert grades(bench, term, "GRADE REASON") == [
        ("4", None),
        ("4", None),
        ("2", None),
        (None, 'unit "furlong" is not a unit of CREAT'),
    ]
    below = term.replace("4: VALUE > most, ", "")
    assert grades(bench, below, "GRADE REASON")[3] == ("2", None)


def test_limits_and_two_results_stand_on_one_scale(bench: Any) -> None:
    term = """
  - term: Fall
    test: HGB
    direction: low
    limits: {columns: [unit, fall], rows: [[g/dL, 2]]}
    grades: {1: BASELINE - VALUE >= fall, 0: otherwise}
"""
    given(
        bench,
        """
        HGB | 100   | g/L    | . | . | 12    | g/dL
        HGB | 100   | g/L    | . | . | 11.99 | g/dL
        HGB | 6     | mmol/L | . | . | 12    | g/dL
        HGB | 100   | g/L    | . | . | 12    | furlong
        """,
    )
    assert grades(bench, term, "GRADE REASON") == [
        ("1", None),
        ("0", None),
        ("1", None),  # 120 - 96.684 g/L
        (None, 'unit "furlong" of BASELINE is not a unit of HGB'),
    ]


def test_a_limit_that_is_not_printed_in_a_unit_is_not_evaluable_there(bench: Any) -> None:
    term = HB.replace("[mmol/L, 6.2, 4.9, 4.0]", "[mmol/L, 6.2, 4.9, null]")
    given(bench, "HGB | 4.8 | mmol/L | 7\nHGB | 64 | g/L | 120")
    assert grades(bench, term, "GRADE REASON") == [
        (None, "g4 has no limit in mmol/L"),
        ("4", None),
    ]


def test_a_unit_of_another_quantity_is_compared_only_in_itself(bench: Any) -> None:
    term = """
  - term: pH
    test: PH
    direction: low
    limits: {columns: [unit, g3], rows: [[no unit, 7.3]]}
    grades: {3: VALUE < g3, 0: otherwise}
"""
    given(bench, "PH | 7.29 | .\nPH | 7.3 | .\nPH | 51 | nmol/L")
    assert grades(bench, term, "GRADE REASON") == [
        ("3", None),
        ("0", None),
        (None, 'VALUE in "nmol/L" does not convert into the unit of the limits'),
    ]


def test_a_test_that_is_no_known_analyte_takes_units_of_the_same_kind(bench: Any) -> None:
    term = """
  - term: QTc prolonged
    test: QTCFX
    direction: high
    limits: {columns: [unit, g3], rows: [[msec, 500]]}
    grades: {3: VALUE > g3, 0: otherwise}
"""
    given(bench, "QTCFX | 501 | msec\nQTCFX | 0.501 | s\nQTCFX | 0.5 | s\nQTCFX | 501 | g/L")
    assert grades(bench, term, "GRADE REASON") == [
        ("3", None),
        ("3", None),
        ("0", None),
        (None, 'unit "g/L" is not a unit of QTCFX'),
    ]


def test_parameters_and_plain_numbers_are_in_the_unit_of_the_term(bench: Any) -> None:
    bench.limits(lowest="8 g/dL")
    term = """
  - term: Low
    test: HGB
    unit: g/dL
    direction: low
    grades:
      3: VALUE < 6.5
      2: VALUE < lowest
      1: least(VALUE, 10) < 10
      0: otherwise
"""
    rows = "HGB | 64.9 | g/L\nHGB | 79.9 | g/L\nHGB | 80 | g/L\nHGB | 6.2 | mmol/L\nHGB | 10 | g/dL"
    given(bench, rows)
    assert [row[0] for row in grades(bench, term)] == ["3", "2", "1", "1", "0"]


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        (HB.replace("g/dL", "g/dl"), 'unit "g/dl" is not a known unit; did you mean "g/dL"?'),
        (HB.replace("[g/dL", "[mmHg"), '"mmHg" is not a unit of HGB'),
        (HB.replace("[g/dL", "[g/L"), 'the unit "g/L" stands twice in the limits'),
        (HB.replace("VALUE < g4", "VALUE < 65"), "65 is in no unit, and the limits"),
        (HB.replace("VALUE < g4", "VALUE < LLN * VALUE"), "two measured values are multiplied"),
        (HB.replace("g4", "LLN"), '"LLN" is a column as well: give the limit another name'),
        (HB.replace("VALUE < g4", "abs(upper(VALUE)) < g4"), "upper would see a value"),
        (HB.replace("VALUE < g4", "VALUE < g5"), '"g5" is no limit, column or parameter here'),
        (
            "  - {term: T, test: HGB, direction: low, grades: {3: VALUE < 80, 0: otherwise}}",
            "80 is in no unit: give the term a `unit`, or `limits`",
        ),
    ],
)  # fmt: skip
def test_a_limit_that_has_no_unit_or_a_wrong_one_is_refused(
    bench: Any, term: str, sentence: str
) -> None:
    given(bench, "HGB | 1 | g/L")
    with pytest.raises(FormulaError) as raised:
        grades(bench, term)
    assert sentence in str(raised.value)


def test_a_wrong_choice_is_refused(bench: Any) -> None:
    given(bench, "HGB | 1 | g/L")
    bench.limits(limit_unit="si")
    with pytest.raises(FormulaError, match='limit_unit is "si", expected reported, canonical'):
        grades(bench, HB)


def test_zero_needs_no_unit(bench: Any) -> None:
    given(bench, "HGB | 0.1 | furlong\nHGB | 0 | .")
    term = "  - {term: T, test: HGB, direction: high, grades: {1: VALUE > 0.0, 0: otherwise}}"
    assert [row[0] for row in grades(bench, term)] == ["1", "0"]


# an independent reading --------------------------------------------------------------------------


def by_hand(value: Decimal, spelling: str) -> int | None:
    """Grade a haemoglobin by the printed limits, or by those in g/L after conversion."""
    printed = {
        "g/L": (100, 80, 65),
        "g/dL": (10, 8, Decimal("6.5")),
        "mmol/L": (Decimal("6.2"), Decimal("4.9"), 4),
    }
    known = {row.spelling: (row.unit, row.factor) for row in unit_table("HGB")}
    if spelling not in known:
        return None
    unit, factor = known[spelling]
    compared, limits = (
        (value, printed[unit]) if unit in printed else (value * factor, printed["g/L"])
    )
    down = zip((4, 3, 2), reversed(limits), strict=True)
    return next((grade for grade, limit in down if compared < limit), 0)


def test_random_values_in_every_spelling_agree_with_plain_python(bench: Any) -> None:
    draw = random.Random(7)
    spellings = [row.spelling for row in unit_table("HGB") if row.spelling] + ["G/L", "stone", "g"]
    cases = []
    for spelling in spellings:
        for limit in (Decimal("0.065"), Decimal(4), Decimal("6.2"), Decimal(8), Decimal(80)):
            step = Decimal(draw.choice(["0", "0.000001", "-0.000001", "0.05"]))
            cases.append((limit + step, spelling))
    given(bench, "\n".join(f"HGB | {value} | {spelling}" for value, spelling in cases))
    bench.limits(lln=1)
    term = HB.replace("1: VALUE < LLN, ", "")
    found = [row[0] for row in grades(bench, term, "GRADE")]
    wanted = [by_hand(value, spelling) for value, spelling in cases]
    assert found == [None if grade is None else str(grade) for grade in wanted]


def test_every_unit_of_every_analyte_is_known_to_its_unit_set() -> None:
    for test in ("HGB", "ALT", "CREAT", "CA", "BUN"):
        known = dict(unit_set(test, ()))
        analyte = find_analyte(test)
        assert analyte is not None
        for row in unit_table(test):
            assert known[row.spelling][:2] == (row.unit, row.factor)


def test_the_factor_for_show_is_rounded_and_the_limits_are_not() -> None:
    term = Term.model_validate(
        {
            "term": "T",
            "test": "CREAT",
            "direction": "high",
            "limits": {"columns": ["unit", "g1"], "rows": [["mg/dL", Decimal("1.5")]]},
            "grades": {1: "VALUE > g1"},
        }
    )
    assert printed_limits(term) == (("mg/dL", {"g1": Decimal("1.5")}),)
    row = limit_rows(term, "CREAT", unit_set("CREAT", ("mg/dL",)), "reported")["umol/L"]
    assert (row.unit, row.limits) == ("mg/dL", {"g1": Decimal("132.6030")})
    assert row.shown == Decimal("0.011311961268")
