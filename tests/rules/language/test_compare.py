from decimal import Decimal
from typing import Any

import pytest
from sqlglot import exp

from oncorules.rules.language.compare import compare, matched
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate
from oncorules.rules.language.values import MEASURE, Value, constant, integer, text

DAYS = ["2014-02-01", "2014-02-15", "2014-02-28", "2014-02", "2014-03", "2014", "2013", "."]


def test_two_texts_are_compared_as_they_are() -> None:
    truth = compare(exp.EQ, text(exp.column("a")), constant("CR"))
    assert truth.first.sql() == "a = 'CR'"


def test_a_comparison_inside_a_comparison_stands_in_brackets() -> None:
    less = compare(exp.LT, integer(exp.column("a")), constant(1))
    assert compare(exp.EQ, less, constant(True)).first.sql() == "(a < 1) = TRUE"


def test_numbers_are_brought_to_the_same_digits_and_no_further() -> None:
    number = Value("number", exp.column("a"), digits=MEASURE)
    truth = compare(exp.LTE, number, constant(Decimal("0.7")))
    assert truth.first.sql() == "a <= CAST(0.7 AS DECIMAL(18, 6))"
    assert compare(exp.EQ, number, number).first.sql() == "a = a"


@pytest.mark.parametrize("operator", ["=", "<>", "<", "<=", ">", ">="])
def test_partial_dates_are_decided_exactly_when_all_their_days_agree(
    bench: Any, evaluator: Any, operator: str
) -> None:
    pairs = [[first, second] for first in DAYS for second in DAYS]
    bench.fill("T", {"D": "date", "E": "date"}, pairs)
    found = [answer for (answer,) in bench.values("T", f"D {operator} E")]
    cells = [[evaluator.read("date", None if d == "." else d) for d in pair] for pair in pairs]
    assert found == [evaluator.show(evaluator.OPERATORS[operator](*pair)) for pair in cells]


def test_a_code_that_the_column_cannot_have_is_refused_with_the_nearest() -> None:
    column = text(exp.column("NEWLESN"), frozenset(["CR", "PR", "NON-CR/NON-PD"]))
    for left, right in ((column, constant("NON-CR/NON-PR")), (constant("NON-CR/NON-PR"), column)):
        with pytest.raises(FormulaError) as caught:
            matched(left, right)
        assert str(caught.value) == (
            '"NON-CR/NON-PR" is not one of its codes (CR, NON-CR/NON-PD, PR); did you mean '
            '"NON-CR/NON-PD"?'
        )


def test_a_code_of_a_list_is_looked_at_in_every_place(bench: Any) -> None:
    column = text(exp.column("A"), frozenset(["CR", "PR"]))
    for formula in ("A = 'XX'", "A <> 'XX'", "A in ('CR', 'XX')", "'XX' = A"):
        with pytest.raises(FormulaError, match='"XX" is not one of its codes'):
            translate(formula, Scope(columns={"A": column}))


def test_months_are_compared_as_exact_days() -> None:
    days = Value("integer", exp.column("d"), unit="month", months=Decimal("30.4375"))
    tree = compare(exp.GTE, days, constant(Decimal("18.0"), unit="month")).first.sql()
    assert "/" not in tree
    assert "30.4375" in tree
    assert compare(exp.LT, days, days).first.sql() == "d < d"


def test_months_of_two_lengths_do_not_meet() -> None:
    short = Value("integer", exp.column("d"), unit="month", months=Decimal(28))
    long = Value("integer", exp.column("e"), unit="month", months=Decimal(30))
    with pytest.raises(FormulaError, match="the two sides count months of different length"):
        compare(exp.EQ, short, long)


def test_a_wrong_unit_is_refused() -> None:
    with pytest.raises(
        FormulaError, match="the comparison has mm on one side and day on the other"
    ):
        compare(exp.LT, constant(1, unit="mm"), constant(1, unit="day"))
