"""Shared sorts and encoded keys change the cost of windows and nothing else."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from oncorules.rules.compiler import checks, sorts
from oncorules.rules.compiler.relation import ROW, absent, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.display import display

COLUMNS = {
    "USUBJID": "text",
    "TEST": "text",
    "SPEC": "text",
    "METHOD": "text",
    "VISIT": "integer",
    "ADT": "date",
    "VALUE": "number",
    "SEQ": "integer",
}
RULES = {
    "one text key": "all: [USUBJID]",
    "two text keys": "all: [USUBJID, TEST]",
    "the same keys in another order": "all: [TEST, USUBJID]",
    "three text keys": "all: [USUBJID, TEST, SPEC]",
    "four text keys": "all: [METHOD, USUBJID, TEST, SPEC]",
    "text keys and a number": "all: [USUBJID, TEST, VISIT]",
    "text keys and a date": "all: [USUBJID, ADT]",
    "a number alone": "all: [VISIT]",
}
ORDERED = {
    "the visit before": ("[USUBJID, TEST]", "[VISIT]", "the one before"),
    "visits after, latest first": ("[USUBJID, TEST]", "[VISIT desc]", "later"),
    "everything so far": ("[TEST, USUBJID, SPEC]", "[VISIT, VALUE]", "so far"),
    "earlier days": ("[USUBJID]", "[ADT]", "earlier"),
    "days in reach": ("[USUBJID, TEST]", "[ADT]", "in the last 3 days"),
}


# Aggregates stand in the conditions: those of columns are steps of their own and share nothing.


def duplicates(per: str) -> str:
    return f"""
    applies_to: {{table: LB}}
    windows:
      same: {{per: {per}, rows: all}}
    columns:
      best: {{value: max(VALUE) over same}}
    condition: count(*) over same = 1 or count(*) filter (where VALUE > 1) over same > best
    message: "{{best}}"
    """


def ordered(per: str, order: str, rows: str) -> str:
    day = ", missing_day: first" if "ADT" in order else ""
    return f"""
    applies_to: {{table: LB}}
    windows:
      near: {{per: {per}, order: {order}, rows: {rows}{day}}}
    condition: sum(VALUE) over near is null or VALUE >= sum(VALUE) over near
    """


ALL_RULES = [
    *(duplicates(text.removeprefix("all: ")) for text in RULES.values()),
    *(ordered(*words) for words in ORDERED.values()),
    """
    applies_to: {table: LB}
    runs:
      block: {per: [USUBJID, SPEC], order: [VISIT], of: VALUE > 1}
    columns:
      opening: {value: min(SEQ) over block}
    condition: opening = SEQ
    message: "{opening}"
    """,
]


@contextmanager
def plainly() -> Iterator[None]:
    """Every window with its own sort, over texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorts, "FEW_ROWS", 1_000_000)
        patch.setattr(checks, "share_sorts", lambda trees: None)
        yield


@contextmanager
def shared_over_texts() -> Iterator[None]:
    """Sorts shared, keys as they are: a small table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorts, "FEW_ROWS", 1_000_000)
        yield


@contextmanager
def encoded() -> Iterator[None]:
    """Keys as numbers however few rows there are, and sorts shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorts, "FEW_ROWS", 0)
        yield


