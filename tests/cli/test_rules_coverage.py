"""The verb that tells what of an export the rules look at."""

import csv
import io
import json
from pathlib import Path

import pytest

RULES = """
rules:
  - {id: ADULT, title: a, kind: check, source: ours, applies_to: {table: DM}, condition: AGE >= 18}
  - id: OLD
    title: a
    kind: check
    source: ours
    applies_to: {table: DM, where: AGE > 99}
    condition: AGE < 120
  - id: DIED
    title: a
    kind: check
    source: ours
    applies_to: {table: DM}
    condition: DTHDTC is null or AGE > 0
"""


@pytest.fixture
def ages(trial: Path) -> Path:
    """Rules of which one decides nothing and one is never put to the test."""
    file = trial / "ages.yaml"
    file.write_text(RULES, "utf-8")
    (trial / "export" / "dm.csv").write_text("USUBJID,AGE,SEX\nA,70,F\nB,17,M\nC,,F\n", "utf-8")
    return file


def test_it_tells_of_tables_variables_rules_and_rows(run, ages) -> None:
    ran = run("rules", "coverage", "export", "--pack", "ages.yaml", "--quiet")
    assert ran.code == 0
    lines = [" ".join(line.split()) for line in ran.lines]
    assert "DM seen 3 3 3 1" in lines
    assert "DM DTHDTC missing DIED" in lines
    assert "DM SEX" in lines
    told = lines.index("rule table state rows reason") + 1
    assert lines[told : told + 2] == [
        "DIED DM never put to the test 3 DTHDTC is null or AGE > 0: 3 by DTHDTC is null",
        "OLD DM not evaluable 1",
    ]
    assert "DM 3 0 2 3 2" in lines


def test_json_has_every_set_of_rules_with_its_first_row(run, ages) -> None:
    words = ["rules", "coverage", "export", "--pack", "ages.yaml", "--format", "json"]
    told = json.loads(run(*words, "--rules", "ADULT,OLD").out)
    assert set(told) == {"tables", "variables", "rules", "rows", "left_out"}
    assert [(one["rules"], one["rows"], one["file"], one["row"]) for one in told["rows"]] == [
        (["ADULT"], 2, "dm.csv", 1),
        (["ADULT", "OLD"], 1, "dm.csv", 3),
    ]


def test_csv_is_one_table_of_all_of_it(run, ages) -> None:
    ran = run("rules", "coverage", "export", "--pack", "ages.yaml", "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["part"] for row in rows} == {"table", "variable", "rule", "rows"}
    [first, second] = [row for row in rows if row["part"] == "rows"]
    assert (first["said"], first["first row"]) == ("ADULT, DIED", "dm.csv row 1")
    assert second["rows"] == "1"


def test_where_every_rule_was_put_to_the_test_it_says_so(run, ages) -> None:
    ran = run("rules", "coverage", "export", "--pack", "ages.yaml", "--rules", "ADULT", "-q")
    assert "Every rule has an answer, and every rule that is met was put to the test." in ran.lines


def test_long_lists_are_cut_and_say_where_the_rest_is(run, trial) -> None:
    rules = [
        f"  - {{id: R{n}, title: a, kind: check, source: ours, applies_to: {{table: LB}},"
        " condition: LBSEQ > 0}"
        for n in range(25)
    ]
    (trial / "many.yaml").write_text("rules:\n" + "\n".join(rules) + "\n", "utf-8")
    ran = run("rules", "coverage", "export", "--pack", "many.yaml", "--quiet")
    assert "and 5 more rules; --format json lists all" in ran.lines
