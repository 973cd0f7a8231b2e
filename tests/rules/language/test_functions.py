from itertools import product
from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.functions import all_functions
from oncorules.rules.language.scope import Schedule, Scope
from oncorules.rules.language.translate import translate
from oncorules.rules.language.values import constant

LISTED = ", ".join(all_functions())
GRID = """
    ID | N:number | I:integer | D:date     | E:date     | T
    a  | 1.5      | 2         | 2014-02    | 2014-03-01 | CR
    b  | .        | .         | .          | 2014-03-01 | .
"""


@pytest.mark.parametrize(
    ("formula", "answers"),
    [
        ("days_between(D, null) > 1", [None, None]),
        ("coalesce(null, T)", ["CR", None]),
        ("least(N, I, null)", ["1.5", None]),
        ("coalesce(N, I)", ["1.5", None]),
        ("earliest(D, null)", ["2014-02", None]),
        ("add_days(E, I)", ["2014-03-03", None]),
        ("add_days(D, null)", [None, None]),
        ("round_half_up(null, 1)", [None, None]),
        ("abs(null)", [None, None]),
        ("upper(null)", [None, None]),
        ("concat(T, null)", [None, None]),
        ("contains(T, null)", [None, None]),
        ("study_day(null, D)", [None, None]),
        ("UPPER(T)", ["CR", None]),
    ],
)
def test_missing_arguments_are_allowed_anywhere(
    bench: Any, formula: str, answers: list[str | None]
) -> None:
    bench.given("T", GRID)
    assert [answer for (answer,) in bench.values("T", formula)] == answers


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("days_between(D)", "days_between takes date date as arguments"),
        ("days_between(D, E, D)", "days_between takes date date as arguments"),
        ("months_between(D)", "months_between takes date date number (optional) as arguments"),
        ("coalesce(N)", "coalesce takes any any ... as arguments"),
        ("days_between(T, E)", "argument 1 of days_between must be a date, and it is a text"),
        ("least(N, T)", "argument 2 of least must be a number, and it is a text"),
        ("coalesce(N, T)", "coalesce needs values of one kind, and has number and text"),
        (
            "least(months_between(D, E), 2)",
            "least cannot hold months_between; compare it directly",
        ),
        ("eearliest(D, E)", '"eearliest" is no function of the language; did you mean "earliest"?'),
        ("before(T, T)", "argument 2 of before must be one character in quotes"),
        ("occurrences(T, '//')", "argument 2 of occurrences must be one character in quotes"),
        ("now()", f'"now" is no function of the language; there are {LISTED}'),
        ("read_csv('x')", f'"read_csv" is no function of the language; there are {LISTED}'),
        ("sums(N)", '"sums" is no function of the language; did you mean "sum"?'),
        (
            "coalesce(I * I, N * N)",
            "coalesce would need 48 digits and 38 are exact: name a part as a column and round it "
            "with round_half_up(x, 6)",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_refused(bench: Any, formula: str, sentence: str) -> None:
    relation = bench.given("T", GRID)
    with pytest.raises(FormulaError) as caught:
        translate(formula, Scope(columns=relation.columns))
    assert str(caught.value) == sentence


def test_the_unit_of_a_choice_is_that_of_its_values() -> None:
    limits = {"a": constant(1, unit="mm"), "b": constant(2, unit="day")}
    assert translate("least(a, 5)", Scope(parameters=limits)).unit == "mm"
    with pytest.raises(FormulaError, match="least has mm on one side and day on the other"):
        translate("least(a, b)", Scope(parameters=limits))


@pytest.mark.parametrize(
    ("at", "then_every", "tolerance"),
    [((42, 91, 182), 182, 14), ((42,), None, 7), ((), 56, 0), ((56,), 56, 7), ((7, 21), 30, 3)],
)
def test_planned_assessments_are_counted_as_by_hand(
    bench: Any, at: tuple[int, ...], then_every: int | None, tolerance: int
) -> None:
    """Source: ours; p counts when p - tolerance > a and p + tolerance < b."""
    days = [-3, 0, 1, 27, 28, 41, 42, 49, 56, 57, 77, 91, 105, 168, 182, 196, 350, 364, 700]
    bench.fill(
        "T",
        {"S": "date", "A": "date", "B": "date"},
        [[day(0), day(first), day(second)] for first, second in product(days, days)],
    )
    bench.schedules["scans"] = Schedule("S", at, then_every, tolerance)
    last = at[-1] if at else 0
    planned = [*at, *(range(last + then_every, 2000, then_every) if then_every else ())]
    assert [int(answer) for (answer,) in bench.values("T", "planned_between(scans, A, B)")] == [
        sum(a < p - tolerance and p + tolerance < b for p in planned)
        for a, b in product(days, days)
    ]


def day(number: int) -> str:
    from datetime import date, timedelta

    return (date(2024, 1, 1) + timedelta(number)).isoformat()
