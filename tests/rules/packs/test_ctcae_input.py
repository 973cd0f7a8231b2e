"""What bad input gives: a reason in the row, never a wrong grade and never a run that stops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oncorules.errors import RuleError
from oncorules.rules.deriving.derive import derive

HEADER = (
    "USUBJID,LBSEQ,LBTESTCD,LBSPEC,LBDTC,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,"
    "LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI"
)
Grade = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Grade rows of LB, drawn as CSV, beside a first dose on 2024-02-01 of subject A."""

    def grade(*rows: str, header: str = HEADER, pack: str = "ctcae-5.0", **settings: str) -> Any:
        lines = [f"STUDYID,LBTEST,{header}", *(f"S,a test,{row}" for row in rows)]
        (tmp_path / "lb.csv").write_text("\n".join(lines) + "\n", "utf-8")
        ex = "USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC\nA,1,X,5,2024-02-01,2024-02-20\n"
        (tmp_path / "ex.csv").write_text(ex, "utf-8")
        with derive(tmp_path, [pack], settings=settings) as result:
            return result.table("adlb").to_pylist()

    return grade


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["ATOXGRL"], row["ATOXGRH"], row["ATOXRSN"]


def test_a_text_in_a_numeric_column_is_a_reason_and_not_an_end(grade: Grade) -> None:
    header = "USUBJID,LBSEQ,LBTESTCD,LBSPEC,LBDTC,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI"
    bad, good = grade(
        "A,1,HGB,BLOOD,2024-02-02,seven,g/L,120,160",
        "A,2,HGB,BLOOD,2024-02-02,79,g/L,120,160",
        header=header,
    )
    assert told(bad) == (None, None, 'the result "seven" is not a number')
    assert told(good) == ("3", "0", None)


def test_an_upper_limit_below_the_lower_one_is_taken_as_it_stands(grade: Grade) -> None:
    (row,) = grade("A,1,K,SERUM,2024-02-02,4,mmol/L,5.1,3.5,,,,")
    assert told(row) == ("2", "1", None)  # LB-LIMITS of the sdtm pack finds such limits


def test_a_negative_value_is_below_every_limit(grade: Grade) -> None:
    (row,) = grade("A,1,HGB,BLOOD,2024-02-02,-1,g/L,120,160,,,,")
    assert told(row) == ("3", "0", None)


def test_of_two_results_on_the_day_of_the_baseline_the_later_number_is_taken(
    grade: Grade,
) -> None:
    rows = grade(
        "A,1,ALT,SERUM,2024-01-31,100,U/L,,40,,,,",
        "A,2,ALT,SERUM,2024-01-31,30,U/L,,40,,,,",
        "A,3,ALT,SERUM,2024-02-10,121,U/L,,40,,,,",
    )
    assert [row["ABLFL"] for row in rows] == [None, "Y", None]
    assert (rows[2]["BASE"], told(rows[2])) == (30.0, (None, "2", None))


def test_without_a_first_dose_there_is_no_baseline_and_no_period(grade: Grade) -> None:
    normal, high = grade(
        "B,1,ALT,SERUM,2024-01-31,40,U/L,,40,,,,", "B,2,ALT,SERUM,2024-02-10,121,U/L,,40,,,,"
    )
    assert told(normal) == (None, "0", None)  # certain, whatever the baseline was
    assert told(high) == (None, None, "BASELINE_HIGH is missing")
    assert (high["APERIOD"], high["BASE"]) == ("UNKNOWN", None)


def test_a_missing_baseline_can_count_as_normal(grade: Grade) -> None:
    (row,) = grade("B,1,ALT,SERUM,2024-02-10,121,U/L,,40,,,,", baseline_unknown="normal")
    assert told(row) == (None, "2", None)


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("G/L", 'unit "G/L" is not a unit of HGB'),  # giga per litre is no gram per litre
        ("mmHg", 'unit "mmHg" is not a unit of HGB'),
        ("", "the unit is missing"),
    ],
)
def test_a_unit_of_another_analyte_or_none_is_a_reason(
    grade: Grade, unit: str, reason: str
) -> None:
    (row,) = grade(f"A,1,HGB,BLOOD,2024-02-02,79,{unit},120,160,,,,")
    assert told(row) == (None, "0", f"low: {reason}")  # no limit but ULN: no unit is needed
    assert (row["AVAL"], row["AVALU"]) == (79.0, unit or None)


def test_a_multiple_of_a_limit_of_normal_needs_no_unit(grade: Grade) -> None:
    (row,) = grade("A,1,AMYLASE,SERUM,2024-02-02,81,,,40,,,,")
    assert told(row) == (None, "3", None)


def test_urinary_results_have_no_terms_of_blood(grade: Grade) -> None:
    (row,) = grade("A,1,CREAT,URINE,2024-02-02,900,umol/L,60,110,,,,")
    assert (row["ATOXDSCH"], row["ATOXRSN"]) == (None, None)


def test_without_specimen_and_category_a_result_is_not_evaluable(grade: Grade) -> None:
    (row,) = grade("A,1,K,,2024-02-02,4,mmol/L,3.5,5.1,,,,")
    assert told(row) == (None, None, "SPECIMEN is missing")


def test_the_shared_pack_alone_is_refused_with_what_to_do(grade: Grade) -> None:
    with pytest.raises(RuleError, match="has no terms: name a pack that extends ctcae"):
        grade("A,1,K,SERUM,2024-02-02,4,mmol/L,3.5,5.1,,,,", pack="ctcae")
