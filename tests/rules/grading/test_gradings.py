"""Gradings: which rows are graded by which term, which line decides, and why a row is not graded.

`test_a_random_grading_agrees_with_plain_python` holds the compiled query against a reading of the
same terms in plain Python, with None as the third answer.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError

READS = """
of: RES
source: ours
reads: {TEST: CODE, VALUE: RESULT, UNIT: RUNIT, LLN: LO, ULN: HI, BASELINE: BASE,
  BASELINE_ULN: BHI, BASELINE_UNIT: BUNIT}
"""
ALT = (
    READS
    + """
terms:
  - term: ALT increased
    test: ALT
    direction: high
    normal_when: VALUE <= ULN
    branches:
      - when: BASELINE <= BASELINE_ULN
        grades:
          4: VALUE > 20 * ULN
          3: VALUE > 5 * ULN
          2: VALUE > 3 * ULN
          1: otherwise
      - when: otherwise
        grades:
          4: VALUE > 20 * BASELINE
          3: VALUE > 5 * BASELINE
          2: VALUE > 3 * BASELINE
          1: VALUE >= 1.5 * BASELINE
          0: otherwise
"""
)
HEADER = (
    "ID | CODE | RESULT:number | RUNIT | LO:number | HI:number | BASE:number | BHI:number | BUNIT\n"
)


def alt(bench: Any, rows: str) -> dict[str, tuple[Any, ...]]:
    """Grade results of ALT: {id: (grade, line, reason)}."""
    bench.given("RES", HEADER + rows.strip())
    return {row[0]: row[1:] for row in bench.grade("g", ALT, "ID HIGH_GRADE HIGH_LINE HIGH_REASON")}


def test_the_branch_is_chosen_by_the_baseline(bench: Any) -> None:
    found = alt(
        bench,
        """
        01 | ALT | 121 | U/L | . | 40 | 40 | 40 | U/L
        02 | ALT | 120 | U/L | . | 40 | 40 | 40 | U/L
        03 | ALT | 121 | U/L | . | 40 | 41 | 40 | U/L
        04 | ALT | 90  | U/L | . | 40 | 60 | 40 | U/L
        05 | ALT | 89  | U/L | . | 40 | 60 | 40 | U/L
        06 | ALT | 1201 | U/L | . | 40 | 60 | 40 | U/L
        """,
    )
    assert found == {
        "01": ("2", "branch 1, grade 2", None),
        "02": ("1", "branch 1, grade 1", None),
        "03": ("1", "branch 2, grade 1", None),
        "04": ("1", "branch 2, grade 1", None),
        "05": ("0", "branch 2, grade 0", None),
        "06": ("4", "branch 2, grade 4", None),
    }


def test_normal_is_certain_whatever_else_is_missing(bench: Any) -> None:
    found = alt(
        bench,
        """
        01 | ALT | 40 | U/L | . | 40 | .  | .  | .
        02 | ALT | 40 | .   | . | 40 | 60 | 40 | .
        03 | ALT | 41 | U/L | . | 40 | .  | .  | .
        04 | ALT | 41 | U/L | . | 40 | 60 | .  | U/L
        05 | ALT | .  | U/L | . | 40 | 60 | 40 | U/L
        06 | ALT | 90 | U/L | . | .  | 40 | 40 | U/L
        07 | ALT | 90 | U/L | . | .  | 60 | 40 | U/L
        """,
    )
    assert found == {
        "01": ("0", "normal_when", None),
        "02": ("0", "normal_when", None),
        "03": (None, "branch 1", "BASELINE is missing"),
        "04": (None, "branch 1", "BASELINE_ULN is missing"),
        "05": (None, "branch 2, grade 4", "VALUE is missing"),
        "06": (None, "branch 1, grade 4", "ULN is missing"),
        "07": ("1", "branch 2, grade 1", None),
    }


def test_results_in_two_units_are_compared_exactly(bench: Any) -> None:
    found = alt(
        bench,
        """
        01 | ALT | 1.5      | ukat/L | . | 0.6 | 60   | 40  | U/L
        02 | ALT | 1.499999 | ukat/L | . | 0.6 | 60   | 40  | IU/L
        03 | ALT | 90       | U/L    | . | 40  | 1    | 0.6 | ukat/L
        04 | ALT | 89.9     | U/L    | . | 40  | 1    | 0.6 | ukat/L
        05 | ALT | 91       | U/L    | . | 40  | 1000 | 600 | nkat/L
        """,
    )
    assert [found[row][0] for row in sorted(found)] == ["1", "0", "1", "0", "1"]


def test_a_nonsense_unit_on_both_sides_still_allows_a_multiple(bench: Any) -> None:
    found = alt(
        bench,
        """
        01 | ALT | 121 | furlong | . | 40 | 30 | 40 | furlong
        02 | ALT | 200 | furlong | . | 40 | 60 | 40 | furlong
        03 | ALT | 121 | furlong | . | 40 | 30 | 40 | U/L
        04 | ALT | 121 | .       | . | 40 | 30 | 40 | .
        05 | ALT | 200 | furlong | . | 40 | 60 | 40 | U/L
        06 | ALT | 200 | U/L     | . | 40 | 60 | 40 | furlong
        07 | ALT | 200 | .       | . | 40 | 60 | 40 | U/L
        08 | ALT | 200 | U/L     | . | 40 | 60 | 40 | .
        09 | ALT | 200 | g/L     | . | 40 | 60 | 40 | U/L
        """,
    )
    assert found == {
        "01": ("2", "branch 1, grade 2", None),
        "02": ("2", "branch 2, grade 2", None),
        "03": ("2", "branch 1, grade 2", None),
        "04": ("2", "branch 1, grade 2", None),
        "05": (None, "branch 2, grade 4", 'unit "furlong" is not a unit of ALT'),
        "06": (None, "branch 2, grade 4", 'unit "furlong" of BASELINE is not a unit of ALT'),
        "07": (None, "branch 2, grade 4", "the unit is missing"),
        "08": (None, "branch 2, grade 4", "the unit of BASELINE is missing"),
        "09": (None, "branch 2, grade 4", 'unit "g/L" is not a unit of ALT'),
    }


def test_a_value_that_is_no_number_says_what_stands_there(bench: Any) -> None:
    found = alt(bench, "01 | ALT | <5 | U/L | . | 40 | 30 | 40 | U/L")
    assert found["01"] == (None, "branch 1, grade 4", 'VALUE "<5" is not a number')


def test_a_line_above_may_be_true_where_a_line_below_is_unknown(bench: Any) -> None:
    bench.given(
        "RES",
        HEADER
        + """01 | NA | 119 | mmol/L | .   | . | . | . | .
        02 | NA | 125 | mmol/L | .   | . | . | . | .
        03 | NA | 130 | mmol/L | .   | . | . | . | .
        04 | NA | 130 | mmol/L | 135 | . | . | . | .
        """,
    )
    entry = READS + (
        """
