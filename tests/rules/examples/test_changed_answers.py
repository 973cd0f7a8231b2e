"""The examples of one small pack asked of another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oncorules.errors import RuleError
from oncorules.rules.examples.changed_answers import ChangedAnswer, find_changed_answers
from oncorules.rules.loading.loader import load_pack

TERMS = """
parameters:
  edge: {value: 3, source: ours}
gradings:
  graded:
    of: LB
    source: ours
    lookups:
      base: {from: LB, on: [USUBJID, LBTESTCD], where: LBBLFL = 'Y', take: only}
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, LLN: LBSTNRLO, ULN: LBSTNRHI,
      BASELINE: base.LBSTRESN, BASELINE_UNIT: base.LBSTRESU}
    terms:
      - term: High
        test: [ALT, GGT]
        direction: high
        grades: {2: VALUE > edge * ULN, 1: VALUE > ULN, 0: otherwise}
        examples:
          columns: [VALUE, ULN, BASELINE, edge, expect]
          rows:
            - [121, 40, null, null, 2]
            - [120, 40, null, null, 1]
            - [81, 40, 40, 2, 2]
      - term: Low
        test: HGB
        direction: low
        limits:
          columns: [unit, g3]
          rows: [[g/L, 80], [mmol/L, 4.9]]
        grades: {3: VALUE < g3, 0: otherwise}
        examples:
          columns: [VALUE, UNIT, expect]
          rows:
            - [79, g/L, 3]
            - [80, g/L, 0]
            - [4.9, mmol/L, 0]
            - [4.8, mmol/L, 3]
            - [79, null, not evaluable]
"""
DOSE = """
rules:
  - id: DOSE
    title: A dose
    kind: check
    source: ours
    applies_to: {table: EX}
    parameters:
      highest: {value: 81, unit: mg, source: ours}
    lookups:
      subject: {from: DM, take: only}
    condition: EXDOSE <= highest and subject.AGE >= 18
    examples:
      - columns: [EXDOSE, subject.AGE, highest, expect]
        rows:
          - [81, 18, null, met]
          - [82, 18, null, not met]
          - [70, 18, 60, not met]
      - title: two subjects
        given:
          EX:
            columns: [USUBJID, EXSEQ, EXDOSE, expect]
            rows: [[A, 1, 70, met], [B, 2, 60, met]]
          DM: {columns: [USUBJID, AGE], rows: [[A, 18], [B, 18]]}
  - id: OTHER
    title: Another one
    kind: check
    source: ours
    applies_to: {table: EX}
    condition: EXDOSE > 0
    examples: {columns: [EXDOSE, expect], rows: [[1, met], [0, met]]}
"""

Ask = Callable[..., list[ChangedAnswer]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask the examples of one pack of one file of another."""

    def ask(before: str, after: str, *terms: tuple[str, str, str]) -> list[ChangedAnswer]:
        packs = []
        for name, text in (("a", before), ("b", after)):
            path = tmp_path / f"{name}.yaml"
            path.write_text(f'id: {name}\ntitle: T\nversion: "1"\nlanguage: 1\n{text}', "utf-8")
            packs.append(load_pack(path))
        return find_changed_answers(packs[0], packs[1], terms)

    return ask


HIGH, LOW = ("graded", "High", "High"), ("graded", "Low", "Low")


def told(answers: list[ChangedAnswer]) -> list[str]:
    return [str(one).partition("a.yaml:")[2] for one in answers]


def test_an_example_on_a_moved_limit_has_both_answers(ask: Ask) -> None:
    (answer,) = ask(TERMS, TERMS.replace("4.9]]\n", "5.0]]\n"), HIGH, LOW)
    assert answer.name == "graded.Low"
    assert answer.given == "VALUE 4.9, UNIT mmol/L"
    assert (answer.before, answer.after) == ("0", "3")
    assert answer.place.endswith("a.yaml:39:15")


