"""Cells and columns that are not as declared: findings of validate, the end of derive."""

from __future__ import annotations

import json
from typing import Any

import pytest

HEAD = "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC\n"
DOSES = """\
tables:
  dose:
    title: Doses
    one_row_per: [USUBJID, EXSEQ]
    from: EX
    columns:
      twice: {value: EXDOSE * 2}
      start: {value: EXSTDTC}
publish:
  ADDOSE: {from: dose}
"""


@pytest.fixture
def faulty(desk: Any) -> Any:
    """Return a function that writes an export with a faulty EX."""
    dm = (
        "STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,SEX,ARMCD,ARM,COUNTRY,RFSTDTC\n"
        "S,DM,S-1,1,1,F,A,A,USA,2020-01-01\n"
    )
    return lambda ex: desk.export({"dm.csv": dm, "ex.csv": ex})


CASES = {
    "text in a number": (
        HEAD + "S,EX,S-1,1,X,<10,2020-01-01,2020-01-02\n",
        "EX.EXDOSE.type",
        1,
        'EXDOSE holds "<10", which is not a number (of at most 12 digits before the point).',
        'ex.csv:1: EXDOSE of table EX holds "<10", where a number was expected;'
        " oncorules validate lists them all",
    ),
    "an impossible date": (
        HEAD + "S,EX,S-1,1,X,10,2020-02-30,2020-03-02\n",
        "EX.EXSTDTC.type",
        1,
        'EXSTDTC holds "2020-02-30", which is not a date'
        " (ISO 8601, such as 2023-02-28 or 2023-02, from 1800 to 2200).",
        'ex.csv:1: EXSTDTC of table EX holds "2020-02-30", where a date was expected;'
        " oncorules validate lists them all",
    ),
    "a required column is missing": (
        "STUDYID,DOMAIN,EXSEQ,EXTRT,EXDOSE,EXSTDTC\nS,EX,1,X,10,2020-01-01\n",
        "EX.USUBJID.column",
        None,
        "EX has no column USUBJID; CDISC SDTMIG v3.3, EX requires it.",
        "ex.csv: table EX has no column USUBJID, which CDISC SDTMIG v3.3, EX requires and the"
        " derived tables read; add it and run again",
    ),
}


@pytest.mark.parametrize("structure", ["pandera", "sql"])
@pytest.mark.parametrize("case", CASES)
def test_validate_finds_it_as_a_breach_of_the_structure_contract(
    desk: Any, faulty: Any, case: str, structure: str
) -> None:
    ex, rule, row, message, _ = CASES[case]
    words = ["--rules", rule, "--structure", structure]
    answer = desk.call("validate", faulty(ex), *words, "--format", "json")
    findings = json.loads(answer.out)["findings"]
    assert [(one["rule_id"], one["file"], one["row"], one["message"]) for one in findings] == [
        (rule, "ex.csv", row, message)
    ]
    assert answer.code == 1
    assert "oncorules:" not in answer.err


@pytest.mark.parametrize("case", CASES)
def test_the_printed_summary_of_validate_has_the_sentence(
    desk: Any, faulty: Any, case: str
) -> None:
    ex, _, _, message, _ = CASES[case]
    answer = desk.call("validate", faulty(ex), "--out", "out")
    assert answer.code == 1
    assert message in answer.out
    assert sorted(path.name for path in (desk.folder / "out").iterdir()) == [
        "findings.csv",
        "findings.parquet",
        "rules.json",
        "run.json",
    ]


@pytest.mark.parametrize("case", CASES)
def test_derive_stops_at_what_its_tables_read(desk: Any, faulty: Any, case: str) -> None:
    ex, _, _, _, sentence = CASES[case]
    pack = desk.pack(DOSES)
    assert desk.refuse(3, "derive", faulty(ex), "--pack", pack, "--out", "out") == sentence


def test_derive_counts_the_cells_that_it_does_not_show(desk: Any, faulty: Any) -> None:
    ex = HEAD + "S,EX,S-1,1,X,<10,2020-01-01,\nS,EX,S-1,2,X,<20,2020-13-01,\n"
    said = desk.refuse(3, "derive", faulty(ex), "--pack", desk.pack(DOSES))
    assert said == (
        'ex.csv:1: EXDOSE of table EX holds "<10", where a number was expected,'
        " and 2 more cells are unreadable; oncorules validate lists them all"
    )


def test_derive_does_not_stop_at_a_column_that_no_table_reads(desk: Any, faulty: Any) -> None:
    export = faulty(HEAD + "S,EX,S-1,1,X,10,2020-01-01,soon\n")
    assert desk.call("derive", export, "--pack", desk.pack(DOSES)).code == 0


def test_every_column_may_be_missing_at_once(desk: Any) -> None:
    answer = desk.call("validate", desk.export({"dm.csv": "AGE\n50\n"}))
    assert answer.code == 1
    assert "DM has no column USUBJID; CDISC SDTMIG v3.3, DM requires it." in answer.out
