from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from oncorules.rules.loading.model import (
    CodeList,
    Column,
    Example,
    FirstTrueLine,
    Grading,
    Lookup,
    Order,
    Pack,
    Parameter,
    RowsOf,
    Rule,
    Schedule,
    Selection,
    Source,
    Table,
    Window,
    is_identifier,
    read_order,
    read_rows,
)

RULE: dict[str, Any] = {
    "id": "EX-AFTER-DEATH",
    "title": "No treatment after death",
    "kind": "check",
    "source": {"document": "ICH E9", "section": "5"},
    "applies_to": {"table": "EX"},
    "condition": "EXSTDTC <= subject.DTHDTC",
}


def rule(**more: Any) -> Rule:
    return Rule.model_validate({**RULE, **more})


def refused(kind: Any, data: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(data)
    return str(caught.value)


def test_a_rule_has_defaults_that_a_check_needs() -> None:
    made = rule()
    assert (made.severity, made.applies_to.table, made.examples) == ("error", ("EX",), ())


def test_a_rule_cannot_be_altered() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        rule().title = "other"


@pytest.mark.parametrize("missing", ["id", "title", "kind", "source", "applies_to", "condition"])
def test_a_rule_needs_its_keys(missing: str) -> None:
    assert "Field required" in refused(Rule, {k: v for k, v in RULE.items() if k != missing})


def test_a_criterion_belongs_to_eligibility() -> None:
    assert '"criterion" belongs to' in refused(Rule, {**RULE, "criterion": "inclusion"})
    assert rule(kind="eligibility", criterion="inclusion").criterion == "inclusion"


def test_a_source_is_a_text_or_a_mapping_and_prints_in_one_line() -> None:
    assert Source.model_validate("ours").document == "ours"
    assert str(rule().source) == "ICH E9, 5"


@pytest.mark.parametrize(
    ("source", "section"), [("same", "5"), ({"document": "E", "section": "same"}, "5")]
)
def test_a_parameter_takes_the_same_source_as_its_rule(source: Any, section: str) -> None:
    made = rule(parameters={"days": {"value": 3, "source": source}})
    assert made.parameters["days"].source.section == section


@pytest.mark.parametrize(
    ("value", "formula"), [(1, "1"), (Decimal("1.50"), "1.50"), (None, "null"), (True, "true")]
)
def test_a_number_where_a_formula_is_expected_becomes_its_exact_text(
    value: Any, formula: str
) -> None:
    assert Column(value=value).value == formula


def test_a_condition_that_is_left_empty_is_refused() -> None:
    assert "expected a formula, found nothing" in refused(Rule, {**RULE, "condition": None})
    applies = {"table": "EX", "where": None}
    assert "expected a formula, found nothing" in refused(Rule, {**RULE, "applies_to": applies})


def test_a_parameter_is_a_number_or_a_text_and_never_a_switch() -> None:
    assert Parameter.model_validate({"value": Decimal("18.0"), "source": "ours"}).value == 18
    assert "choices: [yes, no]" in refused(Parameter, {"value": True, "source": "ours"})
    assert "plain digits" in refused(Parameter, {"value": "1e3", "source": "ours"})
    assert "not one of the choices: yes, no" in refused(
        Parameter, {"value": "maybe", "choices": ["yes", "no"], "source": "ours"}
    )


def test_a_lookup_joins_on_a_list_or_on_pairs() -> None:
    by_list = Lookup.model_validate({"from": "DM", "take": "only", "on": ["USUBJID"]})
    by_pair = Lookup.model_validate({"from": "TU", "take": "only", "on": {"TULNKID": "TRLNKID"}})
    assert by_list.on == {"USUBJID": "USUBJID"}
    assert by_pair.on == {"TULNKID": "TRLNKID"}


def test_a_lookup_that_takes_the_first_needs_an_order() -> None:
    assert '"take: first" needs "order"' in refused(Lookup, {"from": "DM", "take": "first"})


def test_in_between_needs_accept() -> None:
    data = {"from": "DM", "take": "only", "in_between": {"ne": "X = 1"}}
    assert 'there is no "accept"' in refused(Lookup, data)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("ADT", Order("ADT", "asc")),
        ("AVAL desc", Order("AVAL", "desc")),
        ("worst AVAL", Order("AVAL", "worst")),
        ("--SEQ", Order("--SEQ", "asc")),
    ],
)
def test_an_order_is_a_column_with_a_direction(text: str, order: Order) -> None:
    assert read_order(text) == order


@pytest.mark.parametrize("text", ["AVAL down", "worst AVAL desc", "a + b", ""])
def test_an_order_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not known; expected a column"):
        read_order(text)


def test_the_words_of_windows_are_read() -> None:
    assert read_rows("the one before") == RowsOf("the one before")
    assert read_rows("in the next 28 days") == RowsOf("next", "28")
    assert read_rows("in the last within days") == RowsOf("last", "within")
    with pytest.raises(ValueError, match='rows "before" is not known; expected "earlier"'):
        read_rows("before")


