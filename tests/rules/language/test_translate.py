"""Formulas against the independent evaluator, and the types and units that are refused."""

from __future__ import annotations

import random
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.functions import all_functions
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate, translate_condition

KINDS = {
    **dict.fromkeys(("N1", "N2"), "number"),
    **dict.fromkeys(("I1", "I2"), "integer"),
    **dict.fromkeys(("D1", "D2"), "date"),
    **dict.fromkeys(("T1", "T2"), "text"),
    **dict.fromkeys(("B1", "B2"), "boolean"),
}
CELLS: dict[str, list[str | None]] = {
    "number": [
        None,
        "0",
        "0.1",
        "0.2",
        "0.3",
        "-0.000001",
        "63",
        "90",
        "100.5",
        "2.5",
        "-2.5",
        "0.125",
        "123456789.5",
        "20.5",
        "999999999999.999999",
        "-999999999999.999999",
    ],
    "integer": [None, "0", "1", "-1", "2", "90", "999999999999999999", "-999999999999999999"],
    "date": [
        None,
        "2014",
        "2014-02",
        "2014-02-01",
        "2014-02-28",
        "2014-02-15",
        "2014-03",
        "2016-02-29",
        "2015",
        "2013-12-31",
        "1999-12",
    ],
    "text": [None, "CR", "cr", "PR", "a b", "_", "%", "ä", "Z", "it's"],
    "boolean": [None, "true", "false"],
}
LITERALS = ["0", "1", "2", "0.7", "0.000001", "100", "1.5", "2.25", "999999999999.999999"]
ROWS = 120
SEED = 20_240_601


def column(kind: str) -> st.SearchStrategy[Any]:
    names = [name for name, own in KINDS.items() if own == kind]
    return st.sampled_from(names).map(lambda name: ("column", name))


NUMBER = st.sampled_from(LITERALS).map(lambda text: ("number", Decimal(text)))
DATE = st.sampled_from(CELLS["date"][1:]).map(lambda text: ("date", text))
TEXT = st.sampled_from(CELLS["text"][1:]).map(lambda text: ("text", text))
PLACES = st.integers(0, 6).map(lambda places: ("number", Decimal(places)))


def call(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(name), *parts)


