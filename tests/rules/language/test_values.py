from decimal import Decimal

import pytest
from sqlglot import exp

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import (
    Value,
    as_decimal,
    constant,
    fits,
    in_months,
    integer,
    same_unit,
    settled,
)


@pytest.mark.parametrize(
    ("number", "digits", "kind"),
    [
        ("0", (1, 0), "integer"),
        ("90", (2, 0), "integer"),
        ("0.7", (1, 1), "number"),
        ("0.000001", (6, 6), "number"),
        ("18.0", (3, 1), "number"),
        ("-2.25", (3, 2), "number"),
        ("999999999999.999999", (18, 6), "number"),
    ],
)
def test_a_constant_has_the_digits_it_was_written_with(
    number: str, digits: tuple[int, int], kind: str
) -> None:
    value = constant(Decimal(number))
    assert (value.digits, value.kind) == (digits, kind)
    assert value.first.sql() == number


def test_a_constant_of_any_kind_knows_itself() -> None:
    assert constant("CR").codes == frozenset(["CR"])
    assert constant(True).kind == "boolean"
    assert constant(5, unit="mm").unit == "mm"


def test_more_digits_than_are_exact_are_refused_with_the_way_out() -> None:
    assert fits(26, 12, "the product") == (38, 12)
    with pytest.raises(FormulaError) as caught:
        fits(27, 12, "the product")
    assert str(caught.value) == (
        "the product would need 39 digits and 38 are exact: name a part as a column and round it "
        "with round_half_up(x, 6)"
    )


def test_a_value_with_one_end_is_both_of_its_ends() -> None:
    first, last = integer(exp.column("A")).ends
    assert first == last
    assert first is not last


def test_a_number_in_doubt_is_settled_only_where_both_ends_agree() -> None:
    value = Value("integer", exp.column("a"), exp.column("b"))
    assert settled(value).first.sql() == "CASE WHEN a = b THEN a END"
    assert settled(value).last is None
    day = Value("date", exp.column("a"), exp.column("b"))
    assert settled(day) is day


def test_months_become_a_number_only_for_show() -> None:
    days = Value("integer", exp.column("a"), unit="month", months=Decimal(30))
    assert in_months(days).kind == "number"
    assert in_months(days).months is None
    assert in_months(integer(exp.column("a"))).first.sql() == "a"


def test_a_whole_number_of_nineteen_digits_never_overflows() -> None:
    tree, _ = as_decimal(integer(exp.column("a")), (19, 0))
    assert tree.sql("duckdb") == "CAST(TRY_CAST(a AS DECIMAL(18, 0)) AS DECIMAL(19, 0))"


def test_two_units_do_not_meet() -> None:
    length, days = constant(1, unit="mm"), constant(2, unit="day")
    assert same_unit(length, constant(2), "the sum") == "mm"
    with pytest.raises(FormulaError, match="has mm on one side and day on the other: convert one"):
        same_unit(length, days, "the sum")
