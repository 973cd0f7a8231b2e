"""Why a row has its grade: the lines that were read, the values, the units, the rows looked up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oncorules.errors import CallError
from oncorules.validation.explain import explain

PACK = """
id: grades
title: Two terms
version: "2.3"
language: 1
tables:
  lab:
    source: ours
    one_row_per: [USUBJID, LBSEQ]
    from: LB
    if_unreadable: missing
    columns:
      VALUE: {value: number(LBORRES)}
      LLN: {value: number(LBORNRLO)}
      ULN: {value: number(LBORNRHI)}
      SPECIMEN: {value: "case when LBCAT is not null then 'BLOOD' end"}
gradings:
  toxicity:
    of: lab
    source: ours
    lookups:
      base:
        from: lab
        on: [USUBJID, LBTESTCD]
        where: LBBLFL = 'Y'
        take: last
        order: [LBSEQ]
    columns:
      base_high: {value: base.VALUE > base.ULN}
    reads:
      TEST: LBTESTCD
      RESULT: LBORRES
      UNIT: LBORRESU
      BASELINE: base.VALUE
      BASELINE_UNIT: base.LBORRESU
      BASELINE_HIGH: base_high
    terms:
      - term: ALT increased
        test: ALT
        direction: high
        source: {document: Text, section: ALT}
        normal_when: VALUE <= ULN
        branches:
          - when: not BASELINE_HIGH
            grades: {3: VALUE > 5 * ULN, 1: otherwise}
          - when: BASELINE_HIGH
            grades:
              3: VALUE > times * BASELINE
              2: VALUE > 3 * BASELINE
              "0 or 1": otherwise
      - term: Hemoglobin decreased
        test: HGB
        direction: low
        source: {document: Text, section: HGB}
        limits: {columns: [unit, g2, g3], rows: [[g/L, 100, 80]]}
        grades: {3: VALUE < g3, 2: VALUE < g2, 1: VALUE < LLN, 0: otherwise}
      - term: Hemoglobin increased
        test: HGB
        specimen: BLOOD
        direction: high
        source: {document: Text, section: HGB}
        limits: {columns: [unit, g2], rows: [[g/dL, 18], [mmol/L, 11]]}
        grades: {2: VALUE > g2, 0: otherwise}
parameters:
  symptoms: {value: worst, choices: [worst, lowest, open], source: ours}
  limit_unit: {value: reported, choices: [reported, canonical, first], source: ours}
  times: {value: 5, source: {document: Protocol, section: "6"}}
rules:
  - id: LB-RESULT
    title: A result
    kind: check
    source: ours
    applies_to: {table: LB}
    condition: LBORRES is not null
"""
DM = """
    USUBJID | AGE
    A       | 70
"""
LB = """
    USUBJID | LBSEQ | LBTESTCD | LBBLFL | LBCAT      | LBORRES | LBORRESU | LBORNRLO | LBORNRHI
    A       | 1     | ALT      | Y      | CHEMISTRY  | 60      | U/L      | 5        | 40
    A       | 2     | ALT      | .      | CHEMISTRY  | 400     | U/L      | 5        | 40
    A       | 3     | HGB      | .      | HEMATOLOGY | 4.93    | mmol/L   | 7.4      | 10
    A       | 4     | K        | .      | CHEMISTRY  | 4       | mmol/L   | 3        | 5
    A       | 5     | ALT      | .      | CHEMISTRY  | <5      | U/L      | 5        | 40
    A       | 6     | HGB      | .      | .          | 120     | g/L      | 110      | 160
    A       | 7     | ALT      | .      | CHEMISTRY  | 4       | ukat/L   | 0.1      | 0.6
    A       | 8     | HGB      | .      | HEMATOLOGY | 12      | .        | 11       | 16
    A       | 9     | ALT      | .      | CHEMISTRY  | 70      | U/L      | 5        | 40
