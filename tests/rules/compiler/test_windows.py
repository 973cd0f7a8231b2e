"""Windows and unbroken runs, against loops in Python."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError

SEED = 7
WORDS = [
    "earlier",
    "so far",
    "later",
    "all",
    "the one before",
    "the one after",
    "in the next 28 days",
    "in the last 28 days",
]


def visits(subjects: int = 12) -> list[list[str]]:
    """Return random courses; some days twice, some values missing."""
    chosen = random.Random(SEED)
    rows = []
    for subject in range(subjects):
        for _ in range(chosen.randint(1, 7)):
            day = date(2024, 1, 1) + timedelta(chosen.choice([0, 1, 14, 28, 29, 42, 56, 57]))
            value = chosen.choice([".", "1", "2.5", "-3"])
            rows.append(
                [f"S{subject}", day.isoformat(), value, chosen.choice(["true", "false", "."])]
            )
    chosen.shuffle(rows)
    return rows


def seen(word: str, own: int, rows: list[list[str]]) -> list[list[str]]:
    """Return the rows of the same subject that a row sees: by day, then by place in the file."""
    mine = [n for n, row in enumerate(rows) if row[0] == rows[own][0]]
    mine.sort(key=lambda n: (rows[n][1], n))
    place = mine.index(own)

    def days(n: int) -> int:
        return (date.fromisoformat(rows[n][1]) - date.fromisoformat(rows[own][1])).days

    listed = {
        "earlier": mine[:place],
        "so far": mine[: place + 1],
        "later": mine[place + 1 :],
        "all": mine,
        "the one before": mine[max(place - 1, 0) : place],
        "the one after": mine[place + 1 : place + 2],
        "in the next 28 days": [n for n in mine if 1 <= days(n) <= 28],
        "in the last 28 days": [n for n in mine if -28 <= days(n) <= -1],
    }[word]
    return [rows[n] for n in listed]


def truth_of(rows: list[list[str]], any_row: bool) -> str | None:
    values = [row[3] for row in rows]
    decided = "true" if any_row else "false"
    if decided in values:
        return decided
    return None if "." in values or not values else ("false" if any_row else "true")


def plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@pytest.mark.parametrize("word", WORDS)
def test_every_window_word_sees_the_rows_that_a_loop_sees(bench: Any, word: str) -> None:
    rows = visits()
    bench.fill("S", {"U": "text", "D": "date", "N": "number", "B": "boolean"}, rows, key="U D")
    found = bench.derive(
        "T",
        f"""
        one_row_per: [U, D]
        from: S
        windows:
          w: {{per: [U], order: [D], rows: {word}}}
        columns:
          ROWS: {{value: count(*) over w}}
          FILLED: {{value: count(N) over w}}
          SUM: {{value: sum(N) over w}}
          LOW: {{value: min(N) filter (where N > 1) over w}}
          LATEST: {{value: max(D) over w}}
          ANY: {{value: bool_or(B) over w}}
          ALL: {{value: bool_and(B) over w}}
        """,
        "U D N B ROWS FILLED SUM LOW LATEST ANY ALL",
    )
    expected = []
    for own, row in enumerate(rows):
        there = seen(word, own, rows)
        numbers = [Decimal(other[2]) for other in there if other[2] != "."]
        above = [number for number in numbers if number > 1]
        expected.append(
            (
                *(None if cell == "." else cell for cell in row),
                str(len(there)),
                str(len(numbers)),
                plain(sum(numbers, Decimal())) if numbers else None,
                plain(min(above)) if above else None,
                max((other[1] for other in there), default=None),
                truth_of(there, any_row=True),
                truth_of(there, any_row=False),
            )
        )
    assert sorted(map(str, found)) == sorted(map(str, expected))


RUN = """
    U | D:date     | R
    a | 2024-01-01 | SD
    a | 2024-02-01 | PD
    a | 2024-03-01 | PD
    a | 2024-04-01 | SD
    a | 2024-05-01 | PD
    b | 2024-01-01 | PD
"""


def test_a_run_is_an_unbroken_block_and_first_over_it_its_beginning(bench: Any) -> None:
    bench.given("S", RUN, key="U D")
    found = bench.derive(
        "T",
        """
        one_row_per: [U, D]
        from: S
        runs:
          block: {per: [U], order: [D], of: pending}
        columns:
          pending: {value: R = 'PD'}
          BEGIN: {value: first(D) over block}
          END: {value: max(D) over block}
          ROWS: {value: count(*) over block}
        """,
        "U D BEGIN END ROWS",
    )
    assert found == [
        ("a", "2024-01-01", "2024-01-01", "2024-01-01", "1"),
        ("a", "2024-02-01", "2024-02-01", "2024-03-01", "2"),
        ("a", "2024-03-01", "2024-02-01", "2024-03-01", "2"),
        ("a", "2024-04-01", "2024-04-01", "2024-04-01", "1"),
        ("a", "2024-05-01", "2024-05-01", "2024-05-01", "1"),
        ("b", "2024-01-01", "2024-01-01", "2024-01-01", "1"),
    ]


IMMUNE = """
    one_row_per: [U, D]
    from: S
    where: OVRLRESP <> 'NE'
    windows:
      previous: {per: [U], order: [D], rows: the one before}
    runs:
      block: {per: [U], order: [D], of: unconfirmed}
    columns:
      unconfirmed: {value: OVRLRESP = 'PD'}
      confirmed:
        value: unconfirmed and previous.unconfirmed and measured - previous.measured >= further
      IRESP:
        first_true:
          - iCPD: confirmed
          - iUPD: unconfirmed
          - iCR: OVRLRESP = 'CR'
          - iPR: OVRLRESP = 'PR'
          - iSD: otherwise
      PDDT: {value: first(D) over block}
