"""Formulas against the independent evaluator, and the types and units that are refused."""

from __future__ import annotations

import random
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from oncorules.rules.formula import FormulaError
from oncorules.rules.scope import Scope
from oncorules.rules.translate import translate, translate_condition

KINDS = {
    **dict.fromkeys(("N1", "N2"), "number"),
    **dict.fromkeys(("I1", "I2"), "integer"),
    **dict.fromkeys(("D1", "D2"), "date"),
    **dict.fromkeys(("T1", "T2"), "text"),
    **dict.fromkeys(("B1", "B2"), "boolean"),
}
CELLS: dict[str, list[str | None]] = {
    "number": [
        None, "0", "0.1", "0.2", "0.3", "-0.000001", "63", "90", "100.5", "2.5", "-2.5", "0.125",
        "123456789.5", "20.5", "999999999999.999999", "-999999999999.999999",
    ],
    "integer": [None, "0", "1", "-1", "2", "90", "999999999999999999", "-999999999999999999"],
    "date": [
        None, "2014", "2014-02", "2014-02-01", "2014-02-28", "2014-02-15", "2014-03", "2016-02-29",
        "2015", "2013-12-31", "1999-12",
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
    small = st.integers(-400, 400).map(lambda days: ("number", Decimal(days)) if days >= 0 else (
        "negative", ("number", Decimal(-days))))
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
    max_examples=700,
    derandomize=False,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@FAST
@given(formula=truths(4))
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


@FAST
@given(formula=dates(3) | texts(3))
def test_dates_and_texts_answer_like_the_evaluator(
    evaluator: ModuleType, table: Any, formula: Any
) -> None:
    assert differences(evaluator, table, formula) == []
