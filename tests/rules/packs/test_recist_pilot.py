"""The courses of the 8 subjects with lesions in the pilot, worked by hand from the guideline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive
from oncorules.rules.deriving.derived import DeriveResult

EXPORTS = Path(__file__).parents[4] / "shared/exports"
pytestmark = pytest.mark.skipif(
    not (EXPORTS / "recist-lesions").is_dir(), reason="the exports with lesions are not here"
)

# Sum in mm and overall response at each visit, as the investigator measured. The first is the
# baseline; a sum in brackets lacks a target.
INVESTIGATOR = {
    # node T02 by its short axis: 21 + 32 + 24 + 19; T02 and T03 missing; node 7 mm is normal
    "01-701-1015": "96 | 96 SD | (38) NE | 7 CR",
    # T01 missing, and yet 110 - 91 = 19 >= 5 and 110 >= 1.2 x 91 = 109.2; then 92 < 109.2
    "01-701-1028": "94 | 91 SD | (110) PD | 92 SD",
    # 3 non-targets: 2 left, then 1 left
    "01-701-1034": "- | - NON-CR/NON-PD | - NON-CR/NON-PD",
    "01-701-1097": "- | - NON-CR/NON-PD",
    # 74 > 63 = 0.7 x 90; 44 <= 63; other target 0 mm and nodes of 7 and 3 mm
    "01-701-1115": "90 | 74 SD | 44 PR | 10 CR",
    # 72 > 54.6 = 0.7 x 78; 38 <= 54.6; T02 missing; 33 from the complete nadir 38
    "01-701-1118": "78 | 72 SD | 38 PR | (14) NE | 33 PR",
    # 96 < 105.6 = 1.2 x 88; 124 >= 105.6
    "01-701-1130": "90 | 88 SD | 96 SD | 124 PD",
    # 42 = 0.7 x 60 exactly; all gone; 5 mm are back after complete response
    "01-701-1133": "60 | 42 PR | 0 CR | 5 PD",
}
# 107.9 < 109.032 = 1.2 x 90.86: what radiologist 1 measured of 1028 proves no progression;
# 111.2 >= 109.2 = 1.2 x 91: what radiologist 2 measured does.
# 42.82 > 42.427 = 0.7 x 60.61: 1133 is no partial response; 41.14 <= 41.678 = 0.7 x 59.54 is one.
OTHERS = {
    ("01-701-1028", "RADIOLOGIST 1"): "94.36 | 90.86 SD | (107.9) NE | 90.9 SD",
    ("01-701-1028", "RADIOLOGIST 2"): "93.05 | 91 SD | (111.2) PD | 93.17 SD",
    ("01-701-1133", "RADIOLOGIST 1"): "60.61 | 42.82 SD | 0 CR | 5.15 PD",
    ("01-701-1133", "RADIOLOGIST 2"): "59.54 | 41.14 PR | 0 CR | 4.95 PD",
}
# Best response without and with confirmation; day 42 is 42 days after the first dose.
BEST = {
    "01-701-1015": ("CR", "SD"),  # the complete response is the last assessment
    "01-701-1028": ("PD", "PD"),  # SD lies before day 42
    "01-701-1034": ("NON-CR/NON-PD", "NON-CR/NON-PD"),
    "01-701-1097": ("NE", "NE"),  # the one assessment lies before day 42
    "01-701-1115": ("CR", "SD"),  # PR on day 42, CR 21 days later and not 28
    "01-701-1118": ("PR", "PR"),  # PR again after 42 days, with one NE between
    "01-701-1130": ("SD", "SD"),
    "01-701-1133": ("CR", "SD"),  # disease comes back at the next assessment
}
# Progression-free survival as the investigator assessed it, in days with the first: Table A.
PROGRESSION_FREE = {
    "01-701-1015": "64 LAST ADEQUATE ASSESSMENT",  # 2014-03-06, the complete response
    "01-701-1028": "43 PROGRESSIVE DISEASE",  # the scan after it counts no more
    "01-701-1034": "43 LAST ADEQUATE ASSESSMENT",
    "01-701-1097": "22 LAST ADEQUATE ASSESSMENT",
    # An adverse event on 2013-01-23 stops treatment: the response of 02-01 is after that.
    "01-701-1115": "43 LAST ADEQUATE ASSESSMENT BEFORE TREATMENT STOPPED",
    "01-701-1118": "85 LAST ADEQUATE ASSESSMENT",  # visit 4 lacks a target, visit 5 is whole
    "01-701-1130": "64 PROGRESSIVE DISEASE",
    "01-701-1133": "64 PROGRESSIVE DISEASE",
}


@pytest.fixture(scope="module")
def result() -> Iterator[DeriveResult]:
    with derive(
        [EXPORTS / "cdisc-pilot", EXPORTS / "recist-lesions"], ["recist-1.1", "time-to-event"]
    ) as result:
        yield result


def rows_of(result: DeriveResult, name: str, subject: str, reader: str | None) -> Any:
    rows = result.table(name).to_pylist()
    value = "TREVALID" if name == "ADTR" else "RSEVALID"
    found = [row for row in rows if row["USUBJID"] == subject and row[value] == reader]
    return sorted(found, key=lambda row: row["VISITNUM"] or 0)


def course(result: DeriveResult, subject: str, reader: str | None) -> str:
    """Draw a course as the tables above do."""
    sums = {row["VISITNUM"]: row for row in rows_of(result, "ADTR", subject, reader)}
    overall = {
        row["VISITNUM"]: row["AVALC"]
        for row in rows_of(result, "ADRS", subject, reader)
        if row["PARAMCD"] == "OVRLRESP"
    }
    told = []
    for visit in sorted({1, *sums, *overall}):
        size = "-"
        if visit in sums:
            size = f"{sums[visit]['AVAL']:.6f}".rstrip("0").rstrip(".")
            size = size if sums[visit]["COMPLFL"] == "Y" else f"({size})"
        told.append(f"{size} {overall[visit]}" if visit in overall else size)
    return " | ".join(told)


@pytest.mark.parametrize("subject", INVESTIGATOR)
def test_the_investigators_course_is_that_of_the_guideline(
    result: DeriveResult, subject: str
) -> None:
    assert course(result, subject, None) == INVESTIGATOR[subject]


@pytest.mark.parametrize(("subject", "reader"), OTHERS)
def test_another_readers_course_follows_from_that_readers_sums(
    result: DeriveResult, subject: str, reader: str
) -> None:
    assert course(result, subject, reader) == OTHERS[subject, reader]


@pytest.mark.parametrize("subject", BEST)
def test_the_investigators_best_response_is_that_of_the_guideline(
    result: DeriveResult, subject: str
) -> None:
    rows = {row["PARAMCD"]: row["AVALC"] for row in rows_of(result, "ADRS", subject, None)}
    assert (rows["BOR"], rows["CBOR"]) == BEST[subject]


@pytest.mark.parametrize("subject", PROGRESSION_FREE)
def test_the_investigators_progression_free_survival_is_that_of_table_a(
    result: DeriveResult, subject: str
) -> None:
    rows = result.table("ADTTE").to_pylist()
    told = [
        f"{row['AVAL']} {row['EVNTDESC'] or row['CNSDTDSC']}"
        for row in rows
        if (row["USUBJID"], row["PARAMCD"]) == (subject, "PFS") and row["RSEVALID"] is None
    ]
    assert told == [PROGRESSION_FREE[subject]]


def test_the_only_confirmed_response_goes_on_for_43_days(result: DeriveResult) -> None:
    rows = [row for row in result.table("ADTTE").to_pylist() if row["PARAMCD"] == "DOR"]
    assert {(row["USUBJID"], row["STARTDT"], row["ADT"], int(row["AVAL"])) for row in rows} == {
        ("01-701-1118", "2014-04-23", "2014-06-04", 43)
    }


def test_every_subject_has_three_readers(result: DeriveResult) -> None:
    rows = result.table("ADRS").to_pylist()
    assert len({(row["USUBJID"], row["RSEVALID"]) for row in rows}) == 24


def test_the_row_of_a_sum_says_from_what_it_changed(result: DeriveResult) -> None:
    row = rows_of(result, "ADTR", "01-701-1118", None)[3]
    # 14 against the baseline 78 and the nadir 38: -82.0513 % and -63.1579 %
    assert {name: row[name] for name in ("BASE", "NADIR", "CHGNAD")} == {
        "BASE": 78,
        "NADIR": 38,
        "CHGNAD": -24,
    }
    assert (float(row["PCHG"]), float(row["PCHGNAD"])) == (-82.0513, -63.1579)


def test_the_row_of_a_response_names_the_line_that_decided(result: DeriveResult) -> None:
    rows = rows_of(result, "ADRS", "01-701-1133", None)
    lines = {row["PARAMCD"]: row["RSLINE"] for row in rows if row["VISITNUM"] == 4}
    assert lines == {
        "TRGRESP": "disease is back after complete response",
        "NEWLPROG": "no new lesion",
        "OVRLRESP": "PD, any, any, PD",
    }
