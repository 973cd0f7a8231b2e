from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oncorules.rules.loading.model import CodeList, Grading, Pack, Parameter, Rule, Selection, Table
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_text import read_yaml_text

GOOD = """\
id: EX-AFTER-DEATH
title: No treatment after death
kind: check
source: ours
applies_to: {table: EX}
condition: EXSTDTC <= subject.DTHDTC
"""


def said(text: str) -> list[str]:
    document = read_yaml_text(text, "x.yaml")

    def place(path: tuple[object, ...], key: bool) -> str:
        return document.place_key(path) if key else document.place(path)

    model, problems = find_problems(Rule, document.data, place, what="rule EX-AFTER-DEATH")
    assert (model is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_good_rule_has_no_problems() -> None:
    assert said(GOOD) == []


def test_an_unknown_key_has_its_place_and_the_nearest_word() -> None:
    assert said(GOOD + "sevrity: error\n") == [
        'x.yaml:7:1: unknown key "sevrity" in rule EX-AFTER-DEATH; did you mean "severity"?'
    ]


def test_an_unknown_key_like_nothing_known_lists_what_is_known() -> None:
    (line,) = said(GOOD + "lookups:\n  s: {from: DM, take: only, zebra: 1}\n")
    assert line == (
        'x.yaml:8:29: unknown key "zebra" in rule EX-AFTER-DEATH; expected one of '
        "accept, columns, from, if_none, in_between, on, order, take, where"
    )


def test_a_misspelt_key_is_not_reported_as_missing_too() -> None:
    assert said(GOOD.replace("condition", "condtion")) == [
        'x.yaml:6:1: unknown key "condtion" in rule EX-AFTER-DEATH; did you mean "condition"?'
    ]


def test_a_missing_key_is_named() -> None:
    assert said(GOOD.replace("title: No treatment after death\n", "")) == [
        'x.yaml:1:1: missing key "title" in rule EX-AFTER-DEATH'
    ]


def test_the_python_spelling_of_a_key_is_not_taken() -> None:
    (line,) = said(GOOD + "lookups:\n  s: {from_: DM, take: only}\n")
    assert line.startswith('x.yaml:8:7: unknown key "from_"') and 'did you mean "from"?' in line


def test_a_wrong_word_lists_the_words() -> None:
    assert said(GOOD.replace("kind: check", "kind: chek")) == [
        'x.yaml:3:7: expected one of "check", "eligibility", found "chek"; did you mean "check"?'
    ]


def test_a_list_where_a_formula_is_expected_is_said_in_plain_words() -> None:
    assert said(GOOD + "columns:\n  x:\n    value: [a]\n  y: a + b\n") == [
        "x.yaml:9:5: expected a formula, not a list or a mapping",
        'x.yaml:10:6: expected "value: formula", "first_true" or "decide_by"',
    ]


def test_a_bad_name_points_at_the_key() -> None:
    assert said(GOOD + "columns:\n  b c: {value: 1}\n") == [
        'x.yaml:8:3: "b c" is not a name; expected letters, digits and underscores'
    ]


def test_a_bad_id_says_what_an_id_is() -> None:
    assert said(GOOD.replace("EX-AFTER-DEATH", "EX AFTER")) == [
        'x.yaml:1:5: "EX AFTER" is not an id; expected letters, digits, hyphens and underscores'
    ]


def test_a_short_row_of_an_example_has_its_own_place() -> None:
    text = GOOD + "examples:\n  columns: [A, B]\n  rows:\n    - [1, 2]\n    - [1]\n"
    assert said(text) == ["x.yaml:11:7: row 2 has 1 values, expected 2: A, B"]


def test_where_a_key_has_two_forms_only_the_meant_one_is_explained() -> None:
    lookup = "lookups:\n  s: {from: DM, take: only, if_none: %s}\n"
    assert said(GOOD + lookup % "evaluable") == [
        'x.yaml:8:38: expected one of "not evaluable", found "evaluable"; '
        'did you mean "not evaluable"?'
    ]
    assert said(GOOD + lookup % "{A: [1]}") == [
        "x.yaml:8:39: expected a formula, not a list or a mapping"
    ]


def test_a_result_that_is_a_list_is_one_problem() -> None:
    text = GOOD + "examples:\n  given: {A: {columns: [x], rows: []}}\n  expect: {A: [1]}\n"
    assert said(text) == ["x.yaml:9:12: expected one value, not a list or a mapping"]


def test_a_mapping_where_a_list_is_expected_is_said() -> None:
    text = GOOD + "windows:\n  w: {per: {A: 1}, rows: all}\n"
    assert said(text) == ["x.yaml:8:7: expected a list, found a mapping"]


def test_all_problems_come_together_and_in_the_words_of_the_file() -> None:
    text = GOOD + "lookups:\n  a: {from: DM, take: first}\n  b: {from: DM, take: frst}\n"
    assert said(text) == [
        'x.yaml:8:3: "take: first" needs "order", the columns that rank the rows',
        'x.yaml:9:23: expected one of "first", "last", "only", found "frst"; did you mean "first"?',
    ]


KEYS = st.sampled_from(["id", "when", "a", "columns", "rows", "given", "from"])
VALUES = st.recursive(
    st.sampled_from([None, True, 1, Decimal("1.5"), "", "a", "otherwise", "a b", "same"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "when", "a", "columns", "rows", "given", "from"]), inner
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(Rule.model_fields)), VALUES))
def test_any_data_gives_a_rule_or_sentences(data: dict[str, Any]) -> None:
    model, problems = find_problems(Rule, data, lambda path, key: "x.yaml:1:1")
    assert (model is None) == bool(problems)
    python = ("function-", "Value error", "input should", "NoneType", "BaseModel")
    assert not [one for one in problems if any(word in one.message for word in python)]


@given(VALUES, st.sampled_from([Table, Grading, CodeList, Parameter, Selection, Pack]))
def test_any_data_gives_a_part_or_sentences(data: Any, kind: Any) -> None:
    model, problems = find_problems(kind, data, lambda path, key: "x.yaml:1:1")
    assert (model is None) == bool(problems)
