"""Grades that symptoms decide, and measured values told in the canonical unit of their test."""

from __future__ import annotations

from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError

READS = """
of: RES
source: ours
reads: {TEST: CODE, VALUE: RESULT, UNIT: RUNIT, LLN: LO, ULN: HI, BASELINE: BASE,
  BASELINE_ULN: BHI, BASELINE_UNIT: BUNIT}
"""
HEADER = (
    "ID | CODE | RESULT:number | RUNIT | LO:number | HI:number | BASE:number | BHI:number | BUNIT\n"
)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("worst", [("3", None), ("2", None), ("0", None)]),
        ("lowest", [("3", None), ("1", None), ("0", None)]),
        ("open", [("3", None), (None, "1 or 2 by symptoms"), ("0", None)]),
    ],
)
def test_symptoms_decide_between_two_grades(
    bench: Any, choice: str, told: list[tuple[str | None, str | None]]
) -> None:
    bench.given(
        "RES",
        HEADER
        + """1 | K | 2.9 | mmol/L | 3.5 | 5 | . | . | .
        2 | K | 3.4 | mmol/L | 3.5 | 5 | . | . | .
        3 | K | 3.5 | mmol/L | 3.5 | 5 | . | . | .
        """,
    )
    bench.limits(symptoms=choice)
    entry = READS + (
        """
terms:
  - term: Low
    test: K
    unit: mmol/L
    direction: low
    grades: {3: VALUE < 3, 1 or 2: VALUE < LLN, 0: otherwise}
"""
    )
    assert bench.grade("g", entry, "LOW_GRADE LOW_REASON") == told
    bounds = [("3", "3"), ("1", "2"), ("0", "0")]
    assert bench.grade("g", entry, "LOW_LEAST LOW_MOST") == bounds


def test_a_wrong_word_for_symptoms_is_refused(bench: Any) -> None:
    bench.given("RES", HEADER)
    bench.limits(symptoms="worse")
    entry = READS + "terms: [{term: T, test: K, direction: low, grades: {1 or 2: VALUE < LLN}}]"
    with pytest.raises(FormulaError, match='symptoms is "worse", expected worst, lowest, open'):
        bench.grade("g", entry)


def test_measured_values_are_told_in_the_canonical_unit_of_their_test(bench: Any) -> None:
    bench.given(
        "RES",
        HEADER
        + """1 | HGB | 10  | g/dL    | 12 | 16 | 6.2 | 10 | mmol/L
        2 | HGB | 100 | g/L     | .  | .  | 12  | 16 | stone
        3 | HGB | 100 | stone   | 90 | .  | 12  | 16 | stone
        4 | HGB | 100 | stone   | 90 | .  | 12  | 16 | g/L
        5 | BUN | 10  | mg/dL   | .  | .  | .   | .  | .
        6 | HGB | 10  | .       | .  | .  | .   | .  | .
        7 | ZZZ | 10  | g/dL    | 1  | 2  | 3   | 4  | g/dL
        """,
    )
    entry = READS + (
        """
converted: {AVAL: VALUE, ANRLO: LLN, ABASE: BASELINE}
terms: [{term: T, test: HGB, direction: low, grades: {1: VALUE < LLN, 0: otherwise}}]
"""
    )
    assert bench.grade("g", entry, "ID AVAL CONVERTED_UNIT ANRLO ABASE LOW_GRADE") == [
        ("1", "100", "g/L", "120", "99.9068", "1"),
        ("2", "100", "g/L", None, None, None),
        ("3", "100", "stone", "90", "12", "0"),
        ("4", "100", "stone", "90", None, "0"),
        ("5", "3.5697", "mmol/L", None, None, None),
        ("6", "10", None, None, None, None),
        ("7", "10", "g/dL", "1", "3", None),
    ]


def test_only_a_measured_value_can_be_converted(bench: Any) -> None:
    bench.given("RES", HEADER)
    entry = READS + (
        "converted: {AVAL: VALUES}\n"
        "terms: [{term: T, test: K, direction: low, grades: {1: VALUE < LLN}}]"
    )
    with pytest.raises(FormulaError, match='"VALUES" is no measured value; did you mean "VALUE"'):
        bench.grade("g", entry)