def answers(bench: Any, rules: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the outcome of each rule and what it shows, row after row."""
    plan = bench.plan(*rules)
    masks = [column(mask) for mask in plan.masks]
    shown = [
        display(value)
        for rule in plan.rules
        for value in rule.shown.values()
        if "#shown" in value.first.name
    ]
    query = exp.select(*masks, *shown).from_(plan.query.subquery("plan")).order_by(column(ROW))
    return bench.engine.run(query).fetchall()


KEYS = st.sampled_from(["a", "b", "B", "ü", "it's", ".", "a b"])
LINES = st.lists(
    st.tuples(
        KEYS, KEYS, KEYS, KEYS,
        st.sampled_from(["1", "2", "10", ".", "x"]),
        st.sampled_from(["2020-01-01", "2020-01-02", "2020-01", "2020", ".", "never"]),
        st.sampled_from(["0", "1", "2.5", ".", "-1", "0.000001"]),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(lines=LINES, rules=st.lists(st.sampled_from(ALL_RULES), min_size=2, max_size=4))
def test_the_answers_are_those_of_windows_with_their_own_sorts(
    wide_bench: Any, lines: Any, rules: Any
) -> None:
    rows = [[*line, str(number)] for number, line in enumerate(lines, start=1)]
    wide_bench.fill("LB", COLUMNS, rows, key="USUBJID SEQ")
    with plainly():
        expected = answers(wide_bench, rules)
    for cheaper in (shared_over_texts, encoded):
        with cheaper():
            assert answers(wide_bench, rules) == expected


@pytest.mark.parametrize("cheaper", [shared_over_texts, encoded])
def test_all_windows_together_answer_as_each_does_alone(bench: Any, cheaper: Any) -> None:
    chosen = random.Random(5)
    rows = [
        [*chosen.choices(["a", "b", "."], k=4), chosen.choice("12."),
         chosen.choice(["2020-01-01", "2020-01-02", "2020-01", "."]),
         chosen.choice(["0", "1", "2.5", "."]), str(number)]
        for number in range(1, 121)
    ]  # fmt: skip
    bench.fill("LB", COLUMNS, rows, key="USUBJID SEQ")
    with plainly():
        expected = [bench.outcomes(rule) for rule in ALL_RULES]
    with cheaper():
        assert bench.outcomes(*ALL_RULES) == list(zip(*expected, strict=True))


@pytest.mark.parametrize("per", RULES.values(), ids=RULES)
def test_missing_keys_are_alike_as_in_a_loop(bench: Any, per: str) -> None:
    cells = ["a", "b", "."]
    rows = [
        [a, b, c, d, str(n % 3), f"2020-01-0{n % 2 + 1}", "1", str(n)]
        for n, (a, b, c, d) in enumerate(
            ((a, b, c, d) for a in cells for b in cells for c in cells[1:] for d in cells[1:]), 1
        )
    ]
    bench.fill("LB", COLUMNS, rows)
    names = per.removeprefix("all: ").strip("[]").split(", ")
    places = [list(COLUMNS).index(name) for name in names]
    alike = Counter(tuple(row[place] for place in places) for row in rows)
    rule = f"""
    applies_to: {{table: LB}}
    windows:
      same: {{per: [{", ".join(names)}], rows: all}}
    condition: count(*) over same = 1
    """
    expected = [
        "met" if alike[tuple(row[place] for place in places)] == 1 else "not met" for row in rows
    ]
    with encoded():
        assert bench.outcomes(rule) == expected


def test_an_absent_key_column_is_missing_for_all(bench: Any) -> None:
    relation = bench.fill("LB", COLUMNS, [["a", "x", ".", ".", "1", ".", "1", "1"]] * 2)
    relation.columns["SPEC"] = absent("text")
    with encoded():
        assert bench.outcomes(duplicates("[USUBJID, SPEC]")) == ["not met", "not met"]


def test_small_tables_and_keys_without_texts_are_not_encoded(bench: Any) -> None:
    relation = bench.fill("LB", COLUMNS, [["a", "x", ".", ".", "1", ".", ".", "1"]])
    assert sorts.encode(Steps(relation.table), relation, ["USUBJID"]) == {}
    with encoded():
        steps = Steps(relation.table)
        assert sorts.encode(steps, relation, ["VISIT", "ADT", "OTHER"]) == {}
        assert steps.last == relation.table
        assert list(sorts.encode(steps, relation, ["TEST", "USUBJID", "TEST"])) == [
            "TEST",
            "USUBJID",
        ]


def test_each_text_has_one_code_and_a_missing_one_has_0(bench: Any) -> None:
    keys = ["b", "a", ".", "b", "."]
    rows = [[key, ".", ".", ".", ".", ".", ".", str(n)] for n, key in enumerate(keys, 1)]
    relation = bench.fill("LB", COLUMNS, rows)
    steps = Steps(relation.table)
    with encoded():
        codes = sorts.encode(steps, relation, ["USUBJID"])
    query = steps.finish(exp.select(column("USUBJID"), codes["USUBJID"]).from_(steps.last))
    found = bench.engine.run(query).fetchall()
    assert len(found) == 5
    by_text = dict(found)
    assert by_text[None] == 0
    assert len(set(by_text.values())) == 3
    assert set(found) == set(by_text.items())


def test_two_codes_share_a_number_and_their_order_does_not_matter() -> None:
    codes = {name: column(name) for name in "ABC"}
    assert [tree.sql() for tree in sorts.packed(codes, ["C", "A", "B"])] == [
        f'("A" * CAST({1 << 31} AS BIGINT) + "B")',
        '"C"',
    ]
    assert sorts.packed(codes, ["B", "A"]) == sorts.packed(codes, ["A", "B"])
    assert sorts.packed(codes, []) == []


def shared(*windows: str) -> list[str]:
    trees = [sqlglot.parse_one(window, dialect="duckdb") for window in windows]
    sorts.share_sorts(trees)
    return [tree.sql("duckdb") for tree in trees]


def test_a_count_of_a_part_uses_the_sort_of_a_window_with_an_order() -> None:
    ordered = "MAX(v) OVER (PARTITION BY s ORDER BY d, n ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)"
    assert shared("COUNT(*) OVER (PARTITION BY s)", ordered) == [
        "COUNT(*) OVER (PARTITION BY s ORDER BY d, n ROWS BETWEEN UNBOUNDED PRECEDING"
        " AND UNBOUNDED FOLLOWING)",
        ordered,
    ]


def test_a_count_of_a_finer_part_is_the_count_of_the_peers_in_the_order() -> None:
    ordered = "MAX(v) OVER (PARTITION BY s ORDER BY d, n ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)"
    peers = "RANGE BETWEEN CURRENT ROW AND CURRENT ROW)"
    assert shared(
        "COUNT(*) OVER (PARTITION BY s, d)", "COUNT(*) OVER (PARTITION BY n, s, d)", ordered
    ) == [
        f"COUNT(*) OVER (PARTITION BY s ORDER BY d {peers}",
        f"COUNT(*) OVER (PARTITION BY s ORDER BY d, n {peers}",
        ordered,
    ]


@pytest.mark.parametrize(
    "window",
    [
        "COUNT(*) OVER (PARTITION BY s, n)",  # n is not the first of the order
        "COUNT(*) OVER (PARTITION BY d)",  # coarser than the part that is sorted
        "COUNT(*) OVER (PARTITION BY s, x)",
        "COUNT(*) OVER ()",
        "SUM(v) OVER (PARTITION BY s ORDER BY x)",
    ],
)
def test_a_window_that_does_not_fit_keeps_its_own_sort(window: str) -> None:
    ordered = "MAX(v) OVER (PARTITION BY s ORDER BY d, n ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)"
    assert shared(window, ordered) == [window, ordered]


def test_what_a_sort_need_not_wait_for_is_worked_out_in_front_of_it(bench: Any) -> None:
    relation = bench.fill("LB", COLUMNS, [["a", "x", ".", ".", "1", ".", ".", "1"]])
    window = "LAG(v) OVER (PARTITION BY a * 9 + b ORDER BY d)"
    texts = [f"s IS NULL OR {window} > 1", f"COUNT(*) {window[7:]} = 1 AND v IS NULL"]
    trees = [sqlglot.parse_one(text, dialect="duckdb") for text in texts]
    steps = Steps(relation.table)
    with encoded():
        sorts.ease_sort(steps, relation, trees)
    over = 'OVER (PARTITION BY "#early0" ORDER BY d)'
    assert [tree.sql("duckdb") for tree in trees] == [
        f'"#early1" OR LAG(v) {over} > 1',
        f"COUNT(*) {over} = 1 AND v IS NULL",  # v is carried anyway
    ]
    assert steps.finish(exp.select(exp.Star()).from_(steps.last)).sql("duckdb") == (
        'WITH "step_1" AS (SELECT *, a * 9 + b AS "#early0", s IS NULL AS "#early1" FROM "LB")'
        ' SELECT * FROM "step_1"'
    )


def test_a_small_table_is_sorted_as_it_is(bench: Any) -> None:
    relation = bench.fill("LB", COLUMNS, [["a", "x", ".", ".", "1", ".", ".", "1"]])
    tree = sqlglot.parse_one("s IS NULL OR LAG(v) OVER (PARTITION BY a + b ORDER BY d) > 1")
    before = tree.sql()
    sorts.ease_sort(Steps(relation.table), relation, [tree])
    assert tree.sql() == before