def several(name: str, part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(part, min_size=2, max_size=3).map(lambda parts: (name, *parts))


def either(condition: Any, value: Any) -> st.SearchStrategy[Any]:
    lines = st.lists(st.tuples(condition, value), min_size=1, max_size=2)
    return st.builds(lambda lines, default: ("case", *lines, default), lines, value)


def numbers(depth: int) -> st.SearchStrategy[Any]:
    leaf = column("number") | column("integer") | NUMBER
    if depth == 0:
        return leaf
    part, whole = numbers(depth - 1), column("integer")
    return st.one_of(
        leaf,
        call("+", part, part),
        call("-", part, part),
        call("*", part, part),
        call("negative", part),
        call("abs", part),
        several("least", part),
        several("greatest", part),
        several("coalesce", part),
        call("round_half_up", part, PLACES),
        call("days_between", dates(depth - 1), dates(depth - 1)),
        call("study_day", dates(depth - 1), dates(depth - 1)),
        call("length", texts(depth - 1)),
        either(truths(depth - 1), part),
        whole,
    )


def dates(depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return column("date")
    part = dates(depth - 1)
    small = st.integers(-400, 400).map(
        lambda days: (
            ("number", Decimal(days)) if days >= 0 else ("negative", ("number", Decimal(-days)))
        )
    )
    return st.one_of(
        column("date"),
        several("earliest", part),
        several("latest", part),
        several("coalesce", part),
        call("add_days", part, small),
        either(truths(depth - 1), part),
    )


def texts(depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return column("text")
    part = texts(depth - 1)
    return st.one_of(
        column("text"),
        several("coalesce", part | TEXT),
        several("concat", part),
        either(truths(depth - 1), part | TEXT),
        call("lower", part),
        call("upper", part),
        call("before", part, st.just(("text", "R"))),
    )


ORDERS, EQUALS = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]), st.sampled_from(["=", "<>"])


def truths(depth: int) -> st.SearchStrategy[Any]:
    part = numbers(max(depth - 1, 0))
    leaf = st.one_of(
        column("boolean"),
        st.booleans().map(lambda truth: ("truth", truth)),
        st.tuples(ORDERS, part, part),
        st.tuples(ORDERS, column("date"), column("date") | DATE),
        st.tuples(EQUALS, column("text"), column("text") | TEXT),
        call("is null", part | column("date") | column("text")),
    )
    if depth == 0:
        return leaf
    inner, day = truths(depth - 1), dates(depth - 1)
    return st.one_of(
        leaf,
        call("and", inner, inner),
        call("or", inner, inner),
        call("not", inner),
        st.tuples(EQUALS, inner, inner),
        st.tuples(ORDERS, day, day),
        call("between", part, part, part),
        call("between", day, DATE, DATE),
        st.lists(TEXT, min_size=1, max_size=3).map(lambda o: ("in", ("column", "T1"), *o)),
        call("in", part, part, part),
        call("in", day, DATE, day),
        call("day_is_known", day),
        call("months_at_least", day, day, NUMBER),
        call("is null", inner),
        call("starts_with", texts(depth - 1), TEXT),
        call("ends_with", texts(depth - 1), TEXT),
        call("contains", texts(depth - 1), TEXT),
        either(inner, inner),
        several("coalesce", inner),
    )


@pytest.fixture(scope="module")
def table(wide_bench: Any) -> tuple[Any, list[list[str | None]]]:
    """Random rows, missing values, partial dates and the longest numbers among them."""
    chosen = random.Random(SEED)  # the seed is in sight, and the same in every run
    rows = [[chosen.choice(CELLS[kind]) for kind in KINDS.values()] for _ in range(ROWS)]
    wide_bench.fill("T", KINDS, rows)
    return wide_bench, rows


def differences(
    evaluator: ModuleType, table: tuple[Any, list[list[str | None]]], formula: Any
) -> list[Any]:
    bench, rows = table
    text = evaluator.write(formula)
    try:
        found = [answer for (answer,) in bench.values("T", text)]
    except FormulaError as error:
        # More digits than are exact are refused, and never rounded in silence.
        assert "38 are exact" in str(error) or "nested more than" in str(error), text
        assume(False)
    return [
        (text, row, want, got)
        for row, got in zip(rows, found, strict=True)
        if not same(want := evaluated(evaluator, formula, row), got)
    ]


def evaluated(evaluator: ModuleType, formula: Any, row: list[str | None]) -> str | None:
    typed = {
        name: evaluator.read(kind, cell)
        for (name, kind), cell in zip(KINDS.items(), row, strict=True)
    }
    answer: str | None = evaluator.show(evaluator.evaluate(formula, typed))
    return answer


def same(want: str | None, got: str | None) -> bool:
    return want == got


FAST = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


@FAST
@given(formula=truths(3))
def test_conditions_answer_like_the_evaluator(
    evaluator: ModuleType, table: Any, formula: Any
) -> None:
    assert differences(evaluator, table, formula) == []


@FAST
@given(formula=numbers(3))
def test_numbers_are_exact_and_never_overflow(
    evaluator: ModuleType, table: Any, formula: Any
) -> None:
    assert differences(evaluator, table, formula) == []


@settings(FAST, max_examples=60)
@given(formula=dates(3) | texts(3))
def test_dates_and_texts_answer_like_the_evaluator(
    evaluator: ModuleType, table: Any, formula: Any
) -> None:
    assert differences(evaluator, table, formula) == []


SHOWN = "ratio is rounded and only for show: write the limit as a product, such as a >= 2 * b"
SCOPE_LIMITS = {"limit": "20 mm", "days": "28 day"}


@pytest.mark.parametrize(
    ("formula", "sentence", "offset"),
    [
        ("N1 > 1 and T1 = N1", "a text cannot be compared with a number", 11),
        ("T1 > 'a'", "a text has no order: only = and <> compare it", 0),
        ("B1 < B2", "a boolean has no order: only = and <> compare it", 0),
        ("N1 = null", "nothing compares with null: write `is null` or `is not null`", 0),
        ("N1 in (1, null)", "nothing compares with null: write `is null` or `is not null`", 0),
        ("T1 and B1", '"and" joins conditions, and this is a text', 0),
        ("B1 or N1", '"or" joins conditions, and this is a number', 6),
        ("not N1", '"not" joins conditions, and this is a number', 4),
        ("1 + T1", "arithmetic needs a number, and this is a text", 0),
        (
            "D1 - D2 > 5",
            "dates are not added or subtracted: use days_between(a, b) or add_days(a, n)",
            0,
        ),
        ("D1 = '2014-02-30'", '"2014-02-30" is not a date such as 2024-06-30, 2024-06 or 2024', 0),
        ("N11 > 1", '"N11" is no column and no parameter here; did you mean "N1"?', 0),
        ("B1 and limt > 1", '"limt" is no column and no parameter here; did you mean "limit"?', 7),
        ("dm.N1 > 1", '"dm" is no lookup and no window here', 0),
        ("upper(N1)", "argument 1 of upper must be a text, and it is a number", 0),
        (
            "B1 and is_dead(T1)",
            '"is_dead" is no function of the language; there are ' + ", ".join(all_functions()),
            7,
        ),
        ("days_between(D1)", "days_between takes date date as arguments", 0),
        (
            "days_betwen(D1, D2)",
            '"days_betwen" is no function of the language; did you mean "days_between"?',
            0,
        ),
        (
            "limit > days",
            "the comparison has mm on one side and day on the other: convert one of them",
            0,
        ),
        (
            "limit + days > 1",
            "the sum has mm on one side and day on the other: convert one of them",
            0,
        ),
        (
            "max(N1) > 1",
            "an aggregate needs `over` a window here, such as count(*) over all_of_subject",
            0,
        ),
        ("max(N1) over earlier > 1", 'there is no window "earlier"', 0),
        ("T1 in ()", "a list of values in brackets was expected after `in`", 0),
        ("T1 in T2", "a list of values in brackets was expected after `in`", 0),
        ("B1 is true", "only `is null` and `is not null` are in the language", 0),
        ("case T1 when 'a' then 1 end", "write `case when condition then value`", 5),
        (
            "case when B1 then 1 else 'a' end",
            "case needs values of one kind, and has number and text",
            10,
        ),
        ("case when T1 then 1 end", '"when" joins conditions, and this is a text', 10),
        (
            "months_between(D1, D2) + 1 > 2",
            "months_between is compared with a number as it stands; move the arithmetic to the "
            "other side",
            0,
        ),
        ("months_between(D1, D2, 0) > 2", "the days of a month must be a number above 0", 0),
        (
            "round_half_up(N1, 7)",
            "the decimals of round_half_up must be a plain number from 0 to 6",
            0,
        ),
        (
            "round_half_up(N1, I1)",
            "the decimals of round_half_up must be a plain number from 0 to 6",
            0,
        ),
        (
            "N1 * N1 * N1 > 1",
            "the product would need 54 digits and 38 are exact: name a part as a column and round "
            "it with round_half_up(x, 6)",
            0,
        ),
        ("B1 and ratio(N1, N2, 1) > 2", SHOWN, 7),
        ("coalesce(ratio(N1, N2, 1), 0) <= 2", SHOWN, 0),
        ("ratio(N1, N2, 1) * 2", SHOWN, 0),
        ("coalesce(null, null)", "at least one value that is not null was expected", 0),
        (
            "best(T1, T2)",
            "best and worst need one ranked code list (`codes` with `best_first`) that holds every "
            "value; 0 fit",
            0,
        ),
        ("best(N1, N2)", "best and worst rank the codes of a list, and this is a number", 0),
        ("planned_between(scans, D1, D2)", 'there is no schedule "scans"', 0),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence_and_its_place(
    bench: Any, formula: str, sentence: str, offset: int
) -> None:
    relation = bench.fill("T", KINDS, [])
    bench.limits(**SCOPE_LIMITS)
    with pytest.raises(FormulaError) as caught:
        translate(formula, Scope(columns=relation.columns, parameters=bench.parameters))
    assert (str(caught.value), caught.value.offset) == (sentence, offset)


def test_a_condition_has_a_truth_value(bench: Any) -> None:
    relation = bench.fill("T", KINDS, [])
    with pytest.raises(FormulaError, match="a condition that is true or false was expected"):
        translate_condition("N1 + 1", Scope(columns=relation.columns))