terms:
  - term: Low
    test: NA
    unit: mmol/L
    direction: low
    grades: {0: otherwise, 1: VALUE < LLN, 3: VALUE < 130, 4: VALUE < 120}
"""
    )
    shown = "ID LOW_GRADE LOW_LEAST LOW_MOST LOW_LINE LOW_REASON"
    assert bench.grade("g", entry, shown) == [
        ("01", "4", "4", "4", "grade 4", None),
        ("02", "3", "3", "3", "grade 3", None),
        ("03", None, "0", "1", "grade 1", "LLN is missing"),
        ("04", "1", "1", "1", "grade 1", None),
    ]


def test_a_row_is_graded_on_either_side_and_stays_one_row(bench: Any) -> None:
    bench.given(
        "RES",
        HEADER + "1 | K | 6.0 | mmol/L | 3 | 5 | . | . | .\n2 | X | 1 | g | . | . | . | . | .",
    )
    entry = READS + (
        """
terms:
  - {term: Low, test: [K, POTAS], direction: low, grades: {1: VALUE < LLN, 0: otherwise}}
  - {term: High, test: K, direction: high, grades: {1: VALUE > ULN, 0: otherwise}}
"""
    )
    shown = "ID LOW_TERM LOW_GRADE LOW_UNIT LOW_VALUE HIGH_TERM HIGH_GRADE HIGH_UNIT HIGH_VALUE"
    assert bench.grade("g", entry, shown) == [
        ("1", "Low", "0", "mmol/L", "6", "High", "1", "mmol/L", "6"),
        ("2", None, None, None, None, None, None, None, None),
    ]
    assert bench.relations["g"].key == ("ID",)
    assert bench.relations["g"].has_rows


def test_a_test_has_one_term_for_each_side(bench: Any) -> None:
    bench.given("RES", HEADER)
    entry = READS + (
        """
terms:
  - {term: Low, test: K, direction: low, grades: {1: VALUE < LLN, 0: otherwise}}
  - {term: Lower, test: [POTAS, K], direction: low, grades: {1: VALUE < LLN, 0: otherwise}}
