import pytest

from oncorules.rules.language.formula import parse
from oncorules.rules.mutating.formula_edits import formula_edits, other_unit


def edited(text: str, kind: str | None = None) -> list[str]:
    return [one.text for one in formula_edits(text) if kind in (None, one.kind)]


def test_the_and_of_between_stays() -> None:
    assert edited("AGE between 18 and 65 and SEX = 'F'", "and, or swapped") == [
        "AGE between 18 and 65 or SEX = 'F'"
    ]


def test_a_between_inside_brackets_does_not_take_the_and_behind_them() -> None:
    assert edited("(AGE between (1 + 2) and 65) and SEX = 'F'", "and, or swapped") == [
        "(AGE between (1 + 2) and 65) or SEX = 'F'"
    ]


def test_each_not_is_dropped_whatever_it_stands_before() -> None:
    text = "not a = 1 and b not in ('x') and c is not null"
    assert edited(text, "not dropped") == [
        "a = 1 and b not in ('x') and c is not null",
        "not a = 1 and b in ('x') and c is not null",
        "not a = 1 and b not in ('x') and c is null",
    ]


def test_words_inside_quotes_are_not_edited() -> None:
    assert edited("a = 'b and not c = d'") == ["a <> 'b and not c = d'"]


def test_one_code_of_a_list_is_dropped_with_its_comma() -> None:
    assert edited("a in ('x', 'y', 'z')", "code dropped") == [
        "a in ('y', 'z')",
        "a in ('x', 'z')",
        "a in ('x', 'y')",
    ]


def test_the_only_code_of_a_list_stays() -> None:
    assert edited("a in ('x')", "code dropped") == []


def test_lines_of_a_case_are_swapped_and_dropped_and_else_stays_last() -> None:
    text = "case when a = 1 then 'x' when b = 1 then 'y' else 'z' end"
    assert edited(text, "cases swapped") == [
        "case when b = 1 then 'y' when a = 1 then 'x' else 'z' end"
    ]
    assert edited(text, "case dropped") == [
        "case when b = 1 then 'y' else 'z' end",
        "case when a = 1 then 'x' else 'z' end",
    ]


def test_the_lines_of_a_case_inside_another_stay_there() -> None:
    text = "case when case when a then b when c then d end then 1 when e then 2 end"
    assert edited(text, "cases swapped") == [
        "case when case when c then d when a then b end then 1 when e then 2 end",
        "case when e then 2 when case when a then b when c then d end then 1 end",
    ]


def test_an_aggregate_takes_the_other_end() -> None:
    assert edited("first(x) over earlier", "other end") == ["last(x) over earlier"]
    assert edited("earliest(a, b)", "other end") == ["latest(a, b)"]
    assert edited("first_name is null", "other end") == []


def test_a_unit_becomes_another_of_its_dimension() -> None:
    assert edited("convert(x, u, 'HGB', 'g/L') is null", "unit replaced") == [
        "convert(x, u, 'HGB', 'g/dL') is null"
    ]


def test_a_unit_without_another_stays() -> None:
    assert other_unit("%", "HBA1C") is None or other_unit("%", "HBA1C") != "%"
    assert other_unit("g/L", "HGB", besides=["g/dL", "mmol/L", "mg/dL", "mg/L"]) != "g/dL"


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 and (b <> 2 or not c in ('x', 'y')) and d is not null",
        "case when a between 1 and 2 then min(b) filter (where c = 'and') else least(d, 5) end",
        "coalesce(bool_or(a = 'x') over earlier, false) and days_between(b, c) >= 28",
    ],
)
def test_every_edit_is_a_formula_of_its_own(text) -> None:
    found = list(formula_edits(text))
    assert len({one.text for one in found} | {text}) == len(found) + 1
    assert all(parse(one.text) != parse(text) for one in found)
