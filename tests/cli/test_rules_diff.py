import csv
import io
import json
from pathlib import Path

import pytest

GRADING = """
id: {id}
title: Grades
version: "1"
language: 1
parameters:
  edge: {{value: 1, source: ours}}
gradings:
  graded:
    of: LB
    source: ours
    reads: {{TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU}}
    terms:
      - term: Low
        test: HGB
        direction: low
        limits:
          columns: [unit, g3]
          rows:
            - [g/L, 80]
            - [mmol/L, 4.9]
        grades: {{3: VALUE < g3, 0: otherwise}}
        examples:
          columns: [VALUE, UNIT, expect]
          rows:
            - [80, g/L, 0]
            - [4.9, mmol/L, 0]
"""


@pytest.fixture
def packs(trial: Path) -> Path:
    """A folder with two packs, of which the second has another limit and another term."""
    old = GRADING.format(id="old").lstrip()
    new = GRADING.format(id="new").lstrip().replace("4.9]\n        g", "5.0]\n        g")
    new = new.replace("{value: 1,", "{value: 2,")
    more = '      - {term: "[red]High\\e[2J", test: ALT, direction: high, grades: {1: otherwise}}\n'
    rule = (
        (trial / "trial.yaml").read_text("utf-8").partition("rules:\n")[2].partition("  - id: EX")
    )
    (trial / "old.yaml").write_text(old, "utf-8")
    (trial / "new.yaml").write_text(f"{new}{more}rules:\n{rule[0]}", "utf-8")
    return trial


def test_what_changes_is_told_in_sections(run, packs: Path) -> None:
    ran = run("rules", "diff", "old.yaml", "new.yaml")
    assert (ran.code, ran.err) == (0, "[0/1] graded.Low\n")
    assert ran.out == (
        "Terms\n"
        "change  old.yaml  new.yaml\n"
        "added             graded.[red]High\\x1b[2J\n"
        "\n"
        "Limits\n"
        "term        grade  old.yaml      new.yaml\n"
        "graded.Low  3      < 4.9 mmol/L  < 5.0 mmol/L\n"
        "\n"
        "Rules and tables\n"
        "kind  name       part   old.yaml  new.yaml\n"
        "rule  AGE-ADULT  added            Everybody is an adult\n"
        "\n"
        "Parameters\n"
        "kind       name  part   old.yaml  new.yaml\n"
        "parameter  edge  value  1         2\n"
        "\n"
        "Examples with another answer\n"
        "example of  given                   old.yaml  new.yaml\n"
        "graded.Low  VALUE 4.9, UNIT mmol/L  0         3\n"
    )


def test_programs_get_one_row_for_each_change(run, packs: Path) -> None:
    words = ("rules", "diff", "old.yaml", "new.yaml", "--quiet", "--format")
    rows = list(csv.reader(io.StringIO(run(*words, "csv").out)))
    assert rows == [
        ["kind", "name", "part", "before", "after"],
        ["term", "graded.[red]High\x1b[2J", "added", "", "graded.[red]High\x1b[2J"],
        ["limit", "graded.Low", "3", "< 4.9 mmol/L", "< 5.0 mmol/L"],
        ["rule", "AGE-ADULT", "added", "", "Everybody is an adult"],
        ["parameter", "edge", "value", "1", "2"],
        ["example", "graded.Low", "VALUE 4.9, UNIT mmol/L", "0", "3"],
    ]
    found = json.loads(run(*words, "json").out)
    assert [[one[name] or "" for name in rows[0]] for one in found] == rows[1:]


def test_equal_packs_say_so(run, packs: Path) -> None:
    ran = run("rules", "diff", "new.yaml", "new.yaml")
    assert (ran.code, ran.out, ran.err) == (0, "no difference\n", "")
    assert run("rules", "diff", "sdtm", "sdtm", "--format", "json").out == "[]\n"


def test_a_shipped_pack_is_compared_with_one_that_extends_it(run, trial: Path) -> None:
    (trial / "ours.yaml").write_text(
        "id: ours\ntitle: Ours\nversion: '1'\nlanguage: 1\nextends: sdtm\n"
        "changes:\n  - {at: DM-ARM-REASON.severity, was: error, now: notice}\n",
        "utf-8",
    )
    assert run("rules", "diff", "sdtm", "ours.yaml").lines == [
        "Rules and tables",
        "kind  name           part      sdtm   ours.yaml",
        "rule  DM-ARM-REASON  severity  error  notice",
    ]


def test_a_pack_that_is_not_there_is_one_sentence(run, trial: Path) -> None:
    ran = run("rules", "diff", "trial.yaml", "stdm")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('oncorules: there is no pack "stdm"; did you mean "sdtm"?')
    assert ran.err.count("\n") == 1


def test_two_packs_are_named(run, trial: Path) -> None:
    ran = run("rules", "diff", "trial.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "missing argument 'B'" in ran.err


def test_a_second_pack_that_cannot_be_used_is_refused_with_its_place(run, packs: Path) -> None:
    new = (packs / "new.yaml").read_text("utf-8")
    (packs / "new.yaml").write_text(new.replace("VALUE < g3", "VALUE < g4"), "utf-8")
    ran = run("rules", "diff", "old.yaml", "new.yaml", "--quiet")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('oncorules: new.yaml:21:29: "g4" is no limit')
