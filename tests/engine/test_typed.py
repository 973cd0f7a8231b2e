"""What is read as a number, an integer, a truth value, a day, from each way of storing it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp

from oncorules.engine.typed import rounded, typed_columns, typing_macros


@pytest.fixture(scope="module")
def read():
    """A function: stored values to the value and the text that the user sees."""
    con = duckdb.connect(config={"threads": 1})

    def ask(values, wanted, *, decimal=".", stored="VARCHAR"):
        found = typed_columns(stored, wanted, decimal)
        sql = ", ".join(expression.sql("duckdb") for expression in found.values())
        query = f"select {sql} from (select unnest($values::{stored}[]) as x)"
        return con.execute(query, {"values": values}).fetchall()

    yield ask
    con.close()


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("5", "5", "5"),
        ("5.0", "5", "5"),
        ("5.10", "5.1", "5.1"),
        ("-0.50", "-0.5", "-0.5"),
        ("+5", "5", "+5"),
        (".5", "0.5", ".5"),
        ("5.", "5", "5."),
        ("007", "7", "007"),
        ("100", "100", "100"),
        ("1e5", "100000", "1e5"),
        ("1.50e-3", "0.0015", "1.50e-3"),
        ("99999999999999e-10", "9999.9999999999", "99999999999999e-10"),
        ("0.0000005", "0.000001", "0.0000005"),
        ("-0.0000005", "-0.000001", "-0.0000005"),
        ("999999999999.999999", "999999999999.999999", "999999999999.999999"),
    ],
)
def test_a_number_in_text_is_read_exactly(read, text, number, shown):
    [(value, seen)] = read([text], "number")
    expected = Decimal(number).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert (value, seen) == (expected, shown)


UNREADABLE_NUMBERS = [
    "1000000000000", "1e12", "1_000", "1,000", "5,3", "0x10", "inf", "-inf", "nan", "NaN", ".",
    "-", "e5", "1e", "--5", "1.2.3", "<5", ">=5", "5%", "NA", "1e5.5",
]  # fmt: skip


@pytest.mark.parametrize("text", [*UNREADABLE_NUMBERS, " 5", "5 ", " ", "1 000", "\u0665", "5\n"])
def test_anything_else_is_unreadable_and_shown_as_it_is(read, text):
    assert read([text], "number") == [(None, text)]
    assert read([text], "integer") == [(None, text)] or text in ("1000000000000", "1e12")


def test_empty_and_absent_are_missing(read):
    for wanted in ("number", "integer", "boolean"):
        assert read(["", None], wanted) == [(None, None)] * 2
    assert read(["", None], "date") == [(None, None, None)] * 2
    assert read(["", None], "text") == [(None,)] * 2


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("5,3", "5.3", "5.3"),
        ("5,30", "5.3", "5.3"),
        ("5", "5", "5"),
        ("-,5", "-0.5", "-.5"),
        ("1.000", None, "1.000"),
        ("1.000,5", None, "1.000,5"),
        ("5,3,1", None, "5,3,1"),
    ],
)
def test_a_decimal_comma_takes_the_place_of_the_point(read, text, number, shown):
    [(value, seen)] = read([text], "number", decimal=",")
    assert (value, seen) == (number and Decimal(number), shown)


@pytest.mark.parametrize(
    ("text", "integer"),
    [
        ("5", 5),
        ("-5", -5),
        ("5.0", 5),
        ("5e0", 5),
        ("1E+3", 1000),
        ("5.5", None),
        ("1000000000000", 10**12),
        ("9223372036854775808", None),
        ("1.5e0", None),
    ],
)
def test_an_integer_has_no_fraction(read, text, integer):
    assert read([text], "integer")[0][0] == integer


@pytest.mark.parametrize(
    ("value", "number", "shown"),
    [
        (5.0, "5", "5"),
        (0.1, "0.1", "0.1"),
        (-0.0, "0", "0"),
        (0.00001, "0.00001", "0.00001"),
        (1.0000005, "1.000001", "1.0000005"),
        (2.675, "2.675", "2.675"),
        (1 / 3, "0.333333", "0.3333333333333333"),
        (9999999999.12345, "9999999999.12345", "9999999999.12345"),
        (1e15, None, "1000000000000000"),
        (float("inf"), None, "inf"),
        (float("nan"), None, None),
        (None, None, None),
    ],
)
def test_a_float_counts_as_its_shortest_text(read, value, number, shown):
    expected = number and Decimal(number).quantize(Decimal("0.000001"))
    assert read([value], "number", stored="DOUBLE") == [(expected, shown)]


def test_a_small_float_is_not_widened_before_it_is_read(read):
    assert read([0.1], "number", stored="FLOAT") == [(Decimal("0.1"), "0.1")]


@given(st.floats(-1e12, 1e12) | st.integers(-(10**16), 10**16).map(lambda n: n / 10**6))
@example(2.5000005)
@example(123456.1234565)
def test_a_float_reads_as_the_text_that_python_writes_for_it(read, value):
    text = format(Decimal(repr(value)), "f")
    [(from_float, _)] = read([value], "number", stored="DOUBLE")
    [(from_text, _)] = read([text], "number")
    exact = Decimal(text).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert from_float == from_text == (exact if abs(exact) < 10**12 else None)


@given(st.text(max_size=8) | st.from_regex(r"[+-]?[0-9.,eE_ ]{1,8}", fullmatch=True))
def test_text_is_a_number_only_if_python_says_so_too(read, text):
    [(value, shown)] = read([text], "number")
    if value is not None:
        assert value == Decimal(text).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        assert Decimal(shown) == Decimal(text)
    else:
        assert shown == (text or None)


@pytest.mark.parametrize(
    ("stored", "value", "number", "shown"),
    [
        ("DECIMAL(9,2)", Decimal("5.10"), "5.1", "5.1"),
        ("DECIMAL(5,0)", Decimal("500"), "500", "500"),
        ("DECIMAL(38,10)", Decimal("0.0000005"), "0.000001", "0.0000005"),
        ("BIGINT", 500, "500", "500"),
        ("UTINYINT", 5, "5", "5"),
        ("HUGEINT", 10**20, None, "1" + "0" * 20),
    ],
)
def test_stored_numbers_are_shown_without_zeros_at_the_end(read, stored, value, number, shown):
    assert read([value], "number", stored=stored) == [(number and Decimal(number), shown)]


def test_a_float_is_an_integer_if_it_has_no_fraction(read):
    assert read([5.0, 5.5, 1e300], "integer", stored="DOUBLE") == [
        (5, "5"),
        (None, "5.5"),
        (None, "1e+300"),
    ]


def test_numbers_and_days_become_text_as_the_user_sees_them(read):
    assert read([101.0], "text", stored="DOUBLE") == [("101",)]
    assert read([101], "text", stored="INTEGER") == [("101",)]
    assert read([date(2014, 1, 2)], "text", stored="DATE") == [("2014-01-02",)]
    assert read([True], "text", stored="BOOLEAN") == [("true",)]
    assert read(["1.50"], "text") == [("1.50",)]


def test_stored_days_are_whole_days_and_keep_a_time_in_the_text(read):
    day = date(2014, 1, 2)
    assert read([day, date(1066, 10, 14)], "date", stored="DATE") == [
        (day, day, "2014-01-02"),
        (None, None, "1066-10-14"),
    ]
    midnight, later = datetime(2014, 1, 2), datetime(2014, 1, 2, 10, 30)
    for stored in ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_S"):
        assert read([midnight, later], "date", stored=stored) == [
            (day, day, "2014-01-02"),
            (day, day, "2014-01-02T10:30:00"),
        ]


def test_a_year_stored_as_a_number_is_a_partial_date(read):
    first, last = date(2014, 1, 1), date(2014, 12, 31)
    assert read([2014.0], "date", stored="DOUBLE") == [(first, last, "2014")]
    assert read([2014], "date", stored="INTEGER") == [(first, last, "2014")]
    assert read(["2014"], "date") == [(first, last, "2014")]


@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", True), ("No", False), ("Y", True), ("0", False), ("maybe", None), ("t", None)],
)
def test_truth_values_are_few_words(read, text, truth):
    assert read([text], "boolean") == [(truth, text)]


def test_truth_values_may_be_stored_as_such_or_as_1_and_0(read):
    assert read([True, None], "boolean", stored="BOOLEAN") == [(True, "true"), (None, None)]
    assert read([1.0, 2.0], "boolean", stored="DOUBLE") == [(True, "1"), (None, "2")]


def test_a_day_is_not_a_number_nor_a_truth_value(read):
    for wanted in ("number", "integer", "boolean"):
        assert read([date(2014, 1, 2)], wanted, stored="DATE") == [(None, "2014-01-02")]


def test_rounding_is_noticed(read):
    con = duckdb.connect(config={"threads": 1})
    for stored, values in (
        ("VARCHAR", ["0.1234567", "0.123456", "x", None, "1e-7"]),
        ("DOUBLE", [0.1234567, 0.123456, 1e300, None, 1e-7]),
    ):
        test = rounded(exp.column("x"), stored).sql("duckdb")
        rows = con.execute(f"select {test} from (select unnest($v) as x)", {"v": values}).fetchall()
        assert [found for (found,) in rows] == [True, False, None, None, True]
    con.close()


def test_macros_have_one_name_for_each_way_of_reading():
    names = {
        macro.name
        for stored in ("VARCHAR", "DOUBLE", "DATE")
        for wanted in ("text", "number", "date")
        for decimal in (".", ",")
        for macro in typing_macros(stored, wanted, decimal).values()
    }
    assert "oncorules_number_from_text_comma" in names
    assert "oncorules_date_last_from_text" in names
    assert all(name.isidentifier() for name in names)