"""
    )
    with pytest.raises(FormulaError, match='the low side of K has the term "Low"') as raised:
        bench.grade("g", entry)
    assert getattr(raised.value, "path", ()) == ("terms", 1, "test", 1)


def test_a_grading_without_terms_grades_nothing(bench: Any) -> None:
    bench.given("RES", HEADER + "1 | K | 6.0 | mmol/L | 3 | 5 | . | . | .")
    assert bench.grade("g", READS, "ID LOW_TERM LOW_GRADE HIGH_TERM HIGH_GRADE") == [
        ("1", None, None, None, None)
    ]


SPECIMENS = """
of: RES
source: ours
reads: {TEST: CODE, VALUE: RESULT, SPECIMEN: SPEC, CATEGORY: CAT, ULN: HI}
terms:
  - term: High
    test: GLUC
    specimen: [blood, serum]
    category: chemistry
    direction: high
    grades: {1: VALUE > ULN, 0: otherwise}
"""
SPECIMEN_ROWS = """
ID | CODE | RESULT:number | SPEC  | CAT        | HI:number
1  | GLUC | 9             | SERUM | CHEMISTRY  | 5
2  | GLUC | 9             | URINE | CHEMISTRY  | 5
3  | GLUC | 9             | .     | CHEMISTRY  | 5
4  | GLUC | 9             | Blood | URINALYSIS | 5
5  | GLUC | 9             | Blood | .          | 5
6  | GLUC | 9             | URINE | .          | 5
"""


def test_a_missing_specimen_is_not_evaluable_and_another_is_not_graded(bench: Any) -> None:
    bench.given("RES", SPECIMEN_ROWS)
    assert bench.grade("g", SPECIMENS, "ID HIGH_TERM HIGH_GRADE HIGH_LINE HIGH_REASON") == [
        ("1", "High", "1", "grade 1", None),
        ("2", None, None, None, None),
        ("3", "High", None, None, "SPECIMEN is missing"),
        ("4", None, None, None, None),
        ("5", "High", None, None, "CATEGORY is missing"),
        ("6", None, None, None, None),
    ]


def test_a_missing_specimen_can_be_accepted(bench: Any) -> None:
    bench.given("RES", SPECIMEN_ROWS)
    bench.limits(missing_specimen="accept")
    assert bench.grade("g", SPECIMENS, "ID HIGH_GRADE HIGH_REASON") == [
        ("1", "1", None),
        ("2", None, None),
        ("3", "1", None),
        ("4", None, None),
        ("5", None, "CATEGORY is missing"),
        ("6", None, None),
    ]


def test_where_lets_rows_into_a_term_and_unknown_is_not_evaluable(bench: Any) -> None:
    bench.given(
        "RES", "ID | CODE | RESULT:number | FAST\n1 | A | 3 | Y\n2 | A | 3 | N\n3 | A | 3 | ."
    )
    entry = """
of: RES
source: ours
where: ID <> '9'
reads: {TEST: CODE, VALUE: RESULT, UNIT: CODE}
terms:
  - {term: High, test: A, unit: g/L, direction: high, where: FAST = 'Y',
     grades: {1: VALUE > 0, 0: otherwise}}
"""
    assert bench.grade("g", entry, "ID HIGH_GRADE HIGH_LINE HIGH_REASON") == [
        ("1", "1", "grade 1", None),
        ("2", None, None, None),
        ("3", None, "where", "FAST is missing"),
    ]


def test_lookups_and_columns_of_the_grading_can_be_read(bench: Any) -> None:
    bench.given(
        "RES",
        """
        ID:integer | SUBJ | CODE | RESULT:number | BL
        1          | A    | X    | 10            | Y
        2          | A    | X    | 25            | .
        3          | B    | X    | 25            | .
        """,
        key="ID",
    )
    entry = """
of: RES
source: ours
lookups:
  base: {from: RES, on: [SUBJ, CODE], where: BL = 'Y', take: only}
columns:
  twice:
    value: 2 * base.RESULT
reads: {TEST: CODE, VALUE: RESULT, BASELINE: base.RESULT, LIMIT: twice}
terms:
  - {term: High, test: X, direction: high, grades: {2: VALUE > 3 * BASELINE,
     1: VALUE > 2 * BASELINE, 0: otherwise}}
"""
    assert bench.grade("g", entry, "ID twice HIGH_GRADE HIGH_REASON") == [
        ("1", "20", "0", None),
        ("2", "20", "1", None),
        ("3", None, None, "BASELINE is missing"),
    ]


def test_no_branch_and_no_line_are_told(bench: Any) -> None:
    bench.given(
        "RES",
        HEADER + "1 | X | 5 | g/L | 1 | 3 | 1 | 3 | g/L\n2 | X | 5 | g/L | 1 | 9 | 9 | 3 | g/L",
    )
    entry = READS + (
        """
