from decimal import Decimal

import pytest

from oncorules.rules.examples.limits import changes_of, compared_names, stepped
from oncorules.rules.language.formula import FormulaError, parse


def said(text: str, **options: bool) -> list[str]:
    return [change.sentence for change in changes_of(text, **options)]


def texts(text: str, **options: bool) -> list[str]:
    return [change.text for change in changes_of(text, **options)]


@pytest.mark.parametrize(
    ("formula", "changed", "sentence"),
    [
        ("EXSTDTC <= DTHDTC", "EXSTDTC < DTHDTC", "<= becomes <"),
        ("EXSTDTC < DTHDTC", "EXSTDTC <= DTHDTC", "< becomes <="),
        ("EXSTDTC >= DTHDTC", "EXSTDTC > DTHDTC", ">= becomes >"),
        ("EXSTDTC > DTHDTC", "EXSTDTC >= DTHDTC", "> becomes >="),
    ],
)
def test_the_strictness_of_an_ordering_is_swapped(
    formula: str, changed: str, sentence: str
) -> None:
    (change,) = changes_of(formula)
    assert (change.text, change.sentence, change.offset) == (changed, sentence, 8)
    assert change.sides == "EXSTDTC = DTHDTC"


def test_each_end_of_between_is_a_limit() -> None:
    low, high = changes_of("VISITNUM between a and b + c")
    assert low.text == "(VISITNUM > a AND VISITNUM <= (b + c))"
    assert high.text == "(VISITNUM >= a AND VISITNUM < (b + c))"
    assert low.sentence == "between is strict: from a, itself left out"
    assert high.sentence == "between is strict: to b + c, itself left out"
    assert (low.offset, high.offset) == (9, 23)
    assert (low.sides, high.sides) == ("VISITNUM = a", "VISITNUM = (b + c)")


def test_what_is_not_between_stays_negated() -> None:
    assert texts("x not between a and b")[0] == "NOT (x > a AND x <= b)"


def test_a_number_goes_one_step_up_and_down_in_its_last_written_digit() -> None:
    assert said("x = 100") == ["100 becomes 101", "100 becomes 99"]
    assert said("x = 0.5") == ["0.5 becomes 0.6", "0.5 becomes 0.4"]
    assert said("x = 6.50") == ["6.50 becomes 6.51", "6.50 becomes 6.49"]
    assert stepped(Decimal("10.0"), True) == Decimal("10.1")


def test_a_number_below_zero_keeps_its_meaning() -> None:
    assert texts("x = 0") == ["x = 1", "x = (-1)"]
    assert texts("5 - 0 = x")[2:] == ["5 - 1 = x", "5 - (-1) = x"]
    assert said("x = -1") == ["-1 becomes 0", "-1 becomes -2"]
    assert texts("x = -1") == ["x = -0", "x = -2"]


def test_a_day_goes_one_day_up_and_down() -> None:
    assert said("BRTHDTC > '1900-03-01'")[1:] == [
        "1900-03-01 becomes 1900-03-02", "1900-03-01 becomes 1900-02-28",
    ]  # fmt: skip
    assert said("LBTESTCD = 'PLAT'") == []


def test_numbers_inside_arithmetic_are_limits() -> None:
    sentences = said("100 * size <= (100 - decrease) * base")
    assert sentences[:2] == ["100 becomes 101", "100 becomes 99"]
    assert sentences[2] == "<= becomes <"
    assert sentences[3:] == ["100 becomes 101", "100 becomes 99"]
    assert said("least(x, 9) > y")[0] == "9 becomes 10"
    assert said("add_days(a, 28) <= b")[0] == "28 becomes 29"
    assert said("count(*) over same = 1") == ["1 becomes 2", "1 becomes 0"]
    assert said("x in (1, 2)") == [
        "1 becomes 2", "1 becomes 0", "2 becomes 3", "2 becomes 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    [
        "round_half_up(x, 2) = y",
        "ratio(x, y, 1) = z",
        "months_between(a, b, 30.4375) = x",
        "coalesce(x, 0) = y",
        "length('2020-01-01') = y",
        "case when flag then 1 else 2 end",
        "x = y and z is null and a in ('1', '2')",
        "100 * size",
    ],
)
def test_a_number_that_says_how_to_reckon_is_no_limit(formula: str) -> None:
    assert said(formula) == []


def test_a_value_that_is_compared_elsewhere_holds_limits_itself() -> None:
    formula = "case when x > y then 100 else 2 * z end"
    assert said(formula) == ["> becomes >="]
    assert said(formula, compared=True)[1:] == [
        "100 becomes 101", "100 becomes 99", "2 becomes 3", "2 becomes 1",
    ]  # fmt: skip


def test_a_limit_says_where_it_stands() -> None:
    formula = "a.b = 1 or case when (x + 2) >= 30 then n else m end < 4"
    for change in changes_of(formula):
        written = change.sentence.split(" becomes ")[0]
        assert formula[change.offset :].startswith(written)


def test_comparisons_inside_aggregates_are_limits() -> None:
    formula = "count(*) filter (where size >= 10) over all_rows > 0"
    assert said(formula) == [
        ">= becomes >", "10 becomes 11", "10 becomes 9", "> becomes >=", "0 becomes 1",
        "0 becomes -1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    [
        "not (a < 1) and 'it''s' <> b",
        "sum(x) filter (where y > 0) over earlier <= 3",
        "case when a is not null then b when c in ('x') then -2 else null end < 5",
        "starts_with(upper(TULOC), 'LUNG') or x between -1 and 1.5",
    ],
)
def test_every_change_is_a_formula_of_the_language(formula: str) -> None:
    for change in changes_of(formula):
        assert parse(change.text) != parse(formula)
        if change.sides is not None:
            parse(change.sides)


def test_the_names_that_are_compared_are_told_with_their_lookup() -> None:
    assert compared_names("size <= 2 * whole.size and kind = 'a' and flag") == {
        ("", "size"), ("whole", "size"), ("", "kind"),
    }  # fmt: skip
    assert compared_names("coalesce(a, b)") == set()
    assert compared_names("coalesce(a, b)", compared=True) == {("", "a")}


def test_a_formula_that_is_none_is_refused() -> None:
    with pytest.raises(FormulaError):
        list(changes_of("a <="))
