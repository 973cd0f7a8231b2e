"""Look-ups: one row of another table or of this one, and what lies between."""

from itertools import product
from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError

HERE = """
    U | ADT:date
    a | 2024-03-01
    b | 2024-03-01
    c | 2024-03-01
"""
THERE = """
    U | N:integer | D:date     | V:number | R
    a | 1         | 2024-01-01 | 5        | PR
    a | 2         | 2024-02-01 | 6        | CR
    a | 3         | 2024-04-01 | 7        | PD
    b | 1         | 2024-02    | .        | .
"""


def looked_up(bench: Any, lookup: str, formula: str = "x.N") -> list[Any]:
    bench.given("S", HERE)
    bench.given("X", THERE, key="U N")
    entry = f"""
        one_row_per: [U]
        from: S
        lookups:
          x: {lookup}
        columns:
          FOUND:
            value: {formula}
        """
    return [found for (found,) in bench.derive("T", entry, "FOUND")]


@pytest.mark.parametrize(
    ("lookup", "formula", "found"),
    [
        ("{from: X, take: first, order: [N]}", "x.N", ["1", "1", None]),
        ("{from: X, take: last, order: [N]}", "x.N", ["3", "1", None]),
        ("{from: X, take: first, order: [N desc]}", "x.N", ["3", "1", None]),
        ("{from: X, take: first, order: [best R]}", "x.R", ["CR", None, None]),
        ("{from: X, take: first, order: [worst R]}", "x.R", ["PD", None, None]),
        ("{from: X, where: V > 5, take: first, order: [N]}", "x.N", ["2", None, None]),
        ("{from: X, where: D < this.ADT, take: last, order: [D]}", "x.N", ["2", "1", None]),
        ("{from: X, where: V > limit, take: only}", "x.N", ["3", None, None]),
        ("{from: X, on: {U: U}, take: first, order: [V]}", "x.V", ["5", None, None]),
        ("{from: X, take: last, order: [D]}", "x.D", ["2024-04-01", "2024-02", None]),
        ("{from: X, take: last, order: [D]}", "x.D > '2024-02-10'", ["true", None, None]),
        # several rows: a column on which they agree is known, any other is not
        ("{from: X, take: only}", "x.U", ["a", "b", None]),
        ("{from: X, take: only}", "x.N", [None, "1", None]),
        ("{from: X, where: D < this.ADT, take: only}", "x.U", ["a", "b", None]),
        ("{from: X, where: D < this.ADT, take: only}", "x.V", [None, None, None]),
        ("{from: X, where: V > this.N, take: only}", "x.V", None),
        # no row is not the same as a row without a value
        ("{from: X, take: first, order: [N], if_none: {V: 0}}", "x.V", ["5", None, "0"]),
        ("{from: X, take: first, order: [N], if_none: {R: NONE}}", "x.R", ["PR", None, "NONE"]),
        ("{from: X, take: first, order: [N], if_none: not evaluable}", "x.V", ["5", None, None]),
        # columns that the look-up makes of the other table's
        (
            "{from: X, take: last, order: [N], columns: {double: V * 2}}",
            "x.double",
            ["14", None, None],
        ),
        (
            "{from: X, where: D < this.ADT, take: last, order: [N], columns: {double: V * 2}}",
            "x.double",
            ["12", None, None],
        ),
    ],
)
def test_one_row_of_another_table_is_found(
    bench: Any, lookup: str, formula: str, found: list[Any] | None
) -> None:
    bench.codes("response", "CR PR SD PD NE")
    bench.limits(limit=6)
    if found is None:
        with pytest.raises(FormulaError, match='"this" has no column "N"'):
            looked_up(bench, lookup, formula)
    else:
        assert looked_up(bench, lookup, formula) == found


def test_a_key_that_is_a_partial_date_matches_only_itself(bench: Any) -> None:
    bench.given("S", "U | D:date\na | 2024-01\na | 2024-01-01\na | 2024", key="U D")
    bench.given("X", "U | D:date | V\na | 2024-01 | month\na | 2024-01-01 | day", key="U D")
    for where in ("", "where: D = this.D or D <> this.D or V <> this.U, "):
        found = bench.derive(
            "T",
            f"""
            one_row_per: [U, D]
            from: S
            lookups:
              x: {{from: X, {where}take: only}}
            columns:
              V: {{value: x.V}}
            """,
            "D V",
        )
        assert found == [("2024", None), ("2024-01", "month"), ("2024-01-01", "day")]


def test_another_name_on_the_other_side_is_named(bench: Any) -> None:
    bench.given("S", "L\nT01\nT02")
    bench.given("X", "K | V\nT01 | liver\nT03 | lung")
    found = bench.derive(
        "T",
        """
        one_row_per: [L]
        from: S
        lookups:
          site: {from: X, on: {K: L}, take: only}
        columns:
          V: {value: site.V}
        """,
    )
    assert found == [("T01", "liver"), ("T02", None)]


