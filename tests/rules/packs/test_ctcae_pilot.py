"""Rows of the CDISC pilot study graded by CTCAE 4.03, with the arithmetic in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive
from oncorules.rules.deriving.derived import DeriveResult

PILOT = Path(__file__).parents[4] / "shared/exports/cdisc-pilot"
pytestmark = pytest.mark.skipif(not PILOT.is_dir(), reason="the pilot export is not here")

# What the laboratory reported, and what follows by hand from the wording of NCI.
BY_HAND = [
    # 9.8 g/dL lies in <10.0 - 8.0; 9.8 x 10 = 98 g/L
    ("01-705-1292", 90, {"ATOXGRL": "2", "ATOXGRH": "0", "ATOXGR": "-2", "AVAL": 98.0}),
    # 12.1 g/dL lies in <LLN - 10.0, LLN is 12.5
    ("01-701-1130", 18, {"ATOXGRL": "1", "ATOXGR": "-1", "ABLFL": "Y", "BNRIND": "LOW"}),
    # 119 x 10^9/L lies in <LLN - 75.0, LLN is 130
    ("01-708-1032", 29, {"ATOXGRL": "1", "ATOXDSCH": None, "AVALU": "10^9/L"}),
    # 104 U/L > 3.0 x 32 = 96, <= 5.0 x 32 = 160
    ("01-705-1186", 40, {"ATOXGRL": None, "ATOXGRH": "2", "ATOXGR": "2"}),
    # 1.0 mg/dL is below ULN 1.4 and above the baseline: 1.0 x 88.402 = 88.402, baseline 79.5618
    ("01-701-1015", 51, {"ATOXGRH": "1", "AVAL": 88.402, "BASE": 79.5618}),
    # 8.0 mg/dL, albumin 3.9 g/dL: 8.0 + 0.08 x (40 - 39) = 8.08, in <LLN - 8.0, LLN is 8.4
    ("01-701-1028", 206, {"ATOXGRL": "1", "ATOXGRH": "0"}),
    # 1.7 mg/dL lies in <2.0 - 1.0; 1.7 x 0.32285 = 0.548845 mmol/L
    ("01-715-1155", 97, {"ATOXGRL": "3", "AVAL": 0.548845, "ATOXGR": "-3"}),
    # 3.1 mEq/L lies in <LLN - 3.0, LLN is 3.4: 1, or 2 with symptoms
    ("01-705-1292", 133, {"ATOXGRL": "2", "ATOXGRH": "0"}),
    # 7.8 mg/dL lies in >ULN - 10, ULN is 7.5: 1, or 3 with consequences
    ("01-701-1033", 105, {"ATOXGRH": "3"}),
    # 6.8 mg/dL > 3.0 x 1.2 = 3.6, <= 10.0 x 1.2 = 12
    ("01-705-1186", 43, {"ATOXGRH": "3", "BNRIND": "HIGH"}),
    # 301 mg/dL lies in >250 - 500, fasting or not
    ("01-701-1239", 68, {"ATOXGRH": "3", "ATOXGRL": "0"}),
    # 194 mg/dL lies in >160 - 250, which asks for fasting, and LBFAST is not there
    ("01-701-1234", 274, {"ATOXGRL": "0", "ATOXGRH": None, "ATOXRSN": "high: FASTING is missing"}),
    ("01-701-1115", 87, {"ATOXGR": None, "ATOXRSN": 'the result "<40" is not a number'}),
    # pH 5.0 is of urine: no term looks at it
    ("01-701-1015", 28, {"PARAMCD": "PH", "ATOXDSCL": None, "ATOXGR": None, "ATOXRSN": None}),
    (
        "01-703-1096",
        89,
        {"ATOXGR": None, "ATOXRSN": "no albumin of the day to correct calcium by"},
    ),
]


@pytest.fixture(scope="module")
def result() -> Iterator[DeriveResult]:
    with derive(PILOT, ["ctcae-4.03"]) as result:
        yield result


@pytest.fixture(scope="module")
def rows(result: DeriveResult) -> dict[tuple[str, int], dict[str, Any]]:
    found = result.table("adlb").to_pylist()
    return {(row["USUBJID"], row["LBSEQ"]): row for row in found}


@pytest.mark.parametrize(("subject", "number", "expected"), BY_HAND)
def test_a_row_has_the_grade_that_was_found_by_hand(
    rows: dict[tuple[str, int], dict[str, Any]],
    subject: str,
    number: int,
    expected: dict[str, Any],
) -> None:
    row = rows[subject, number]
    assert {name: row[name] for name in expected} == expected


def test_every_result_has_one_row_in_the_order_of_the_export(
    rows: dict[tuple[str, int], dict[str, Any]],
) -> None:
    assert len(rows) == 59_580
    assert list(rows)[:2] == [("01-701-1015", 1), ("01-701-1015", 39)]


def test_a_grade_is_missing_only_with_a_reason(
    rows: dict[tuple[str, int], dict[str, Any]],
) -> None:
    for row in rows.values():
        sides = [
            (row["ATOXDSCL"], row["ATOXGRL"]),
            (row["ATOXDSCH"], row["ATOXGRH"]),
        ]
        undecided = any(term is not None and grade is None for term, grade in sides)
        assert undecided == (row["ATOXRSN"] is not None), row


def test_the_worst_grades_are_those_of_a_plain_loop(
    result: DeriveResult, rows: dict[tuple[str, int], dict[str, Any]]
) -> None:
    worst: dict[tuple[str, str, str], tuple[int, str]] = {}
    for row in rows.values():
        for term, grade in ((row["ATOXDSCL"], row["ATOXGRL"]), (row["ATOXDSCH"], row["ATOXGRH"])):
            if term is not None and grade is not None:
                key = (row["USUBJID"], term, row["APERIOD"])
                best = worst.get(key)
                if best is None or (-int(grade), row["ADT"]) < (-best[0], best[1]):
                    worst[key] = (int(grade), row["ADT"])
    found = {
        (row["USUBJID"], row["ATOXDSC"], row["APERIOD"]): (row["ATOXGRN"], row["ADT"][:10])
        for row in result.table("adlbw").to_pylist()
        if row["ATOXGRN"] is not None
    }
    assert found == {key: (grade, day[:10]) for key, (grade, day) in worst.items()}