"""


def test_immune_responses_confirm_progression_by_further_growth(bench: Any) -> None:
    bench.given(
        "S",
        """
        U | D:date     | OVRLRESP | measured:number
        a | 2024-01-01 | SD       | 50
        a | 2024-02-01 | PD       | 62
        a | 2024-02-15 | NE       | .
        a | 2024-03-01 | PD       | 66.9
        a | 2024-04-01 | PD       | 71.9
        a | 2024-05-01 | SD       | 60
        a | 2024-06-01 | PD       | 80
        """,
        key="U D",
    )
    bench.limits(further="5 mm")
    assert bench.derive("T", IMMUNE, "D IRESP PDDT") == [
        ("2024-01-01", "iSD", "2024-01-01"),
        ("2024-02-01", "iUPD", "2024-02-01"),
        ("2024-03-01", "iUPD", "2024-02-01"),
        ("2024-04-01", "iCPD", "2024-02-01"),
        ("2024-05-01", "iSD", "2024-05-01"),
        ("2024-06-01", "iUPD", "2024-06-01"),
    ]


PARTIAL = """
    U | D:date     | N:integer
    a | 2024-01    | 1
    a | 2024-01-15 | 2
    b | 2024-01-01 | 3
    b | 2024-01-02 | 4
"""


@pytest.mark.parametrize(
    ("missing_day", "counted"),
    [
        ("", [None, None, "0", "1"]),
        (", missing_day: not evaluable", [None, None, "0", "1"]),
        (", missing_day: first", ["0", "1", "0", "1"]),
        (", missing_day: last", ["1", "0", "0", "1"]),
    ],
)
def test_a_partial_date_in_the_order_is_in_doubt_unless_its_day_is_agreed(
    bench: Any, missing_day: str, counted: list[str | None]
) -> None:
    bench.given("S", PARTIAL, key="U N")
    found = bench.derive(
        "T",
        f"""
        one_row_per: [U, N]
        from: S
        windows:
          w: {{per: [U], order: [D], rows: earlier{missing_day}}}
        columns:
          C: {{value: count(*) over w}}
        """,
        "N C",
    )
    assert [count for _, count in found] == counted


def test_a_column_set_by_lines_may_order_a_window(bench: Any) -> None:
    bench.given("S", RUN, key="U D")
    found = bench.derive(
        "T",
        """
        one_row_per: [U, D]
        from: S
        windows:
          w: {per: [U], order: [ADT], rows: earlier}
        columns:
          C: {value: count(*) over w}
        decide:
          sets: [ADT]
          lines:
            - {when: otherwise, ADT: D}
        """,
        "U D C",
    )
    assert [count for _, _, count in found] == ["0", "1", "2", "3", "4", "0"]


@pytest.mark.parametrize(
    ("window", "formula", "sentence"),
    [
        (
            "{per: [X], order: [D], rows: earlier}",
            "count(*) over w",
            '"X" is no column and no parameter here',
        ),
        (
            "{per: [U], order: [E], rows: earlier}",
            "count(*) over w",
            '"E" is no column and no parameter here',
        ),
        (
            "{per: [U], order: [R], rows: in the next 3 days}",
            "count(*) over w",
            "a window of days is ordered by one date",
        ),
        (
            "{per: [U], order: [D], rows: in the next 0 days}",
            "count(*) over w",
            "a window of days needs a whole number of days above 0",
        ),
        (
            "{per: [U], order: [worst R], rows: earlier}",
            "count(*) over w",
            "best and worst need one ranked code list (`codes` with `best_first`) that holds every "
            "value; 0 fit",
        ),
        (
            "{per: [U], order: [best D], rows: earlier}",
            "count(*) over w",
            "best and worst rank the codes of a list, and this is a date",
        ),
        (
            "{per: [U], rows: all}",
            "first(R) over w",
            "first needs a window with an order; min and max do not",
        ),
        (
            "{per: [U], rows: all}",
            "w.R = 'PD'",
            '"w" holds several rows: use an aggregate, such as max(R) over w',
        ),
    ],
)
def test_a_window_that_does_not_fit_is_refused(
    bench: Any, window: str, formula: str, sentence: str
) -> None:
    bench.given("S", RUN, key="U D")
    entry = f"""
        one_row_per: [U, D]
        from: S
        windows:
          w: {window}
        columns:
          C:
            value: {formula}
        """
    with pytest.raises(FormulaError) as caught:
        bench.derive("T", entry)
    assert str(caught.value) == sentence
