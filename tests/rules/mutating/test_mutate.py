"""A pack so small that its edits were written down by hand, each with what must become of it."""

from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.mutating.mutate import mutate

RULE = """\
rules:
  - id: DOSE
    title: A dose of the drug is not above the highest
    kind: check
    source: ours
    applies_to: {table: EX}
    parameters:
      highest: {value: 81, source: ours}
    condition: EXTRT in ('A', 'B') and EXDOSE <= highest
    examples:
      columns: [EXTRT, EXDOSE, expect]
      rows:
"""
ROWS = """\
        - [A, 81, met]
        - [A, 82, not met]
        - [C, 81, not met]
"""
# The edits by hand: what becomes of each with the three rows above.
BY_HAND = {
    "EXTRT in ('A', 'B') and EXDOSE < highest": "noticed",  # by the first row
    "EXTRT in ('A', 'B') or EXDOSE <= highest": "noticed",  # by the second and the third
    "EXTRT not in ('A', 'B') and EXDOSE <= highest": "noticed",
    "EXTRT in ('B') and EXDOSE <= highest": "noticed",
    "EXTRT in ('A') and EXDOSE <= highest": "survived",  # no row has B
    "82": "noticed",
    "80": "noticed",
}


@pytest.fixture
def mutated(tmp_path: Path):
    def run(text: str, **how):
        """The score of a rule file."""
        file = tmp_path / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        [score] = mutate([file], **how)
        return score

    return run


def test_the_edits_are_those_written_down_by_hand(mutated) -> None:
    score = mutated(RULE + ROWS)
    survived = [str(one.edit.now) for one in score.survivors]
    assert survived == [now for now, verdict in BY_HAND.items() if verdict == "survived"]
    assert score.noticed == list(BY_HAND.values()).count("noticed")
    assert score.refused == 0


def test_the_score_is_the_share_of_edits_that_are_noticed(mutated) -> None:
    assert mutated(RULE + ROWS).percent == pytest.approx(100 * 6 / 7)


def test_the_example_that_is_proposed_brings_the_score_to_100(mutated) -> None:
    [survivor] = mutated(RULE + ROWS).survivors
    assert survivor.catch is not None
    assert survivor.catch.example["columns"] == ["EXTRT", "EXDOSE", "expect"]
    [[drug, dose, answer]] = survivor.catch.example["rows"]
    assert (drug, answer, survivor.catch.otherwise) == ("B", "met", "not met")
    score = mutated(RULE + ROWS + f"        - [{drug}, {dose}, {answer}]\n")
    assert (score.percent, score.survivors) == (100.0, [])


def test_without_examples_every_edit_survives(mutated) -> None:
    text = RULE.partition("    examples:")[0]
    score = mutated(text)
    assert (score.noticed, len(score.survivors), score.percent) == (0, len(BY_HAND), 0.0)
    assert score.survivors[0].known == "no row was sampled"


def test_an_example_that_fails_as_it_is_is_told(mutated) -> None:
    with pytest.raises(RuleError, match="DOSE: an example has another answer already"):
        mutated(RULE + ROWS + "        - [A, 83, met]\n")


def test_a_rule_that_is_not_there_is_refused(mutated) -> None:
    with pytest.raises(CallError, match=r'no rule or table "DOSES".*did you mean "DOSE"'):
        mutated(RULE + ROWS, rules=["DOSES"])


LINES = """\
rules:
  - id: LINES
    title: A grade has its word
    kind: check
    source: ours
    applies_to: {table: AE}
    columns:
      word:
        first_true:
          - high: AESEV = 'SEVERE'
          - low: AESEV = 'MILD'
          - other: otherwise
      shown:
        value: case when AESEQ > 5 then 'late' when AESEQ > 3 then 'soon' else 'first' end
    condition: word <> 'low'
    message: "{word} {shown}"
    examples:
      columns: [AESEV, expect]
      rows: [[SEVERE, met], [MILD, not met], [MODERATE, met]]
"""


def test_two_lines_that_exclude_each_other_may_stand_in_either_order(mutated) -> None:
    score = mutated(LINES)
    swapped = [one for one in score.survivors if one.edit.kind == "cases swapped"]
    assert [one.equivalent for one in swapped] == [True]
    assert swapped[0].known == "solved"
    assert swapped[0].edit.was == [{"high": "AESEV = 'SEVERE'"}, {"low": "AESEV = 'MILD'"}]


def test_what_only_the_message_shows_is_not_edited(mutated) -> None:
    assert not any("shown" in one.edit.path for one in mutated(LINES).survivors)


TABLE = """\
tables:
  doses:
    one_row_per: [USUBJID]
    from: EX
    where: EXDOSE > 0
    columns:
      highest: {value: max(EXDOSE)}
    examples:
      - given:
          EX:
            columns: [USUBJID, EXSEQ, EXDOSE]
            rows: [[S1, 1, 5], [S1, 2, 0], [S2, 1, 1]]
        expect:
          columns: [USUBJID, highest]
          rows: [[S1, 5], [S2, 1]]
"""


def test_an_edit_of_a_table_is_shown_by_an_example_of_one_subject(mutated) -> None:
    score = mutated(TABLE)
    by_now = {str(one.edit.now): one for one in score.survivors}
    survivor = by_now["min(EXDOSE)"]
    assert survivor.catch is not None and not survivor.equivalent
    given = survivor.catch.example["given"]["EX"]["rows"]
    assert len({row[0] for row in given}) == 1
    [[_, highest]] = survivor.catch.example["expect"]["rows"]
    assert highest == max(row[2] for row in given if row[2] is not None)
    assert set(by_now) <= {"min(EXDOSE)", "EXDOSE >= 0", "EXDOSE > -1", "EXDOSE > (-1)"}


GRADES = """\
gradings:
  toxicity:
    of: LB
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU}
    terms:
      - term: Anemia
        test: [HGB]
        direction: low
        source: ours
        limits:
          columns: [unit, g2, g3]
          rows: [[g/L, 100, 80]]
        grades: {3: VALUE < g3, 2: VALUE < g2, 0: otherwise}
        examples:
          columns: [VALUE, expect]
          rows: [["100", 0], ["99", 2], ["80", 2], ["79", 3], [null, not evaluable]]
"""


def test_the_limits_grades_and_units_of_a_term_are_edited(mutated) -> None:
    score = mutated(GRADES)
    # < becomes <= twice, each limit one step up and down, each line dropped, the unit replaced.
    assert (score.noticed, [str(one.edit.now) for one in score.survivors]) == (9, [])


def test_an_export_tells_how_many_rows_a_survivor_changes(mutated, tmp_path) -> None:
    (tmp_path / "ex.csv").write_text(
        "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE\nS,EX,1,1,A,5\nS,EX,1,2,B,5\nS,EX,2,1,B,90\n"
    )
    [survivor] = mutated(RULE + ROWS, export=[tmp_path / "ex.csv"]).survivors
    assert survivor.changed is not None
    assert (survivor.changed.rows, survivor.changed.of) == (1, 3)


@pytest.mark.parametrize("pack", ["exposure", "recist-checks"])
def test_the_examples_of_a_shipped_pack_notice_95_of_100_edits(pack) -> None:
    [score] = mutate([pack])
    assert score.rules > 0
    assert score.percent >= 95
