from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Frame, Scope
from oncorules.rules.language.translate import translate

GRID = """
    ID | N:number | D:date  | T  | B:boolean
    a  | 1.5      | 2014-02 | CR | true
"""


@pytest.mark.parametrize(
    ("formula", "sentence", "offset"),
    [
        (
            "max(N) > 1",
            "an aggregate needs `over` a window here, such as count(*) over all_of_subject",
            0,
        ),
        ("N > max(N) over rows", 'there is no window "rows"; did you mean "row"?', 4),
        (
            "upper(T) over row = 'A'",
            "only an aggregate (count, sum, min, max, bool_or, bool_and, first, last, best, worst) "
            "runs over rows",
            0,
        ),
        ("sum(T) over row", "sum needs numbers", 0),
        ("sum(*) over row", "only count takes *", 0),
        ("sum(N, N) over row", "sum takes one argument", 0),
        ("count() over row", "count takes one argument", 0),
        ("bool_or(N) over row", "bool_or needs conditions, and this is a number", 0),
        ("max(B) over row", "max needs numbers, dates or texts; use bool_or or bool_and", 0),
        ("max(N) filter (where T) over row", "a condition was expected after `where`", 21),
        (
            "sum(N * N) over row",
            "a sum keeps 6 decimals, and these have 12: name the product as a column and round it "
            "with round_half_up(x, 6)",
            0,
        ),
        ("first(N) over row", "first needs a window with an order; min and max do not", 0),
        ("row.N > 1", '"row" holds several rows: use an aggregate, such as max(N) over row', 0),
    ],
)
def test_what_cannot_run_over_rows_is_refused(
    bench: Any, formula: str, sentence: str, offset: int
) -> None:
    scope = Scope(columns=bench.given("T", GRID).columns, frames={"row": Frame((), (), "all")})
    with pytest.raises(FormulaError) as caught:
        translate(formula, scope)
    assert (str(caught.value), caught.value.offset) == (sentence, offset)


def test_first_of_a_group_without_order_is_refused(bench: Any) -> None:
    scope = Scope(columns=bench.given("T", GRID).columns, group=Frame((), (), "all"))
    with pytest.raises(FormulaError, match="last needs a window with an order"):
        translate("last(N)", scope)


def test_first_with_a_filter_is_refused_because_engines_have_none(bench: Any) -> None:
    columns = bench.given("T", GRID).columns
    frame = Frame((), (columns["N"].first,), "so far")
    with pytest.raises(FormulaError) as caught:
        translate("first(N) filter (where B) over w", Scope(columns=columns, frames={"w": frame}))
    assert str(caught.value) == "first takes no filter: look the row up (`lookups`, `take: first`)"
