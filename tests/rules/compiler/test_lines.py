"""The first line that is true decides; decision tables are total."""

from typing import Any

import pytest
from sqlglot import exp

from oncorules.rules.compiler.relation import column
from oncorules.rules.language.formula import FormulaError

GRID = """
    ID | A:integer | B:integer | T
    a  | 5         | 5         | CR
    b  | 1         | 5         | PR
    c  | 1         | 1         | .
    d  | .         | 5         | CR
    e  | 1         | .         | XX
"""


def derived(bench: Any, lines: str, show: str = "X") -> list[Any]:
    bench.given("S", GRID)
    entry = "one_row_per: [ID]\nfrom: S\ncolumns:\n  X:\n" + "\n".join(
        "    " + line for line in lines.strip().splitlines()
    )
    rows = bench.derive("T", entry, show)
    return [row[0] for row in rows] if len(show.split()) == 1 else rows


LINES = """
first_true:
  - HIGH: A > 4
  - OTHER: B > 4
    id: other
  - LOW: otherwise
"""


def test_an_unknown_line_stops_the_reading(bench: Any) -> None:
    assert derived(bench, LINES) == ["HIGH", "OTHER", "LOW", None, None]


def test_the_line_that_decided_is_kept_and_the_one_that_stopped_is_negative(bench: Any) -> None:
    derived(bench, LINES)
    query = exp.select(column("X#line")).from_(bench.relations["T"].table).order_by(column("ID"))
    found = bench.engine.run(query).fetchall()
    assert [line for (line,) in found] == [1, 2, 3, -1, -2]


def test_if_unknown_says_what_stands_when_a_line_stops_the_reading(bench: Any) -> None:
    assert derived(bench, LINES + "if_unknown: NE") == ["HIGH", "OTHER", "LOW", "NE", "NE"]


def test_without_a_true_line_the_column_is_missing_even_with_if_unknown(bench: Any) -> None:
    lines = "first_true:\n  - HIGH: A > 4\nif_unknown: NE"
    assert derived(bench, lines) == ["HIGH", None, None, "NE", None]


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ("NON-CR/NON-PD", "NON-CR/NON-PD"),  # a code
        ("T", "CR"),  # a column
        ("least(A, 2)", "2"),  # a formula
        ("7", "7"),
        ("-1.5", "-1.5"),
        ("\"'T'\"", "T"),  # a text that is the name of a column
        ("true", "true"),
        ("LAST ASSESSMENT BEFORE NEW THERAPY", "LAST ASSESSMENT BEFORE NEW THERAPY"),
    ],
)
def test_a_result_is_a_code_a_column_or_a_formula(bench: Any, result: str, shown: str) -> None:
    assert derived(bench, f"first_true:\n  - {result}: otherwise")[0] == shown


def test_true_and_false_are_truth_values_and_not_texts(bench: Any) -> None:
    derived(bench, "first_true:\n  - true: A > 4\n  - false: otherwise")
    assert bench.relations["T"].columns["X"].kind == "boolean"


def test_null_is_a_result_but_not_the_only_one(bench: Any) -> None:
    lines = "first_true:\n  - null: A > 4\n  - LOW: otherwise"
    assert derived(bench, lines) == [None, "LOW", "LOW", None, "LOW"]
    with pytest.raises(FormulaError, match="X is never anything but null"):
        derived(bench, "first_true:\n  - null: otherwise")


def test_results_of_different_kinds_are_refused(bench: Any) -> None:
    with pytest.raises(FormulaError, match="X needs values of one kind, and has number and text"):
        derived(bench, "first_true:\n  - HIGH: A > 4\n  - 1: otherwise")


TABLE = """
decide_by: [T, U, then]
rows:
  - [missing, any, NONE]
  - [any, missing, T]
  - [CR, [CR, PR], BOTH]
  - [any, any, REST]
"""


def decided(bench: Any, rows: str) -> list[Any]:
    bench.given(
        "S",
        """
        ID | T  | U
        a  | CR | PR
        b  | CR | .
        c  | .  | PR
        d  | .  | .
        e  | PR | CR
        """,
    )
    entry = f"one_row_per: [ID]\nfrom: S\ncolumns:\n  X:{rows}"
    return [row[0] for row in bench.derive("T2", entry, "X")]


def test_cells_are_two_valued_and_the_first_row_wins(bench: Any) -> None:
    rows = "\n".join("    " + line for line in TABLE.strip().splitlines())
    assert decided(bench, "\n" + rows) == ["BOTH", "CR", "NONE", "NONE", "REST"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            ["[CR, any, A]", "[missing, any, B]"],
            "no row of the table answers K PR: add one, or a last `any` row",
        ),
        (
            ["[CR, any, A]", "[PR, missing, B]", "[missing, any, C]"],
            "no row of the table answers K PR, L Y: add one, or a last `any` row",
        ),
        (
            ["[CR, any, A]", "[PR, any, B]"],
            "no row of the table answers K missing: add one, or a last `any` row",
        ),
        (["[CRR, any, A]", "[any, any, B]"], '"CRR" cannot occur here; it is one of CR, PR'),
    ],
)
def test_a_table_that_is_not_total_is_refused(bench: Any, rows: list[str], sentence: str) -> None:
    bench.given("S", "ID | A:integer | B:integer\na | 1 | 1")
    listed = "\n".join(f"              - {row}" for row in rows)
    entry = f"""
        one_row_per: [ID]
        from: S
        columns:
          K:
            first_true:
              - CR: A > 1
              - PR: otherwise
          L:
            first_true:
              - Y: B > 1
          X:
            decide_by: [K, L, then]
            rows:
{listed}
        """
    with pytest.raises(FormulaError) as caught:
        bench.derive("T", entry)
    assert str(caught.value) == sentence


def test_a_column_of_the_export_may_hold_any_text(bench: Any) -> None:
    rows = "\n    decide_by: [T, U, then]\n    rows:\n"
    rows += "      - [CR, any, A]\n      - [PR, any, B]\n      - [missing, any, C]"
    with pytest.raises(FormulaError) as caught:
        decided(bench, rows)
    assert str(caught.value) == (
        "no row of the table answers T any other text: add one, or a last `any` row"
    )


def test_a_number_is_not_looked_up_in_a_table_of_texts(bench: Any) -> None:
    bench.given("S", "ID | A:integer\na | 1")
    entry = """
        one_row_per: [ID]
        from: S
        columns:
          X:
            decide_by: [A, then]
            rows:
              - [1, ONE]
              - [any, MORE]
        """
    with pytest.raises(
        FormulaError, match="a decision table compares texts, and this is an integer"
    ):
        bench.derive("T", entry)
