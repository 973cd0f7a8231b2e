from typing import Any

import pytest
from sqlglot import exp

from oncorules.rules.language.date_texts import as_date
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate
from oncorules.rules.language.values import constant, integer, text

GRID = """
    ID | D:date     | E:date     | T          | N:integer
    a  | 2014-02-01 | 2014-03-01 | 2014-02-01 | 1
    b  | 2014-02    | .          | CR         | 2
    c  | .          | 2016-01-01 | .          | 3
"""


def test_a_constant_text_is_the_date_that_it_says() -> None:
    found = as_date(constant("2014-02"))
    assert found.kind == "date"
    assert [end.sql() for end in found.ends] == [
        "CAST('2014-02-01' AS DATE)",
        "CAST('2014-02-28' AS DATE)",
    ]
    assert found.literal == "2014-02"


def test_a_text_column_a_number_and_a_date_stay_what_they_are() -> None:
    column, number = text(exp.column("T")), integer(exp.column("N"))
    assert as_date(column) is column
    assert as_date(number) is number
    date = as_date(constant("2014"))
    assert as_date(date) is date


@pytest.mark.parametrize("said", ["May 2024", "2024-02-30", "CR", "01/02/2024", ""])
def test_a_text_that_is_no_date_is_refused_where_a_date_is_expected(said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        as_date(constant(said))
    assert str(caught.value) == f'"{said}" is not a date such as 2024-06-30, 2024-06 or 2024'


@pytest.mark.parametrize(
    ("formula", "answers"),
    [
        ("D <= cutoff", ["TRUE", "TRUE", None]),
        ("cutoff >= D", ["TRUE", "TRUE", None]),
        ("E > '2015-12-31'", ["FALSE", None, "TRUE"]),
        ("E >= '2014'", [None, None, "TRUE"]),  # it may be a later day of 2014
        ("E between '2014-03-01' and cutoff", ["TRUE", None, "FALSE"]),
        ("E in ('2014-03-01', cutoff)", ["TRUE", None, "FALSE"]),
        ("earliest(E, cutoff)", ["2014-03-01", "2015-01-01", "2015-01-01"]),
        ("latest(cutoff, E)", ["2015-01-01", "2015-01-01", "2016-01-01"]),
        ("coalesce(D, cutoff)", ["2014-02-01", "2014-02", "2015-01-01"]),
        ("coalesce(E, '2013')", ["2014-03-01", "2013", "2016-01-01"]),
        ("case when N = 1 then D else cutoff end", ["2014-02-01", "2015-01-01", "2015-01-01"]),
        ("days_between(E, cutoff)", ["306", None, "-365"]),
        ("days_between('2014-12-31', cutoff)", ["1", "1", "1"]),
        ("add_days(cutoff, N)", ["2015-01-02", "2015-01-03", "2015-01-04"]),
        ("study_day(E, '2014-03-01')", ["1", None, "672"]),
        ("day_is_known('2014-02')", ["FALSE", "FALSE", "FALSE"]),
        ("months_between('2014-03-01', E, 30) >= 1", ["FALSE", None, "TRUE"]),
    ],
)
def test_a_text_beside_a_date_is_a_date_in_functions_too(
    bench: Any, formula: str, answers: list[str | None]
) -> None:
    bench.given("T", GRID)
    bench.parameters["cutoff"] = constant("2015-01-01")
    found = [answer for (answer,) in bench.values("T", formula)]
    assert [None if one is None else str(one).upper() for one in found] == answers


def test_a_text_among_texts_stays_a_text(bench: Any) -> None:
    bench.given("T", GRID)
    formulas = ["T = '2014-02-01'", "coalesce(T, '2014')", "concat(D, ' to ', E)"]
    found = list(zip(*bench.values("T", *formulas), strict=True))
    assert [None if one is None else str(one).upper() for one in found[0]] == [
        "TRUE",
        "FALSE",
        None,
    ]
    assert list(found[1]) == ["2014-02-01", "CR", "2014"]
    assert found[2][0] == "2014-02-01 to 2014-03-01"


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("earliest(D, 'never')", '"never" is not a date such as 2024-06-30, 2024-06 or 2024'),
        ("coalesce(D, 'CR')", '"CR" is not a date such as 2024-06-30, 2024-06 or 2024'),
        ("coalesce(D, T)", "coalesce needs values of one kind, and has date and text"),
        ("earliest(D, T)", "argument 2 of earliest must be a date, and it is a text"),
        ("days_between(D, 5)", "argument 2 of days_between must be a date, and it is"),
    ],
)
def test_what_is_no_date_beside_a_date_is_refused_with_its_text(
    bench: Any, formula: str, sentence: str
) -> None:
    bench.given("T", GRID)
    with pytest.raises(FormulaError) as caught:
        translate(formula, Scope(columns=bench.relations["T"].columns))
    assert str(caught.value).startswith(sentence)
