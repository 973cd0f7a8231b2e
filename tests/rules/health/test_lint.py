"""Each kind of flaw in a small rule, and the rule one step beside it that has none."""

from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.health.lint import find_flaws
from oncorules.rules.loading.loader import shipped_packs

HEAD = (
    "  - {id: A, title: a, kind: check, source: ours, applies_to: {table: EX%s}, condition: %s%s}\n"
)
TABLE = """\
tables:
  doses:
    one_row_per: [USUBJID, EXSEQ]
    from: EX
"""


@pytest.fixture
def flaws(tmp_path: Path):
    def find(text: str, **how) -> list[tuple[str, str]]:
        """The flaws of a rule file as (what is wrong, clause)."""
        file = tmp_path / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        return [(one.text, one.clause) for one in find_flaws([file], **how)]

    return find


def rule(condition: str, where: str = "", more: str = "") -> str:
    inside = f', where: "{where}"' if where else ""
    return "rules:\n" + HEAD % (inside, f'"{condition}"', more)


@pytest.fixture
def words(flaws):
    def find(condition: str, where: str = "", more: str = "") -> list[str]:
        """What is wrong with one rule, each in the words before the colon."""
        return [text.partition(":")[0] for text, _ in flaws(rule(condition, where, more))]

    return find


# scope and condition ------------------------------------------------------------------------------


def test_a_scope_that_contradicts_itself_looks_at_no_row(flaws) -> None:
    found = flaws(rule("EXTRT = 'A'", "EXDOSE > 5 and EXDOSE < 5"))
    assert found == [("never true: the rule can look at no row", "EXDOSE > 5 and EXDOSE < 5")]
    assert flaws(rule("EXTRT = 'A'", "EXDOSE >= 5 and EXDOSE <= 5")) == []


def test_a_scope_that_holds_for_every_row_leaves_none_out(words) -> None:
    assert words("EXDOSE > 1", "EXTRT is null or EXTRT is not null") == ["always true"]


def test_a_condition_that_the_scope_excludes_is_never_met(words) -> None:
    assert words("EXDOSE > 4", "EXDOSE <= 4") == ["never true"]
    assert words("EXDOSE > 4", "EXDOSE <= 5") == []


def test_a_condition_that_the_scope_says_already_cannot_fail(words) -> None:
    assert words("EXDOSE >= 5", "EXDOSE > 4") == []
    assert words("EXDOSE >= 4", "EXDOSE > 4") == ["never false"]


def test_a_missing_value_can_be_what_a_check_is_for(words) -> None:
    assert words("EXDOSE = EXDOSE") == ["never false"]
    assert words("EXDOSE = EXDOSE", more=", if_missing: {EXDOSE: not met}") == []


def test_a_value_that_cannot_be_missing_needs_no_answer_when_it_is(words) -> None:
    missing = ", if_missing: {EXTRT: met}"
    assert words("EXTRT = 'A'", "EXTRT is not null", missing) == ["never used"]
    assert words("EXTRT = 'A'", "EXDOSE is not null", missing) == []


def test_a_number_that_cannot_be_read_is_empty_and_not_missing(words) -> None:
    assert words("EXDOSE is not null", more=", if_missing: {EXDOSE: met}") == []


def test_a_check_that_data_hold_the_codes_of_the_model_can_fail(words) -> None:
    assert words("EPOCH in ('TREATMENT', 'FOLLOW-UP')") == []


def test_a_partial_date_can_leave_an_order_open(words) -> None:
    assert words("EXSTDTC <= EXENDTC or EXSTDTC > EXENDTC") == ["never false"]
    assert words("EXSTDTC = EXENDTC and EXSTDTC < EXENDTC") == ["never true"]
    assert words("EXENDTC is not null and EXSTDTC <= EXENDTC") == []


# clauses ------------------------------------------------------------------------------------------


def test_a_clause_that_another_implies_is_redundant(flaws) -> None:
    found = flaws(rule("EXTRT = 'A' and EXDOSE > 5 and EXDOSE > 4"))
    assert found == [("redundant: every answer is the same without it", "EXDOSE > 4")]


def test_a_clause_that_only_missing_values_need_stays(flaws) -> None:
    assert flaws(rule("EXDOSE is not null and EXDOSE > 4")) == []


