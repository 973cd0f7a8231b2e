"""Derived tables: rows, defaults, filters, groups, stacks; the drafts of the rule language."""

from typing import Any

import pytest

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Schedule

RESPONSES = """
    U | ADT:date   | SEQ:integer | R  | N:number
    a | 2024-01-01 | 1           | SD | 1
    a | 2024-01-01 | 2           | SD | 2.5
    a | 2024-02-01 | 1           | PR | .
    b | 2024-01    | 1           | PD | 4
    b | 2024-01-01 | 1           | PD | 8
    b | .          | 1           | NE | 16
"""


def test_a_column_may_bear_the_name_of_the_one_it_is_made_from(bench: Any) -> None:
    bench.given("S", "U | V:number\na | 1\nb | 2")
    entry = "one_row_per: [U]\nfrom: S\ncolumns:\n  W: {value: V * 2}\n  V: {value: V + 10}"
    assert bench.derive("T", entry, "U V W") == [("a", "11", "22"), ("b", "12", "24")]


def test_a_table_with_fewer_rows_uses_plain_aggregates(bench: Any) -> None:
    bench.given("S", RESPONSES, key="U ADT SEQ")
    bench.codes("response", "CR PR SD PD NE")
    entry = """
        one_row_per: [U]
        from: S
        columns:
          ROWS: {value: count(*)}
          SUM: {value: sum(N)}
          WORST: {value: worst(R)}
          AVALC: {value: best(R)}
          ADT: {value: min(ADT) filter (where R = AVALC)}
          LONG: {value: ROWS * 2 + 1}
          CLASS:
            first_true:
              - MANY: ROWS > 2 and SUM > 10
              - FEW: otherwise
        """
    assert bench.derive("T", entry, "U ROWS SUM WORST AVALC ADT LONG CLASS") == [
        ("a", "3", "3.5", "SD", "PR", "2024-02-01", "7", "FEW"),
        ("b", "3", "28", "NE", "PD", "2024-01-01", "7", "MANY"),
    ]


def test_groups_by_a_date_keep_a_month_and_its_first_day_apart(bench: Any) -> None:
    bench.given("S", RESPONSES, key="U ADT SEQ")
    entry = "one_row_per: [U, ADT]\nfrom: S\ncolumns:\n  ROWS: {value: count(*)}"
    assert set(bench.derive("T", entry)) == {
        ("a", "2024-01-01", "2"),
        ("a", "2024-02-01", "1"),
        ("b", "2024-01", "1"),
        ("b", "2024-01-01", "1"),
        ("b", None, "1"),
    }


def test_a_column_that_varies_inside_a_group_is_only_a_step(bench: Any) -> None:
    bench.given("S", RESPONSES, key="U ADT SEQ")
    entry = """
        one_row_per: [U]
        from: S
        windows:
          before: {per: [U], order: [ADT], rows: the one before, missing_day: first}
        columns:
          twice: {value: N * 2}
          change: {value: N - before.N}
          SUM: {value: sum(twice)}
        """
    bench.derive("T", entry)
    assert set(bench.relations["T"].columns) == {"U", "SUM"}


def test_where_until_and_keep_cut_rows_before_and_after(bench: Any) -> None:
    bench.given("S", RESPONSES, key="U ADT SEQ")
    entry = """
        one_row_per: [U, ADT, SEQ]
        from: S
        where: R <> 'NE'
        windows:
          all_rows: {per: [U], rows: all}
        columns:
          ROWS: {value: count(*) over all_rows}
        keep: R = 'SD' and ROWS > 2
        """
    assert bench.derive("T", entry, "U ADT SEQ ROWS") == [
        ("a", "2024-01-01", "1", "3"),
        ("a", "2024-01-01", "2", "3"),
    ]


def test_the_same_window_before_and_after_a_filter_is_counted_twice(bench: Any) -> None:
    bench.given("S", RESPONSES, key="U ADT SEQ")
    entry = """
        one_row_per: [U, ADT, SEQ]
        from: S
        where: BEFORE > 2 and R <> 'NE'
        windows:
          all_rows: {per: [U], rows: all}
        columns:
          BEFORE: {value: count(*) over all_rows}
          AFTER: {value: count(*) over all_rows}
        """
    assert set(bench.derive("T", entry, "U BEFORE AFTER")) == {("a", "3", "3"), ("b", "3", "2")}


def test_until_keeps_the_rows_up_to_the_first_that_is_true(bench: Any) -> None:
    bench.given(
        "S",
        """
        U | N:integer | R
        a | 1         | SD
        a | 2         | .
        a | 3         | PD
        a | 4         | PD
        b | 1         | PD
        c | 1         | SD
        """,
        key="U N",
    )
    assert bench.derive("T", "one_row_per: [U, N]\nfrom: S\nuntil: R = 'PD'") == [
        ("a", "1", "SD"),
        ("a", "2", None),
        ("a", "3", "PD"),
        ("b", "1", "PD"),
        ("c", "1", "SD"),
    ]


# rows_of --------------------------------------------------------------------------------------

TARGET = """
    U | ADT:date   | SUM:number | MISSED:integer
    a | 2024-01-01 | 50         | 0
    a | 2024-02    | .          | 1
"""
NEW = """
    U | ADT:date   | NEWLESN
    a | 2024-02    | Y
    a | 2024-03-01 | N
    b | 2024-01-01 | .
"""


