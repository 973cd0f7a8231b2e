import csv
import io
import json

import pytest

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