def test_only_a_window_of_all_rows_goes_without_an_order() -> None:
    assert Window.model_validate({"per": ["A"], "rows": "all"}).orders == ()
    assert '"rows: earlier" needs "order"' in refused(Window, {"per": ["A"], "rows": "earlier"})


def test_a_line_is_a_result_with_its_condition() -> None:
    line = FirstTrueLine.model_validate({"least(a, b)": "x = 1", "id": "smaller"})
    assert (line.result, line.when, line.id) == ("least(a, b)", "x = 1", "smaller")
    assert 'found "CR" and "PR"' in refused(FirstTrueLine, {"CR": "a", "PR": "b"})


def test_two_lines_cannot_share_an_id() -> None:
    lines = [{"CR": "a", "id": "x"}, {"PR": "b", "id": "x"}]
    assert 'two lines have the id "x"' in refused(Column, {"first_true": lines})


def test_a_column_has_exactly_one_form() -> None:
    assert "exactly one of" in refused(Column, {})
    assert "exactly one of" in refused(Column, {"value": "a", "first_true": [{"CR": "b"}]})
    assert '"if_unknown" belongs to "first_true"' in refused(
        Column, {"value": "a", "if_unknown": "NE"}
    )


def test_a_decision_table_has_rows_as_wide_as_its_names() -> None:
    good = Column.model_validate({"decide_by": ["A", "then"], "rows": [[["CR", 1], "PD"]]})
    assert good.rows == ((("CR", "1"), "PD"),)
    assert "row 1 has 1 cells, expected 2" in refused(
        Column, {"decide_by": ["A", "then"], "rows": [["x"]]}
    )
    assert 'the last name of "decide_by" is "then"' in refused(
        Column, {"decide_by": ["A", "B"], "rows": [["x", "y"]]}
    )
    assert "the result is one value" in refused(
        Column, {"decide_by": ["A", "then"], "rows": [["x", ["y"]]]}
    )


def table(**more: Any) -> dict[str, Any]:
    return {"one_row_per": ["USUBJID"], "from": "DM", **more}


def test_a_table_has_exactly_one_origin() -> None:
    assert Table.model_validate(table()).from_ == "DM"
    assert "exactly one of" in refused(Table, table(rows_of=["A"]))
    assert "exactly one of" in refused(Table, {"one_row_per": ["USUBJID"]})


def test_if_no_row_names_tables_of_rows_of() -> None:
    data = {"one_row_per": ["A"], "rows_of": ["a"], "if_no_row": {"b": {"X": 0}}}
    assert '"b", which is not one of "rows_of"' in refused(Table, data)


def test_a_name_means_one_of_lookup_window_or_run() -> None:
    data = table(
        lookups={"x": {"from": "DM", "take": "only"}}, windows={"x": {"per": ["A"], "rows": "all"}}
    )
    assert '"x" names two of' in refused(Table, data)


def test_a_decided_column_is_set_once_and_named_in_sets() -> None:
    decide = {"sets": ["ADT"], "lines": [{"when": "otherwise", "ADT": "X", "CNSR": 1}]}
    assert 'line 1 sets "CNSR", which is not one of "sets": ADT' in refused(
        Table, table(decide=decide)
    )
    decide = {"sets": ["ADT"], "lines": [{"id": "all", "when": "otherwise", "ADT": 1}]}
    made = Table.model_validate(table(decide=decide))
    assert made.decide is not None
    assert made.decide.lines[0].values == {"ADT": "1"}
    assert 'set by "columns" and by "decide"' in refused(
        Table, table(decide=decide, columns={"ADT": {"value": 1}})
    )


def test_a_stacked_part_takes_variables_beside_from_or_under_columns() -> None:
    beside = {"from": "a", "where": "x = 1", "PARAMCD": "PFS", "CNSR": 1}
    under = {"from": "a", "where": "x = 1", "columns": {"PARAMCD": "PFS", "CNSR": 1}}
    made = [
        Table.model_validate({"one_row_per": ["A"], "stack": [part]}) for part in (beside, under)
    ]
    assert made[0] == made[1]
    assert "Extra inputs" in refused(
        Table, {"one_row_per": ["A"], "stack": [{"from": "a", "wher": "x"}]}
    )


def test_a_ranked_code_list_reads_from_best_to_worst() -> None:
    assert CodeList(worst_first=("PD", "CR")).ranked == ("CR", "PD")
    assert CodeList(best_first=("CR", "PD")).ranked == ("CR", "PD")
    assert CodeList(values=("Y", "N")).ranked is None
    assert CodeList(values=("Y", "N")).codes == ("Y", "N")
    assert 'code "Y" stands twice' in refused(CodeList, {"values": ["Y", "Y"]})
    assert "exactly one of" in refused(CodeList, {"values": ["Y"], "best_first": ["Y"]})