def test_all_keys_of_several_tables_have_a_row_and_absent_is_not_missing(bench: Any) -> None:
    bench.given("target", TARGET, key="U ADT")
    bench.given("fresh", NEW, key="U ADT")
    bench.given("base", "U | LESIONS:integer\na | 3", key="U")
    entry = """
        one_row_per: [U, ADT]
        rows_of: [target, fresh]
        if_no_row:
          target: {SUM: 0, MISSED: baseline.LESIONS}
          fresh: {NEWLESN: N}
        lookups:
          baseline: {from: base, take: only}
        columns:
          CLEAR: {value: SUM = 0 and NEWLESN = 'N'}
        """
    assert bench.derive("T", entry, "U ADT SUM MISSED NEWLESN CLEAR") == [
        ("a", "2024-01-01", "50", "0", "N", "false"),
        ("a", "2024-02", None, "1", "Y", "false"),
        ("a", "2024-03-01", "0", "3", "N", "true"),
        ("b", "2024-01-01", "0", None, None, None),
    ]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            "one_row_per: [U]\nrows_of: [target, fresh]",
            "target has one row per U, ADT, and the rows of this table are per U",
        ),
        (
            "one_row_per: [U, ADT]\nrows_of: [target, fresh]\nif_no_row:\n  target: {SUMM: 0}",
            'target has no column "SUMM" to fill; did you mean "SUM"?',
        ),
        (
            "one_row_per: [U, ADT]\nrows_of: [target, twin]",
            'two of the tables have a column "SUM": rename one',
        ),
        ("one_row_per: [U, ADT]\nrows_of: [nothing]", 'there is no table "nothing"'),
        ("one_row_per: [U, DAY]\nfrom: target", ""),
        (
            "one_row_per: [U, ADT]\nfrom: target\ncolumns:\n  A: {value: B}\n  B: {value: A}",
            "these read each other in a circle: column A, column B",
        ),
        (
            "one_row_per: [U, ADT]\nfrom: target\ncolumns:\n  A: {value: SUM, type: text}",
            "A is declared as text and its formula is number",
        ),
        (
            "one_row_per: [U, ADT]\nfrom: target\ncolumns:\n  A: {value: null}",
            "A is null; say its type, such as `type: text`",
        ),
        (
            "one_row_per: [U, ADT]\nfrom: target\ncolumns:\n  A: {value: limit, unit: day}",
            "A is declared in day and its formula is in mm",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_refused(bench: Any, entry: str, sentence: str) -> None:
    bench.given("target", TARGET, key="U ADT")
    bench.given("fresh", NEW, key="U ADT")
    bench.given("twin", TARGET, key="U ADT")
    bench.limits(limit="5 mm")
    with pytest.raises(FormulaError) as caught:
        bench.derive("T", entry)
    assert not sentence or str(caught.value) == sentence


def test_a_missing_column_of_a_declared_type_can_be_stacked(bench: Any) -> None:
    bench.given("target", TARGET, key="U ADT")
    bench.derive(
        "first", "one_row_per: [U, ADT]\nfrom: target\ncolumns:\n  END: {value: null, type: date}"
    )
    entry = """
        one_row_per: [U, ADT]
        stack:
          - {from: first}
          - {from: target, END: ADT, where: MISSED = 0}
        """
    assert set(bench.derive("T", entry, "U END")) == {("a", None), ("a", "2024-01-01")}


def test_several_tables_are_stacked_with_what_each_lacks_missing(bench: Any) -> None:
    bench.given("target", TARGET, key="U ADT")
    bench.given("fresh", NEW, key="U ADT")
    entry = """
        one_row_per: [U, PARAMCD, ADT]
        stack:
          - {from: target, PARAMCD: SUMDIAM, AVAL: SUM}
          - {from: fresh, PARAMCD: NEWLES, AVALC: NEWLESN, where: NEWLESN is not null}
        """
    assert bench.derive("T", entry, "U PARAMCD ADT AVAL AVALC") == [
        ("a", "NEWLES", "2024-02", None, "Y"),
        ("a", "NEWLES", "2024-03-01", None, "N"),
        ("a", "SUMDIAM", "2024-01-01", "50", None),
        ("a", "SUMDIAM", "2024-02", None, None),
    ]


SUBJECTS = """
    U | STARTDT:date | DTHDT:date
    a | 2024-01-01   | .
    c | 2024-01-01   | 2024-03-01
    e | 2024-01-01   | 2024-12-01
    h | 2024-01-01   | 2024-02-01
"""


def test_the_start_of_a_schedule_may_be_a_column_of_the_table(bench: Any) -> None:
    bench.given("subject", SUBJECTS)
    bench.schedules["scans"] = Schedule("BEGIN", (42, 91), None, 0)
    entry = """
        one_row_per: [U]
        from: subject
        columns:
          DUE:
            value: planned_between(scans, STARTDT, DTHDT)
          BEGIN: {value: STARTDT}
        """
    found = [due for (due,) in bench.derive("T", entry, "DUE")]
    assert found == [None, "1", "2", "0"]


def test_a_walk_is_refused_rather_than_passed_over(bench: Any) -> None:
    bench.given("S", "U | V:number\na | 1")
    entry = """
        one_row_per: [U]
        from: S
        walk:
          per: [U]
          order: [V]
          at_most: 10
          start: {last: 0}
          each_row:
            last: {value: V}
        """
    with pytest.raises(FormulaError, match="walk is a word of the language that this version"):
        bench.derive("T", entry, "U")
