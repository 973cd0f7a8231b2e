"""Why a derived column has its value: lines, what they read, and the rows behind."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from oncorules.errors import CallError
from oncorules.validation.answer_explanation import AnswerExplanation
from oncorules.validation.explain import explain
from oncorules.validation.explain_result import ExplainResult

PACK = """
id: sizes
title: Sizes
version: "1"
language: 1
parameters:
  large: {value: 10, unit: mm, source: ours}
tables:
  scan:
    one_row_per: [USUBJID, VISITNUM, TRLNKID]
    from: TR
    columns:
      SIZE: {unit: mm, value: max(TRSTRESN)}
  visit:
    title: Visits
    source: {document: ours, section: "1"}
    one_row_per: [USUBJID, VISITNUM]
    from: scan
    columns:
      TOTAL: {unit: mm, value: sum(SIZE)}
  grown:
    source: {document: ours, section: "2"}
    one_row_per: [USUBJID, VISITNUM]
    from: visit
    windows:
      last_time: {per: [USUBJID], order: [VISITNUM], rows: the one before}
    columns:
      larger:
        value: coalesce(TOTAL - last_time.TOTAL >= large, false)
      STATE:
        first_true:
          - FIRST: last_time.VISITNUM is null
            id: nothing before
          - GROWN: larger
          - SAME: otherwise
      CALLED:
        decide_by: [STATE, then]
        rows:
          - [GROWN, worse]
          - [any, as before]
    until: STATE = 'GROWN'
    explain:
      scan: [SIZE]
      visit: [TOTAL]
"""
TR = """\
USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRSTRESN,TRSTRESU,VISITNUM
A,1,T1,LDIAM,20,mm,1
A,2,T2,LDIAM,30,mm,1
A,3,T1,LDIAM,25,mm,2
A,4,T2,LDIAM,35,mm,2
A,5,T1,LDIAM,26,mm,3
B,6,T1,LDIAM,26,mm,1
"""


@pytest.fixture
def asked(tmp_path: Path):
    pack = tmp_path / "sizes.yaml"
    pack.write_text(dedent(PACK))
    (tmp_path / "tr.csv").write_text(TR)

    def ask(answer: str, subject: str = "A", **key: str) -> ExplainResult:
        return explain(tmp_path / "tr.csv", [pack], subject=subject, answer=answer, key=key)

    return ask


def only(result: ExplainResult) -> AnswerExplanation:
    (one,) = result
    assert isinstance(one, AnswerExplanation)
    return one


def test_every_line_is_told_with_what_it_reads_and_the_one_that_decided(asked) -> None:
    text = str(only(asked("STATE", VISITNUM="2")))
    assert re.sub(r"\(/\S*/", "(", text).splitlines() == [
        "sizes: STATE = GROWN",
        "  grown (USUBJID A, VISITNUM 2)",
        "  scan: SIZE",
        "        VISITNUM 1  VISITNUM 2  VISITNUM 3",
        "    T1  20          25          26",
        "    T2  30          35",
        "  visit: Visits",
        "           VISITNUM 1  VISITNUM 2  VISITNUM 3",
        "    TOTAL  50          60          26",
        "  STATE, source: ours, 2",
        "    STATE = GROWN",
        "         false   FIRST (nothing before)",
        "            false   last_time.VISITNUM is null",
        "                        last_time.VISITNUM = 1",
        "      -> true    GROWN",
        "            true    larger",
        "            true      TOTAL - last_time.TOTAL >= large",
        "                          TOTAL = 60 mm",
        "                          last_time.TOTAL = 50 mm",
        "                          large = 10 mm",
        "                          TOTAL - last_time.TOTAL = 10 mm",
        "         true    SAME",
        "  Parameters",
        "    large = 10 mm, default (sizes.yaml:7:18)",
        "        source: ours",
    ]


def test_a_decision_table_shows_its_cells_and_the_columns_it_decides_by(asked) -> None:
    called, state = only(asked("CALLED", VISITNUM="2")).columns
    assert [(line.result, line.truth, line.decided) for line in called.lines] == [
        ("GROWN, worse", "true", True),
        ("any, as before", "", False),
    ]
    assert [str(value) for value in called.reads] == ["STATE = GROWN"]
    assert (state.name, state.value) == ("STATE", "GROWN")


def test_a_formula_is_told_in_its_words(asked) -> None:
    (column,) = only(asked("larger", VISITNUM="2")).columns
    assert column.words == "coalesce(TOTAL - last_time.TOTAL >= large, false)"
    assert "large = 10 mm" in map(str, column.reads)


def test_rows_that_the_table_leaves_out_are_explained_too(asked) -> None:
    assert [one.columns[0].value for one in asked("STATE")] == ["FIRST", "GROWN", "SAME"]


def test_lines_know_their_place_in_the_file(asked) -> None:
    lines = only(asked("STATE", VISITNUM="2")).columns[0].lines
    assert [line.place.rpartition("/")[2] for line in lines] == [
        "sizes.yaml:32:13",
        "sizes.yaml:34:13",
        "sizes.yaml:35:13",
    ]


def test_everything_is_there_as_plain_data(asked) -> None:
    (one,) = asked("STATE", VISITNUM="2").as_json()["explanations"]
    assert one["columns"][0]["lines"][1]["decided"] is True
    assert one["grids"][1]["rows"] == [("TOTAL", ["50", "60", "26"])]


@pytest.mark.parametrize(
    ("answer", "key", "sentence"),
    [
        ("STAET", {}, 'no derived table has the column "STAET"; did you mean "STATE"?'),
        ("visit.STATE", {}, 'no derived table has the column "visit.STATE"'),
        ("STATE", {"VISIT": "2"}, '"VISIT" is not of the key of grown, USUBJID, VISITNUM'),
        ("STATE", {"VISITNUM": "9"}, "grown has no row of A, VISITNUM 9"),
        ("TOTAL", {}, "visit.TOTAL is made of several rows; ask for a column of .*, scan"),
    ],
)
def test_what_cannot_be_explained_is_said(asked, answer, key, sentence) -> None:
    with pytest.raises(CallError, match=sentence):
        asked(answer, **key)


def test_a_column_of_several_tables_needs_the_name_of_one(tmp_path: Path) -> None:
    pack = tmp_path / "two.yaml"
    text = PACK.replace("SIZE: {unit: mm, value: max(TRSTRESN)}", "TOTAL: {value: max(TRSTRESN)}")
    pack.write_text(
        dedent(text.replace("sum(SIZE)", "sum(TOTAL)").replace("scan: [SIZE]", "scan: [TOTAL]"))
    )
    (tmp_path / "tr.csv").write_text(TR)
    with pytest.raises(CallError, match=r"can be any of scan\.TOTAL, visit\.TOTAL; write one"):
        explain(tmp_path / "tr.csv", [pack], subject="A", answer="TOTAL")


def test_an_answer_is_that_of_a_subject(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="an answer is that of a subject: name one beside it"):
        explain(tmp_path, row="tr.csv:1", answer="STATE")