def test_a_schedule_needs_days_or_a_distance() -> None:
    assert '"at", "then_every" or both' in refused(Schedule, {"from": "STARTDT"})
    made = Schedule.model_validate({"from": "STARTDT", "at": [42, 91], "then_every": 182})
    assert (made.at, made.then_every, made.unit, made.tolerance) == (
        ("42", "91"),
        "182",
        "day",
        "0",
    )


@pytest.mark.parametrize("word", ["leave out", "keep", "stop"])
def test_a_selection_says_what_happens_to_the_unknown(word: str) -> None:
    made = Selection.model_validate({"of": "subject", "steps": ["A-1"], "if_not_evaluable": word})
    assert made.steps == ("A-1",)


GRID = {"columns": ["A", "expect"], "rows": [["x", "met"]]}
LONG = {"given": {"LB": GRID}, "with": {"days": 3}, "expect": {"A": "met"}}


@pytest.mark.parametrize("written", [GRID, [GRID]])
def test_one_example_and_a_list_of_one_are_the_same(written: Any) -> None:
    (example,) = rule(examples=written).examples
    assert example.grid is not None
    assert example.grid.rows == (("x", "met"),)


def test_short_and_long_examples_mix() -> None:
    short, long = rule(examples=[GRID, {"title": "two rows", **LONG}]).examples
    assert short.given == {} and short.grid is not None
    assert long.given["LB"].columns == ("A", "expect")
    assert (long.title, long.with_, long.expect) == ("two rows", {"days": 3}, {"A": "met"})


def test_an_example_of_a_table_expects_a_table() -> None:
    example = Example.model_validate({"given": {"LB": GRID}, "expect": GRID})
    assert example.expect == example.given["LB"]


def test_an_example_row_is_as_wide_as_its_columns() -> None:
    assert "row 1 has 1 values, expected 2: A, B" in refused(
        Rule, {**RULE, "examples": {"columns": ["A", "B"], "rows": [[1]]}}
    )


def grading(**term: Any) -> dict[str, Any]:
    whole = {
        "term": "Anaemia",
        "test": "HGB",
        "direction": "low",
        "grades": {"3": "VALUE < g3", "0": "otherwise"},
        "source": "CTCAE 5.0",
        **term,
    }
    return {"of": "LB", "terms": [{k: v for k, v in whole.items() if v is not None}]}


def test_a_term_reads_tests_limits_and_grades() -> None:
    limits = {"columns": ["unit", "g3"], "rows": [["g/L", 80], ["g/dL", 8]]}
    (term,) = Grading.model_validate(grading(limits=limits)).terms
    assert term.test == ("HGB",)
    assert term.grades == {3: "VALUE < g3", 0: "otherwise"}


def test_a_term_without_a_source_anywhere_is_refused() -> None:
    assert 'term "Anaemia" has no "source"' in refused(Grading, grading(source=None))
    assert Grading.model_validate({**grading(source=None), "source": "CTCAE 5.0"}).source


def test_a_limit_is_a_number() -> None:
    limits = {"columns": ["unit", "g3"], "rows": [["g/L", "eighty"]]}
    assert 'row 1: "eighty" is not a number' in refused(Grading, grading(limits=limits))


def test_a_grade_is_from_0_to_5() -> None:
    assert "expected a grade from 0 to 5" in refused(Grading, grading(grades={"6": "VALUE > 1"}))
    assert "expected a grade from 0 to 5" in refused(Grading, grading(grades={"2 or 1": "a"}))
    assert "expected a grade from 0 to 5" in refused(Grading, grading(grades={"high": "a"}))


def test_a_term_has_the_grades_of_its_lines_and_of_clinical_signs() -> None:
    lines = {3: "VALUE < 3", "1 or 2": "VALUE < LLN", 0: "otherwise"}
    term = Grading.model_validate(grading(grades=lines, clinical=[4])).terms[0]
    assert term.all_grades == (1, 2, 3, 4)


def test_grades_stand_in_the_term_or_in_its_branches() -> None:
    assert 'exactly one of "grades", "branches"' in refused(
        Grading, grading(branches=[{"when": "a", "grades": {"1": "b"}}])
    )


def test_changes_need_a_pack_to_extend() -> None:
    header = {"id": "x", "title": "X", "version": Decimal("1.10"), "language": 1}
    assert Pack.model_validate(header).version == "1.10"
    assert '"changes" belongs to "extends"' in refused(
        Pack, {**header, "changes": [{"at": "a", "was": 1, "now": 2}]}
    )


def test_a_bare_name_is_told_from_a_formula() -> None:
    assert is_identifier("TRGRESP") and is_identifier("--SEQ")
    assert not is_identifier("NON-CR/NON-PD") and not is_identifier("least(a, b)")