"""


def place(pack: Path, words: str, part: str) -> str:
    """Return where a part of a line of the pack stands."""
    lines = pack.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if words in line)
    return f"{pack}:{number}:{lines[number - 1].index(part) + 1}"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "grades.yaml"
    path.write_text(PACK.strip() + "\n", "utf-8")
    return path


def ask(desk: Any, pack: Path, row: int, **options: Any) -> Any:
    export = desk.export(DM=DM, LB=LB)
    return explain(export, [pack], row=f"lb.csv:{row}", exclude=["LB-RESULT"], jobs=1, **options)


def test_a_grade_is_explained_line_by_line_down_to_the_one_that_decided(desk, pack) -> None:
    (one,) = ask(desk, pack, 2)
    assert list(one.lines()) == [
        "ALT increased, high (toxicity of grades 2.3)",
        "  lb.csv:2, LB (USUBJID A, LBSEQ 2), test ALT",
        "  grade 3",
        "  decided by branch 2 (BASELINE_HIGH), grade 3: VALUE > times * BASELINE",
        "  Lines read",
        "    false   normal_when: VALUE <= ULN",
        "    false   branch 1: not BASELINE_HIGH",
        "    true    branch 2: BASELINE_HIGH",
        "    true    branch 2, grade 3: VALUE > times * BASELINE",
        "  Values",
        "    VALUE = 400 U/L",
        "    ULN = 40 U/L",
        "    BASELINE_HIGH = true",
        "    BASELINE = 60 U/L",
        "  Looked up",
        "    base: lab, lb.csv:1 (USUBJID A, LBSEQ 1)",
        "  Parameters",
        f"    times = 5, default ({place(pack, 'times: {value', '5')})",
        "        source: Protocol, 6",
        f"  Line: {place(pack, '3: VALUE > times', 'VALUE')}",
        "  Source: Text, ALT",
    ]


def test_both_sides_of_a_test_are_explained_each_in_the_unit_of_its_limits(desk, pack) -> None:
    low, high = ask(desk, pack, 3)
    assert (low.term, low.direction, low.outcome) == ("Hemoglobin decreased", "low", "grade 3")
    assert low.compared == ("4.93 mmol/L x 16.114 = 79.44202 g/L",)
    assert [str(limit) for limit in low.limits] == ["g2 = 100 g/L", "g3 = 80 g/L"]
    assert (high.term, high.direction, high.outcome) == ("Hemoglobin increased", "high", "grade 0")
    assert high.compared == ("compared in mmol/L, as printed",)
    assert [str(limit) for limit in high.limits] == ["g2 = 11 mmol/L"]
    assert [one.name for one in high.parameters] == ["limit_unit"]  # two units are printed


def test_the_unit_of_the_comparison_is_the_one_that_was_chosen(desk, pack) -> None:
    _, high = ask(desk, pack, 3, settings={"limit_unit": "first"})
    assert high.compared == ("4.93 mmol/L x 1.6114 = 7.944202 g/dL",)
    _, high = ask(desk, pack, 3, settings={"limit_unit": "canonical"})
    assert high.compared == ("4.93 mmol/L x 16.114 = 79.44202 g/L",)
    assert [str(limit) for limit in high.limits] == ["g2 = 180 g/L"]


def test_results_in_two_units_are_told_in_the_one_they_are_compared_in(desk, pack) -> None:
    (one,) = ask(desk, pack, 7)
    assert one.outcome == "grade 2"
    assert one.compared == (
        "4 ukat/L x 60 = 240 U/L",
        "BASELINE: compared in U/L, as reported",
    )


def test_a_line_that_is_unknown_stops_the_reading_and_says_why(desk, pack) -> None:
    low, _ = ask(desk, pack, 8)
    assert list(low.lines())[2:6] == [
        "  not evaluable: the unit is missing; grade 0 to 3",
        "  stopped at grade 3: VALUE < g3",
        "  Lines read",
        "    unknown grade 3: VALUE < g3",
    ]
    assert (low.compared, low.limits) == ((), ())


def test_a_censored_result_is_shown_as_it_stands_in_the_file(desk, pack) -> None:
    (one,) = ask(desk, pack, 5)
    assert one.because == 'not evaluable: VALUE "<5" is not a number; grade 0 to 3'
    assert [line.truth for line in one.read] == ["unknown", "false", "true", "unknown"]
    assert str(one.values[0]) == "VALUE = <5 (no number) U/L"


def test_where_a_number_is_missing_the_texts_beside_it_are_shown(desk, pack) -> None:
    text = pack.read_text("utf-8")
    chosen = "case when LBCAT = 'CHEMISTRY' then number(LBORRES) end"
    pack.write_text(text.replace("{value: number(LBORRES)}", f'{{value: "{chosen}"}}'), "utf-8")
    (one,) = ask(desk, pack, 5)
    assert one.because == "not evaluable: VALUE is missing; grade 0 to 3"
    assert str(one.values[0]) == "VALUE = (missing)"
    assert str(one.values[-1]) == "RESULT = <5"


def test_a_specimen_that_is_missing_is_said_before_any_line_is_read(desk, pack) -> None:
    low, high = ask(desk, pack, 6)
    assert (low.outcome, low.read[-1].part) == ("grade 0", "grade 0")
    assert (high.because, high.read, high.decided_by) == (
        "not evaluable: SPECIMEN is missing",
        (),
        None,
    )
    assert high.rule_place == place(pack, "Hemoglobin increased", "term")


def test_two_grades_of_one_line_are_told_with_the_choice_between_them(desk, pack) -> None:
    (one,) = ask(desk, pack, 9)
    assert one.because == "grade 1; by the line 0 to 1"
    assert [parameter.name for parameter in one.parameters] == ["times", "symptoms"]
    (one,) = ask(desk, pack, 9, settings={"symptoms": "open"})
    assert one.because == "not evaluable: 0 or 1 by symptoms; grade 0 to 1"
    assert list(one.lines())[3] == "  decided by branch 2 (BASELINE_HIGH), grade 0 or 1: otherwise"


def test_a_row_that_no_term_looks_at_gets_a_note(desk, pack) -> None:
    result = ask(desk, pack, 4)
    assert (len(result), result.notes) == (0, ("no term of the gradings looks at this row",))


def test_rules_come_first_and_rules_that_are_named_leave_the_gradings_out(desk, pack) -> None:
    export = desk.export(DM=DM, LB=LB)
    rule, grade = explain(export, [pack], row="lb.csv:2", jobs=1)
    assert (rule.rule_id, grade.term) == ("LB-RESULT", "ALT increased")
    (rule,) = explain(export, [pack], row="lb.csv:2", rules=["LB-RESULT"], jobs=1)
    assert rule.rule_id == "LB-RESULT"
    assert explain(export, [pack], row="lb.csv:4", jobs=1).notes == ()
    with pytest.raises(CallError, match="none of these rules looks at the rows of DM"):
        explain(export, [pack], row="dm.csv:1", jobs=1)


def test_the_grades_of_a_subject_are_shown_from_the_highest_down(desk, pack) -> None:
    result = explain(desk.export(DM=DM, LB=LB), [pack], subject="A", jobs=1)
    assert [(one.outcome, one.row) for one in result] == [
        ("grade 3", 2),
        ("grade 3", 3),
        ("grade 2", 7),
        ("grade 1", 1),
        ("grade 1", 9),
        ("not evaluable", 5),
        ("not evaluable", 6),
        ("not evaluable", 8),
        ("not evaluable", 8),
    ]
    assert (
        result.notes[-1] == "Results of grade 0 are not shown; --row FILE:ROW shows those of a row"
    )


def test_grades_of_a_subject_that_are_too_many_are_counted(desk, pack) -> None:
    more = "".join(
        f"    A | {n} | ALT | . | CHEMISTRY | 90 | U/L | 5 | 40\n" for n in range(10, 15)
    )
    result = explain(desk.export(DM=DM, LB=LB + more), [pack], subject="A", jobs=1)
    assert len(result) == 10
    assert result.notes[-1] == "4 more grades are not shown, none of them higher; name a row"


def test_the_answer_as_json_holds_lines_values_and_rows(desk, pack) -> None:
    told = json.loads(json.dumps(ask(desk, pack, 2).as_json()))
    (one,) = told["explanations"]
    assert (one["term"], one["grade"], one["least"], one["most"]) == ("ALT increased", 3, 3, 3)
    assert one["read"][-1] == {
        "part": "branch 2, grade 3",
        "text": "VALUE > times * BASELINE",
        "truth": "true",
        "place": place(pack, "3: VALUE > times", "VALUE"),
        "names": ["VALUE", "times", "BASELINE"],
    }
    assert one["values"][0] == {"name": "VALUE", "value": "400", "unit": "U/L"}
    assert one["lookups"][0]["place"] == "lb.csv:1"