def test_of_two_clauses_that_say_the_same_the_later_one_is_redundant(tmp_path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(rule("EXDOSE > 4 or not EXDOSE <= 4 or EXTRT = 'A'"), encoding="utf-8")
    [flaw] = find_flaws([file])
    assert flaw.clause == "not EXDOSE <= 4" and flaw.known == "solved"
    assert flaw.place.startswith(f"{file}:2:")


def test_a_clause_that_an_equal_sum_implies_is_redundant(words) -> None:
    assert words("EXDOSE - EXSEQ >= 5 and EXDOSE > EXSEQ") == ["redundant"]
    assert words("EXDOSE - EXSEQ >= 0 and EXDOSE > EXSEQ") == ["redundant"]
    assert words("EXDOSE - EXSEQ >= -1 and EXDOSE > EXSEQ") == ["redundant"]
    assert words("EXDOSE - EXSEQ <= 5 and EXDOSE > EXSEQ") == []


def test_days_between_two_dates_order_them(words) -> None:
    assert words("days_between(EXSTDTC, EXENDTC) > 3 and EXENDTC > EXSTDTC") == ["redundant"]
    assert words("days_between(EXSTDTC, EXENDTC) > -1 and EXENDTC > EXSTDTC") == ["redundant"]
    assert words("days_between(EXSTDTC, EXENDTC) < 3 and EXENDTC > EXSTDTC") == []


# parameters ---------------------------------------------------------------------------------------

LIMITS = (
    ", parameters: {low: {value: %d, source: ours}, high: {value: %d, source: ours},"
    " way: {value: a, choices: [a, b], source: ours}}"
)


def test_limits_that_contradict_each_other_are_told_at_their_values(flaws) -> None:
    crossed = rule("EXTRT = 'A' or way = 'b'", "EXDOSE >= low and EXDOSE <= high", LIMITS % (5, 3))
    assert [clause for _, clause in flaws(crossed)] == ["EXDOSE >= low and EXDOSE <= high"]
    meeting = rule("EXTRT = 'A' or way = 'b'", "EXDOSE >= low and EXDOSE <= high", LIMITS % (5, 5))
    assert flaws(meeting) == []
    assert flaws(meeting, settings={"high": "4"}) != []


def test_a_clause_that_another_value_of_a_limit_needs_is_not_redundant(flaws) -> None:
    text = rule("EXDOSE > low and EXDOSE > high or way = 'b'", more=LIMITS % (5, 3))
    assert flaws(text) == []
    assert [clause for _, clause in flaws(text, settings={"low": "5", "high": "3"})] == [
        "EXDOSE > high"
    ]


def test_a_parameter_with_choices_stands_for_all_of_them_until_it_is_set(flaws) -> None:
    text = rule("way = 'b' and EXDOSE > low or EXDOSE > high", more=LIMITS % (1, 3))
    assert flaws(text) == []
    assert flaws(text, settings={"way": "a"}) != []


# lines --------------------------------------------------------------------------------------------


def lines(*texts: str, unknown: str = "") -> str:
    listed = "".join(f"          - {text}\n" for text in texts)
    return f"{TABLE}    columns:\n      size:\n        first_true:\n{listed}{unknown}"


def test_a_line_that_those_above_it_cover_is_never_reached(flaws) -> None:
    text = lines("big: EXDOSE > 5", "bigger: EXDOSE > 6", "other: otherwise")
    assert flaws(text) == [("never reached: the lines above it answer every row", "EXDOSE > 6")]
    assert flaws(lines("bigger: EXDOSE > 6", "big: EXDOSE > 5", "other: otherwise")) == []


def test_an_unknown_line_stops_so_that_one_for_missing_values_below_it_is_never_reached(
    flaws,
) -> None:
    below = lines("big: EXDOSE > 5", "none: EXDOSE is null", "small: otherwise")
    assert [clause for _, clause in flaws(below)] == ["EXDOSE is null"]
    assert flaws(lines("none: EXDOSE is null", "big: EXDOSE > 5", "small: otherwise")) == []


def test_what_stands_for_unknown_lines_is_never_used_where_none_can_be(flaws) -> None:
    known = lines("none: EXDOSE is null", "big: EXDOSE > 5", unknown="        if_unknown: open\n")
    assert [text.partition(":")[0] for text, _ in flaws(known)] == ["never used"]
    assert flaws(lines("big: EXDOSE > 5", unknown="        if_unknown: open\n")) == []


def test_the_lines_of_a_decision_and_of_a_case_are_looked_at_too(flaws) -> None:
    decide = """\
    columns:
      size: {value: case when EXDOSE > 5 then 'big' when EXDOSE > 6 then 'bigger' end}
    decide:
      sets: [dose]
      lines:
        - {when: EXDOSE is null, dose: 0}
        - {when: EXDOSE > 5 or EXDOSE <= 5, dose: EXDOSE}
        - {when: otherwise, dose: 1}
"""
    assert [clause for _, clause in flaws(TABLE + decide)] == ["EXDOSE > 6", "otherwise"]


def test_a_row_of_a_decision_table_that_no_code_reaches_is_told(flaws) -> None:
    rows = """\
      told:
        decide_by: [size, then]
        rows: [[big, yes], [[small, missing], no], [any, other]]
"""
    text = lines("big: EXDOSE > 5", "small: otherwise") + rows
    assert [clause for _, clause in flaws(text)] == ["any, other"]
    assert flaws(text.replace("small, missing", "small")) == []


def test_filters_of_a_table_and_of_its_look_ups_are_looked_at(flaws) -> None:
    text = """\
tables:
  doses:
    one_row_per: [USUBJID, EXSEQ]
    from: EX
    where: EXDOSE > 1 and EXDOSE < 1
  last:
    one_row_per: [USUBJID]
    from: DM
    lookups:
      dose: {from: EX, where: EXDOSE > 1 and EXDOSE > 0, take: last, order: [EXSEQ]}
    columns:
      amount: {value: dose.EXDOSE}
    keep: amount is null and amount > 0
"""
    found = [clause for _, clause in flaws(text)]
    assert found == ["EXDOSE > 1 and EXDOSE < 1", "amount is null and amount > 0", "EXDOSE > 0"]


# gradings -----------------------------------------------------------------------------------------

GRADING = """\
gradings:
  graded:
    of: LB
    source: ours
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, LLN: LBSTNRLO, ULN: LBSTNRHI}
    terms:
      - term: Hemoglobin decreased
        test: HGB
        direction: low
        limits:
          columns: [unit, g2, g3]
          rows:
            - [g/L, 100, %s]
            - [mmol/L, 6.2, %s]
        grades: {3: VALUE < g3, 2: VALUE < g2, 1: VALUE < LLN, 0: otherwise}
"""


def test_a_grade_that_no_value_can_have_in_any_unit_is_never_reached(flaws) -> None:
    assert [clause for _, clause in flaws(GRADING % (100, "6.2"))] == ["VALUE < g2"]
    assert flaws(GRADING % (80, "4.9")) == []


def test_a_grade_that_one_unit_has_is_reached(flaws) -> None:
    assert flaws(GRADING % (100, "4.9")) == []


def test_a_branch_that_those_above_it_cover_is_never_reached(flaws) -> None:
    text = """\
gradings:
  graded:
    of: LB
    source: ours
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, ULN: LBSTNRHI}
    terms:
      - term: ALT increased
        test: ALT
        direction: high
        normal_when: VALUE <= ULN
        branches:
          - when: ULN >= 40
            grades: {1: VALUE > 2 * ULN, 0: otherwise}
          - when: ULN > %d
            grades: {1: VALUE > 100, 0: otherwise}
"""
    assert [clause for _, clause in flaws(text % 40)] == ["ULN > 40"]
    assert flaws(text % 39) == []
    above_normal = (text % 39).replace("2 * ULN", "ULN")
    assert [clause for _, clause in flaws(above_normal)] == ["otherwise"]


# unused -------------------------------------------------------------------------------------------


def test_what_nothing_reads_is_unused(flaws) -> None:
    more = (
        ", parameters: {low: {value: 1, source: ours}}, lookups: {dm: {from: DM, take: only}},"
        " windows: {all_of_it: {per: [USUBJID], rows: all}}, columns: {twice: {value: 2 * EXDOSE}}"
    )
    found = flaws(rule("EXDOSE > 0", more=more))
    assert sorted(clause for _, clause in found) == ["all_of_it", "dm", "low", "twice"]
    read = "EXDOSE > low and dm.AGE > 1 and count(*) over all_of_it > 1 and twice > 3"
    assert flaws(rule(read, more=more)) == []


def test_what_only_the_message_shows_is_read(flaws) -> None:
    more = ", columns: {twice: {value: 2 * EXDOSE}}, message: 'Twice is {twice}.'"
    assert flaws(rule("EXDOSE > 0", more=more)) == []


def test_a_parameter_of_the_pack_that_no_formula_names_is_unused(flaws) -> None:
    text = "parameters:\n  low: {value: 1, source: ours}\n" + rule("EXDOSE > 0")
    assert flaws(text) == [("unused: nothing reads this parameter", "low")]
    assert flaws(text.replace("EXDOSE > 0", "EXDOSE > low")) == []


# calls --------------------------------------------------------------------------------------------


def test_a_name_that_is_not_there_is_a_fault_of_the_rule(flaws) -> None:
    with pytest.raises(RuleError, match=r'rules.yaml:2:\d+: "EXDOES" is no column and no parame'):
        flaws(rule("EXDOES > 1"))


def test_a_rule_that_is_not_there_cannot_be_looked_at(flaws) -> None:
    with pytest.raises(CallError, match='no rule or table "B"'):
        flaws(rule("EXDOSE > 1"), rules=["B"])


@pytest.mark.parametrize("pack", list(shipped_packs()))
def test_nothing_is_wrong_with_a_shipped_pack(pack) -> None:
    assert [str(flaw) for flaw in find_flaws([pack])] == []