terms:
  - term: T
    test: X
    direction: high
    branches:
      - {when: BASELINE < BASELINE_ULN, grades: {1: VALUE > 2 * ULN}}
"""
    )
    assert bench.grade("g", entry, "ID HIGH_GRADE HIGH_LINE HIGH_REASON") == [
        ("1", None, "branch 1", "no grade line is true"),
        ("2", None, None, "no branch applies"),
    ]


@pytest.mark.parametrize(
    ("change", "sentence", "path"),
    [
        (("TEST: CODE, ", ""), "nothing is read for TEST: say which column", ()),
        (("UNIT: RUNIT, ", ""), "nothing is read for UNIT: say which column", ()),
        (("of: RES", "of: REZ"), 'there is no table "REZ"', ("of",)),
        (("TEST: CODE", "TEST: RESULT"), "TEST must be a text, and it is", ("reads", "TEST")),
        (("LLN: LO", "LLN: LOO"), '"LOO" is no column and no parameter here', ("reads", "LLN")),
        (("VALUE < LLN", "VALUE < LLM"), '"LLM" is no limit, column or', ("terms", 0, "grades", 1)),
        (("VALUE < LLN", "VALUE + LLN"), "true or false was expected", ("terms", 0, "grades", 1)),
        (("0: otherwise", "5: otherwise"), "only the lowest grade", ("terms", 0, "grades", 5)),
        (("test: K", "test: K, specimen: x"), "the term names a sp", ("terms", 0, "specimen")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    bench: Any, change: tuple[str, str], sentence: str, path: tuple[object, ...]
) -> None:
    bench.given("RES", HEADER)
    terms = """
terms:
  - {test: K, term: Low, direction: low, unit: mmol/L,
     grades: {3: VALUE < 2, 1: VALUE < LLN, 0: otherwise}}
"""
    with pytest.raises(FormulaError, match=sentence.replace("(", r"\(")) as raised:
        bench.grade("g", (READS + terms).replace(*change))
    assert getattr(raised.value, "path", ()) == path


def test_a_column_that_the_grading_makes_is_refused(bench: Any) -> None:
    bench.given("RES", "ID | CODE | LOW_GRADE\n1 | X | 1")
    with pytest.raises(FormulaError, match='has a column "LOW_GRADE", which the grading makes'):
        bench.grade(
            "g",
            """
of: RES
source: ours
reads: {TEST: CODE}
terms:
  - {term: T, test: X, direction: low, grades: {1: CODE = 'X'}}
""",
        )


# an independent reading --------------------------------------------------------------------------


def larger(left: Decimal | None, right: Decimal | None) -> bool | None:
    return None if left is None or right is None else left > right


def times(factor: str, value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(factor) * value


def first_true(lines: list[tuple[int, bool | None]]) -> int | None:
    for grade, truth in lines:
        if truth is None:
            return None
        if truth:
            return grade
    return None


def by_hand(
    value: Decimal | None, uln: Decimal | None, base: Decimal | None, base_uln: Decimal | None
) -> int | None:
    above = larger(value, uln)
    if above is False:
        return 0
    abnormal = larger(base, base_uln)
    if abnormal is None:
        return None
    if not abnormal:
        lines = [
            (grade, larger(value, times(k, uln))) for grade, k in ((4, "20"), (3, "5"), (2, "3"))
        ]
        return first_true([*lines, (1, True)])
    lines = [(grade, larger(value, times(k, base))) for grade, k in ((4, "20"), (3, "5"), (2, "3"))]
    below = larger(times("1.5", base), value)
    return first_true([*lines, (1, None if below is None else not below), (0, True)])


def test_a_random_grading_agrees_with_plain_python(bench: Any) -> None:
    draw = random.Random(20)
    values = [None, *(Decimal(n) / 2 for n in range(1, 260, 9)), Decimal(3), Decimal(60)]
    limits = [None, Decimal("0.5"), Decimal(1), Decimal(3), Decimal("12.5")]
    rows, expected = [], {}
    for number in range(600):
        key = f"{number:03}"
        row = (draw.choice(values), *(draw.choice(limits) for _ in range(3)))
        expected[key] = by_hand(*row)
        value, uln, base, base_uln = ("." if cell is None else str(cell) for cell in row)
        rows.append(f"{key} | ALT | {value} | U/L | . | {uln} | {base} | {base_uln} | U/L")
    found = alt(bench, "\n".join(rows))
    told = {key: None if row[0] is None else int(row[0]) for key, row in found.items()}
    assert told == expected
    assert all((row[2] is None) == (row[0] is not None) for row in found.values())