def test_a_missing_key_finds_nothing(bench: Any) -> None:
    bench.given("S", "U | N:integer\n. | 1\na | 2", key="N")
    bench.given("X", "U | V\n. | none\na | one")
    entry = """
        one_row_per: [N]
        from: S
        lookups:
          x: {from: X, on: [U], take: only}
        columns:
          V: {value: x.V}
        """
    assert bench.derive("T", entry, "V") == [(None,), ("one",)]


@pytest.mark.parametrize(
    ("lookup", "formula", "sentence"),
    [
        ("{from: Y, take: only}", "x.N", 'there is no table "Y"'),
        (
            "{from: X, take: only}",
            "x.NN",
            '"NN" is no column and no parameter here; did you mean "N"?',
        ),
        ("{from: X, take: only}", "y.N", '"y" is no lookup and no window here'),
        (
            "{from: X, take: only}",
            "N",
            '"N" is no column and no parameter here',
        ),
        (
            "{from: X, on: {NN: U}, take: only}",
            "x.N",
            '"NN" is no column and no parameter here; did you mean "N"?',
        ),
        (
            "{from: X, on: {U: UU}, take: only}",
            "x.N",
            '"UU" is no column and no parameter here; did you mean "U"?',
        ),
        (
            "{from: X, on: {N: U}, take: only}",
            "x.N",
            "N of X is an integer and U here is a text: they never match",
        ),
        (
            "{from: X, take: first, order: [NN]}",
            "x.N",
            '"NN" is no column and no parameter here; did you mean "N"?',
        ),
        (
            "{from: X, take: first, order: [worst V]}",
            "x.N",
            "best and worst rank the codes of a list, and this is a number",
        ),
        ("{from: X, where: V > 'a', take: only}", "x.N", "a number cannot be compared with a text"),
        (
            "{from: X, where: V + 1, take: only}",
            "x.N",
            "a condition that is true or false was expected, not a number",
        ),
        (
            "{from: X, take: only, if_none: {VV: 0}}",
            "x.N",
            'if_none: X has no column "VV"; did you mean "V"?',
        ),
        (
            "{from: X, take: only, if_none: {V: none}}",
            "x.V",
            "V needs values of one kind, and has number and text",
        ),
        (
            "{from: X, take: first, order: [N], in_between: {c: V > 1}, accept: in_between.c = 0}",
            "x.N",
            "in_between counts rows of `this table` only",
        ),
    ],
)
def test_a_look_up_that_does_not_fit_is_refused(
    bench: Any, lookup: str, formula: str, sentence: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        looked_up(bench, lookup, formula)
    assert str(caught.value) == sentence


def test_tables_without_a_common_key_say_so(bench: Any) -> None:
    bench.given("S", "K\na")
    bench.given("X", "U | V\na | 1")
    entry = """
        one_row_per: [K]
        from: S
        lookups:
          x: {from: X, take: only}
        columns:
          V: {value: x.V}
        """
    with pytest.raises(FormulaError) as caught:
        bench.derive("T", entry)
    assert str(caught.value) == (
        "no key column is shared with X: say which columns match, such as `on: {TULNKID: TRLNKID}`"
    )


# confirmed best response: rule-language, 4.2 ---------------------------------------------------

COUNTED = """
    one_row_per: [U, ADT]
    from: S
    until: OVRLRESP = 'PD'
    lookups:
      confirmation:
        from: this table
        where: >
          this.OVRLRESP in ('CR', 'PR') and days_between(this.ADT, ADT) >= confirmation_days
          and (OVRLRESP = 'CR' or (OVRLRESP = 'PR' and this.OVRLRESP = 'PR'))
        in_between:
          ne: OVRLRESP = 'NE'
          sd: OVRLRESP = 'SD'
        accept: >
          in_between.ne <= max_ne_between and (in_between.sd = 0
          or (accept_sd_between = 'yes' and this.OVRLRESP = 'PR' and in_between.sd = 1))
        take: first
        order: [ADT]
    columns:
      counts_as:
        first_true:
          - OVRLRESP: confirmation.ADT is not null
            id: confirmed
          - SD: OVRLRESP in ('CR', 'PR', 'SD') and days_between(START, ADT) >= minimum_sd_days
          - PD: OVRLRESP = 'PD'
          - NE: otherwise
"""
CONFIRMED = """
    one_row_per: [U]
    from: counted
    columns:
      AVALC:
        value: best(counts_as)
      ADT:
        value: min(ADT) filter (where counts_as = AVALC)
"""
STEP, START = 28, 42  # days between two assessments, and from the start to the first


def best_response(
    bench: Any, courses: list[tuple[str, ...]], **limits: Any
) -> list[tuple[str, str]]:
    from datetime import date, timedelta

    rows = [
        [f"{number:04}", (date(2024, 1, 1) + timedelta(START + STEP * place)).isoformat(), code]
        for number, course in enumerate(courses)
        for place, code in enumerate(course)
    ]
    for row in rows:
        row.append("2024-01-01")
    bench.fill(
        "S", {"U": "text", "ADT": "date", "OVRLRESP": "text", "START": "date"}, rows, key="U ADT"
    )
    bench.codes("response", "CR PR SD PD NE")
    bench.limits(
        **{
            "confirmation_days": "28 day",
            "minimum_sd_days": "42 day",
            "max_ne_between": 1,
            "accept_sd_between": "no",
            **limits,
        }
    )
    bench.derive("counted", COUNTED)
    found = bench.derive("best", CONFIRMED, "AVALC ADT")
    day = {
        (date(2024, 1, 1) + timedelta(START + STEP * place)).isoformat(): place
        for place in range(9)
    }
    return [(code, day[when]) for code, when in found]


def by_loop(course: tuple[str, ...], ne: int = 1, sd: bool = False) -> tuple[str, int]:
    """Return confirmed best response and its place, course by course, in plain Python."""
    seen = list(course[: course.index("PD") + 1] if "PD" in course else course)
    counted = []
    for place, code in enumerate(seen):
        own = "PD" if code == "PD" else "NE" if code == "NE" else "SD"
        for later in range(place + 1, len(seen)):
            fits = code in ("CR", "PR") and (seen[later] == "CR" or seen[later] == code == "PR")
            between = seen[place + 1 : later]
            stable = between.count("SD")
            allowed = stable == 0 or (sd and code == "PR" and stable == 1)
            if fits and between.count("NE") <= ne and allowed:
                own = code
                break
        counted.append(own)
    best = min(counted, key=["CR", "PR", "SD", "PD", "NE"].index)
    return best, counted.index(best)


NAMED = [
    ("CR CR", "CR", 0),
    ("CR PR", "SD", 0),
    ("CR NE CR", "CR", 0),
    ("CR NE NE CR", "SD", 0),
    ("CR SD CR", "SD", 0),
    ("CR PD", "SD", 0),
    ("CR", "SD", 0),
    ("PR PR", "PR", 0),
    ("PR CR", "PR", 0),
    ("PR CR CR", "CR", 1),
    ("PR NE PR", "PR", 0),
    ("PR SD PR", "SD", 0),
    ("SD PR PR", "PR", 1),
    ("SD SD", "SD", 0),
    ("NE NE", "NE", 0),
    ("NE PD", "PD", 1),
    ("PD CR CR", "PD", 0),
    ("NE PR NE CR PD", "PR", 1),
]


def test_named_courses_have_the_confirmed_best_response_of_the_guideline(bench: Any) -> None:
    courses = [tuple(course.split()) for course, _, _ in NAMED]
    assert best_response(bench, courses) == [(code, place) for _, code, place in NAMED]


def test_stable_disease_between_two_partial_responses_is_accepted_if_wanted(bench: Any) -> None:
    courses = [tuple(c.split()) for c in ("PR SD PR", "PR SD SD PR", "CR SD CR", "PR SD NE PR")]
    found = best_response(bench, courses, accept_sd_between="yes")
    assert [code for code, _ in found] == ["PR", "SD", "SD", "PR"]


def test_stable_disease_and_confirmation_need_their_days(bench: Any) -> None:
    found = best_response(
        bench, [("SD",), ("PR", "PR"), ("PR", "PR", "PR")], minimum_sd_days="43 day"
    )
    assert found == [("NE", 0), ("PR", 0), ("PR", 0)]
    found = best_response(bench, [("PR", "PR"), ("PR", "PR", "PR")], confirmation_days="29 day")
    assert found == [("SD", 0), ("PR", 0)]


@pytest.mark.parametrize(("ne", "sd"), [(1, False), (0, False), (2, True)])
def test_all_courses_up_to_four_assessments_agree_with_a_loop(
    bench: Any, ne: int, sd: bool
) -> None:
    courses = [
        course
        for length in (1, 2, 3, 4)
        for course in product(["CR", "PR", "SD", "NE", "PD"], repeat=length)
    ]
    assert len(courses) == 780
    found = best_response(
        bench, courses, max_ne_between=ne, accept_sd_between="yes" if sd else "no"
    )
    assert found == [by_loop(course, ne, sd) for course in courses]


def test_rows_between_are_counted_forwards_and_backwards(bench: Any) -> None:
    bench.given(
        "S",
        """
        U | N:integer | R
        a | 1         | CR
        a | 2         | NE
        a | 3         | CR
        a | 4         | CR
        """,
        key="U N",
    )
    found = bench.derive(
        "T",
        """
        one_row_per: [U, N]
        from: S
        lookups:
          after:
            from: this table
            where: N > this.N and R = 'CR'
            in_between: {ne: R = 'NE'}
            accept: in_between.ne = 0
            take: last
            order: [N]
          before:
            from: this table
            where: N < this.N and R = 'CR'
            in_between: {ne: R = 'NE'}
            accept: in_between.ne = 1
            take: last
            order: [N]
        columns:
          NEXT: {value: after.N}
          LAST: {value: before.N}
        """,
        "N NEXT LAST",
    )
    assert found == [("1", None, None), ("2", "4", None), ("3", "4", "1"), ("4", None, "1")]