def test_equal_packs_run_nothing(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oncorules.rules.examples.bench.Bench.stages", None)
    assert ask(TERMS + DOSE, TERMS + DOSE, HIGH, LOW) == []


def test_a_renamed_term_is_asked_under_its_new_name_in_the_units_of_the_old(ask: Ask) -> None:
    bare = TERMS.partition("            - [4.9, mmol/L")[0]
    bare = bare.replace("VALUE, UNIT, expect", "VALUE, expect").replace(", g/L, ", ", ")
    after = bare.replace("term: Low", "term: Below")
    turned = after.replace("[[g/L, 80], [mmol/L, 4.9]]", "[[mmol/L, 4.9], [g/L, 79]]")
    assert ask(bare, after, ("graded", "Low", "Below")) == []
    assert told(ask(bare, turned, ("graded", "Low", "Below"))) == [
        "37:15: graded.Low: VALUE 79: 3 -> 0"
    ]


def test_a_test_that_is_not_named_is_one_that_both_terms_look_at(ask: Ask) -> None:
    other = TERMS.replace("[ALT, GGT]", "[GGT, AST]").replace("VALUE > ULN", "VALUE >= ULN")
    assert ask(TERMS, other, HIGH) == []
    assert told(ask(TERMS, TERMS.replace("[ALT, GGT]", "AST"), HIGH))[0] == (
        "24:15: graded.High: VALUE 121, ULN 40, BASELINE missing: 2 -> not graded"
    )


def test_a_parameter_with_another_value_changes_answers_where_it_is_not_set(ask: Ask) -> None:
    assert told(ask(TERMS, TERMS.replace("{value: 3,", "{value: 4,"), HIGH, LOW)) == [
        "24:15: graded.High: VALUE 121, ULN 40, BASELINE missing: 2 -> 1"
    ]


def test_what_a_term_does_not_read_any_more_does_not_apply_and_an_empty_cell_is_no_harm(
    ask: Ask,
) -> None:
    gone = TERMS.replace("      BASELINE: base.LBSTRESN, BASELINE_UNIT: base.LBSTRESU}", "}")
    assert told(ask(TERMS, gone.replace("edge * ULN", "4 * ULN"), HIGH)) == [
        "24:15: graded.High: VALUE 121, ULN 40, BASELINE missing: 2 -> 1",
        "26:15: graded.High: VALUE 81, ULN 40, BASELINE 40, edge 2: 2 -> "
        'does not apply: "BASELINE" is nothing that the term reads',
    ]


def test_terms_of_one_name_are_asked_by_their_ids(ask: Ask) -> None:
    twins = TERMS.replace("term: Low", "term: High\n        id: low")
    (answer,) = ask(twins, twins.replace("4.9]]\n", "5.0]]\n"), HIGH, ("graded", "low", "low"))
    assert (answer.name, answer.before, answer.after) == ("graded.low", "0", "3")


@pytest.mark.parametrize("name", ["limit_unit", "symptoms", "unheard_of"])
def test_a_parameter_that_no_formula_names_is_taken_to_concern_every_term(
    ask: Ask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "oncorules.rules.examples.changed_answers._changed",
        lambda bench, question, cases: asked.append(question.own.name) or [],
    )
    more = TERMS.replace("parameters:\n", f"parameters:\n  {name}: {{value: x, source: ours}}\n")
    ask(TERMS, more, HIGH, LOW)
    assert asked == ["graded.High", "graded.Low"]
    asked.clear()
    ask(TERMS, TERMS.replace("edge: {value: 3", "edge: {value: 4"), HIGH, LOW)
    assert asked == ["graded.High"]


def test_a_rule_is_asked_by_its_id_short_and_long_forms_alike(ask: Ask) -> None:
    assert told(ask(DOSE, DOSE.replace("value: 81", "value: 65"))) == [
        "20:13: DOSE: EXDOSE 81, subject.AGE 18: met -> not met",
        "27:20: DOSE: two subjects, row 1 of EX: USUBJID A, EXSEQ 1, EXDOSE 70: met -> not met",
    ]


def test_only_the_example_that_does_not_fit_a_rule_is_left_out(ask: Ask) -> None:
    gone = DOSE.replace("lookups:\n      subject: {from: DM, take: only}", "windows: {}")
    found = told(ask(DOSE, gone.replace(" and subject.AGE >= 18", "").replace("81", "65")))
    reason = 'does not apply: "subject" is no lookup of the rule'
    assert found == [
        f"20:13: DOSE: EXDOSE 81, subject.AGE 18: met -> {reason}",
        f"21:13: DOSE: EXDOSE 82, subject.AGE 18: not met -> {reason}",
        f"22:13: DOSE: EXDOSE 70, subject.AGE 18, highest 60: not met -> {reason}",
        "27:20: DOSE: two subjects, row 1 of EX: USUBJID A, EXSEQ 1, EXDOSE 70: met -> not met",
    ]


def test_a_long_form_that_does_not_fit_is_told_once_with_all_its_answers(ask: Ask) -> None:
    other = DOSE.replace("applies_to: {table: EX}\n    param", "applies_to: {table: CM}\n    param")
    other = other.replace("EXDOSE <= highest", "CMDOSE <= highest")
    assert told(ask(DOSE, other))[-1].startswith(
        "23:9: DOSE: two subjects: met, met -> does not apply: "
    )


def test_a_rule_is_run_again_when_a_table_that_it_reads_changes(ask: Ask) -> None:
    table = """
tables:
  dose:
    one_row_per: [USUBJID]
    from: EX
    columns:
      most:
        value: max(EXDOSE)
rules:
  - id: MOST
    title: A dose
    kind: check
    source: ours
    applies_to: {table: dose}
    condition: most < 100
    examples:
      given:
        EX: {columns: [USUBJID, EXSEQ, EXDOSE], rows: [[A, 1, 50], [A, 2, 60], [B, 1, 150]]}
      expect: {A: met, B: not met}
"""
    assert told(ask(table, table.replace("max(", "sum("))) == [
        "23:19: MOST: the example, A: met -> not met"
    ]


@pytest.mark.parametrize(
    ("text", "change", "sentence"),
    [
        (TERMS, ("VALUE < g3", "VALLUE < g3"), '"VALLUE" is no limit, column or parameter here'),
        (TERMS, ("of: LB", "of: LBX"), 'there is no table "LBX"'),
        (DOSE, ("EXDOSE <= highest", "EXDOSES <= highest"), '"EXDOSES" is no column'),
    ],
)
def test_a_pack_that_cannot_be_used_is_refused(
    ask: Ask, text: str, change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(RuleError, match=r"b\.yaml:") as raised:
        ask(text, text.replace(*change), *((HIGH, LOW) if text == TERMS else ()))
    assert sentence in str(raised.value)
