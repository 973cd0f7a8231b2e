"""The solver's reading of a formula against the independent evaluator."""

from datetime import date
from decimal import Decimal
from itertools import product
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.rules.health.encoder import Encoder
from oncorules.rules.health.kinds import Known
from oncorules.rules.health.search import Search
from oncorules.rules.health.space import Space
from oncorules.rules.language.formula import parsed

KINDS = {"I": "integer", "J": "integer", "T": "text", "U": "text", "B": "boolean", "D": "date",
         "E": "date"}  # fmt: skip
CELLS: dict[str, list[str | None]] = {
    "integer": [None, "-3", "-2", "-1", "0", "1", "2", "3", "4", "5"],
    "text": [None, "a", "b", "c", "d"],
    "boolean": [None, "true", "false"],
    "date": [None, "2014", "2014-02", "2014-02-01", "2014-02-02", "2014-02-28", "2014-03-01"],
}
SPACE = Space(lambda _, name: Known(KINDS[name]), lambda name: Known(KINDS[name]))


def columns(kind: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([name for name, own in KINDS.items() if own == kind]).map(
        lambda name: ("column", name)
    )


def calls(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(name), *parts)


WHOLE = st.integers(0, 2).map(lambda number: ("number", Decimal(number)))
CODES = st.sampled_from(["a", "b"]).map(lambda text: ("text", text))
ORDERS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def compared(sides: st.SearchStrategy[Any], signs: st.SearchStrategy[str]) -> Any:
    return st.tuples(signs, sides, sides)


def conditions(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            calls("and", inner, inner),
            calls("or", inner, inner),
            calls("not", inner),
            calls("coalesce", inner, st.just(("truth", False))),
        ),
        max_leaves=5,
    )


PLAIN = conditions(
    st.one_of(
        compared(columns("integer") | WHOLE, ORDERS),
        compared(columns("text") | CODES, st.sampled_from(["=", "<>"])),
        calls("in", columns("text"), CODES, CODES),
        calls("between", columns("integer"), WHOLE, WHOLE),
        calls("is null", columns("integer") | columns("text")),
        columns("boolean"),
    )
)
"""Conditions for which a few values of each column stand for all of them."""

NUMBERS = st.recursive(
    columns("integer") | WHOLE,
    lambda inner: st.one_of(
        calls("+", inner, inner),
        calls("-", inner, inner),
        calls("*", WHOLE, inner),
        calls("least", inner, inner),
        calls("greatest", inner, inner),
        calls("coalesce", inner, WHOLE),
        calls("abs", inner),
        calls("negative", inner),
        calls("days_between", columns("date"), columns("date")),
        calls("study_day", columns("date"), columns("date")),
    ),
    max_leaves=4,
)
DAYS = st.one_of(
    columns("date"),
    calls("add_days", columns("date"), WHOLE),
    calls("earliest", columns("date"), columns("date")),
    calls("latest", columns("date"), columns("date")),
    st.sampled_from(["2014-02-01", "2014-02"]).map(lambda text: ("date", text)),
)
ALL = conditions(
    st.one_of(
        compared(NUMBERS, ORDERS),
        st.tuples(ORDERS, columns("date"), DAYS),
        calls("day_is_known", columns("date")),
        calls("months_at_least", columns("date"), columns("date"), WHOLE),
        calls("is null", DAYS),
        columns("boolean"),
    )
)
"""Conditions with all that the solver follows."""


def is_row(search: Search, row: dict[str, Any]) -> list[Any]:
    """Return that the columns hold the values of a row."""
    formulas = search.formulas(SPACE)
    told = []
    for name, value in row.items():
        term = formulas.term(parsed(name))
        told.append(term.null == (value is None))
        if value is None:
            continue
        if isinstance(value, tuple):
            ends = [end.toordinal() if isinstance(end, date) else int(end) for end in value]
            told += [term.low == ends[0], term.high == ends[1]]
        elif isinstance(value, str):
            told.append(term.low == search.encoder.text(value).low)
        else:
            told.append(term.low == value)
    return told


def read(evaluator: ModuleType, row: dict[str, str | None]) -> dict[str, Any]:
    return {name: evaluator.read(KINDS[name], cell) for name, cell in row.items()}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_condition_of_one_row_has_the_answer_that_the_evaluator_gives(evaluator, data) -> None:
    formula = data.draw(ALL)
    row = read(evaluator, {n: data.draw(st.sampled_from(CELLS[k])) for n, k in KINDS.items()})
    search = Search(Encoder())
    truth = search.formulas(SPACE).condition(evaluator.write(formula))
    told = is_row(search, row)
    answer = evaluator.evaluate(formula, row)
    found = {
        True: truth.true, False: truth.false, None: truth.unknown
    }  # fmt: skip
    assert [word for word, tree in found.items() if search.possible(*told, tree)] == [answer]


@given(PLAIN)
@settings(max_examples=150, deadline=None)
def test_what_no_row_of_all_can_be_is_what_the_solver_excludes(evaluator, formula) -> None:
    text = evaluator.write(formula)
    search = Search(Encoder())
    truth = search.formulas(SPACE).condition(text)
    names = sorted({node.name for node in parsed(text).find_all(type(parsed("I")))})
    rows = (
        read(evaluator, dict(zip(names, cells, strict=True)))
        for cells in product(*(CELLS[KINDS[name]] for name in names))
    )
    answers = {evaluator.evaluate(formula, row) for row in rows}
    assert search.excluded(truth.true) == (True not in answers)
    assert search.excluded(truth.false) == (False not in answers)
    assert search.excluded(truth.unknown) == (None not in answers)


def test_a_call_that_the_solver_cannot_follow_is_one_unknown_value_for_all_places() -> None:
    search = Search(Encoder())
    formulas = search.formulas(SPACE)
    same = formulas.condition("upper(T) = 'X' and upper(T) = 'Y'")
    other = formulas.condition("upper(T) = 'X' and upper(U) = 'Y'")
    assert search.excluded(same.true) and search.possible(other.true)
    assert search.encoder.blurred


def test_a_call_on_nothing_is_missing() -> None:
    search = Search(Encoder())
    asked = search.formulas(SPACE).condition("T is null and starts_with(T, 'A')")
    assert search.excluded(asked.true) and search.possible(asked.unknown)


def test_a_count_is_never_missing_and_never_below_zero() -> None:
    search = Search(Encoder())
    asked = search.formulas(SPACE).condition("count(*) over all_of_subject >= 0")
    assert search.excluded(asked.false) and search.excluded(asked.unknown)
    one = search.formulas(SPACE).condition("count(*) over all_of_subject >= 1")
    assert search.possible(one.false)
