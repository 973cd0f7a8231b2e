import csv
import io
import json
from pathlib import Path

import pytest

import oncorules

CALL = ("explain", "export", "--pack", "trial.yaml")


def test_a_row_is_explained_in_lines(run) -> None:
    ran = run(*CALL, "--row", "dm.csv:2", "-q")
    assert ran.code == 0
    assert ran.lines[:7] == [
        "AGE-ADULT: Everybody is an adult",
        "  dm.csv:2, DM (USUBJID B)",
        "  not met: the condition is false",
        "  warning: Age 17.",
        "  Condition",
        "    false   AGE >= adult",
        "                AGE = 17",
    ]


def test_a_subject_that_nothing_is_wrong_with_gets_a_line(run) -> None:
    ran = run(*CALL, "--subject", "A")
    assert ran.lines == ["1 rule that no row breaks", ""]
    assert "--rules ID shows every row of a rule" in ran.err


def test_a_subject_with_findings_gets_a_table_first(run) -> None:
    lines = run(*CALL, "--subject", "B", "-q").lines
    assert lines[0].split() == [
        "rule", "table", "met", "not", "met", "not", "evaluable", "not", "in", "scope", "title",
    ]  # fmt: skip
    assert lines[3] == "AGE-ADULT: Everybody is an adult"


def test_json_holds_the_clauses(run) -> None:
    told = json.loads(run(*CALL, "--row", "dm.csv:3", "--format", "json", "-q").out)
    (one,) = told["explanations"]
    assert one["outcome"] == "not evaluable"
    assert one["condition"]["values"][0] == {"name": "AGE", "value": None, "unit": None}


def test_csv_holds_a_line_per_clause(run) -> None:
    (row,) = csv.DictReader(
        io.StringIO(run(*CALL, "--row", "dm.csv:1", "--format", "csv", "-q").out)
    )
    assert row["clause"] == "AGE >= adult"
    assert row["truth"] == "true"
    assert row["values"] == "AGE = 70; adult = 18 year"


@pytest.mark.parametrize(
    "words", [(), ("--row", "dm.csv:1", "--subject", "A"), ("--finding", "x", "--row", "dm.csv:1")]
)
def test_exactly_one_thing_is_explained(run, words) -> None:
    ran = run(*CALL, *words)
    assert ran.code == 2
    assert ran.err == (
        "oncorules: say what to explain: one of --finding ID, --row FILE:ROW, --subject ID\n"
    )


def test_a_finding_that_is_not_there_is_one_sentence(run) -> None:
    ran = run(*CALL, "--finding", "0000000000000000", "-q")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('oncorules: no finding of this run has the id "0000000000000000"')


GRADES = """\
id: grades
title: One term
version: "1.0"
language: 1
gradings:
  toxicity:
    of: LB
    source: ours
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, ULN: LBSTNRHI}
    terms:
      - term: ALT increased
        test: ALT
        direction: high
        grades: {1: VALUE > ULN, 0: otherwise}
"""
LB = """\
USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI
A\u202e,1,ALT,60,U/L,40
"""


def test_the_grade_of_a_row_is_explained_in_every_format(run, trial) -> None:
    (trial / "grades.yaml").write_text(GRADES, "utf-8")
    (trial / "export" / "lb.csv").write_text(LB, "utf-8")
    call = ("explain", "export", "--pack", "grades.yaml", "--row", "lb.csv:1", "-q")
    ran = run(*call)
    assert ran.code == 0
    assert ran.lines[:6] == [
        "ALT increased, high (toxicity of grades 1.0)",
        "  lb.csv:1, LB (USUBJID A\\u202e, LBSEQ 1), test ALT",
        "  grade 1",
        "  decided by grade 1: VALUE > ULN",
        "  Lines read",
        "    true    grade 1: VALUE > ULN",
    ]
    (row,) = csv.DictReader(io.StringIO(run(*call, "--format", "csv").out))
    assert row["rule"] == "toxicity: ALT increased"
    assert (row["outcome"], row["part"], row["truth"]) == ("grade 1", "grade 1", "true")
    assert row["values"] == "VALUE = 60 U/L; ULN = 40 U/L"
    (one,) = json.loads(run(*call, "--format", "json").out)["explanations"]
    assert (one["term"], one["grade"]) == ("ALT increased", 1)


DEMO = str(Path(oncorules.__file__).parent / "examples/demo-export")
ANSWER = ("explain", DEMO, "--pack", "recist-1.1", "--subject", "ONCDEMO-01-011")


def test_an_answer_is_explained_with_its_lines_and_lesions(run) -> None:
    ran = run(*ANSWER, "--answer", "TRGRESP", "--key", "VISITNUM=6", "-q")
    assert ran.code == 0
    assert ran.lines[0] == "recist-1.1: TRGRESP = SD"
    assert "    T02   13          12          5           5" in ran.lines
    assert "      -> true    SD (neither shrunk nor grown enough)" in ran.lines


def test_the_lines_of_an_answer_are_written_as_csv(run) -> None:
    ran = run(*ANSWER, "--answer", "OVRLRESP", "--key", "VISITNUM=6", "--format", "csv", "-q")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    decided = [
        row["clause"] for row in rows if row["rule"] == "OVRLRESP" and row["truth"] == "true"
    ]
    assert decided == ["SD, any, any, SD"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--row", "tr.csv:1", "--answer", "TRGRESP"), "--answer COLUMN is that of a subject: add"),
        (("--subject", "X", "--key", "VISITNUM=6"), "--key picks rows of an answer: add --answer"),
        (
            ("--subject", "X", "--answer", "TRGRESP", "--key", "6"),
            '--key "6" is no NAME=VALUE, such as VISITNUM=3',
        ),
    ],
)
def test_wrong_words_about_an_answer_are_said(run, words, sentence) -> None:
    ran = run("explain", DEMO, "--pack", "recist-1.1", *words)
    assert ran.code == 2
    assert sentence in ran.err
