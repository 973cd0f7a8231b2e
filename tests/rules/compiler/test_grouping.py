"""Groups of rows: steps of aggregates folded into one grouping, where that says the same."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from oncorules.rules.compiler.grouping import one_row_each
from oncorules.rules.compiler.relation import column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.values import integer


def tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")


@pytest.fixture
def steps() -> Steps:
    return Steps(exp.to_table("t"))


def grouped(steps: Steps, *names: str) -> str:
    """The query of a table with one row per K that keeps some columns of the last step."""
    selected = [exp.alias_(column(name), name, quoted=True) for name in ("K", *names)]
    return steps.finish(one_row_each(selected, [column("K")], steps)).sql("duckdb")


def test_an_aggregate_of_the_group_needs_no_window(steps: Steps) -> None:
    steps.extend({"N": integer(tree('sum("X") filter (where "Y" = 1) over (partition by "K")'))})
    assert grouped(steps, "N") == (
        'SELECT "K" AS "K", SUM("X") FILTER(WHERE "Y" = 1) AS "N" FROM t GROUP BY "K"'
    )


def test_a_column_made_of_aggregates_is_folded_with_them(steps: Steps) -> None:
    steps.extend({"N": integer(tree('count(*) over (partition by "K")'))})
    steps.extend({"M": integer(tree('"N" * 2 + 1'))})
    assert grouped(steps, "M") == (
        'SELECT "K" AS "K", (COUNT(*)) * 2 + 1 AS "M" FROM t GROUP BY "K"'
    )


def test_of_a_column_on_which_a_group_agrees_any_value_is_taken(steps: Steps) -> None:
    steps.extend({"N": integer(tree('case when "A" then count(*) over (partition by "K") end'))})
    assert 'CASE WHEN ANY_VALUE("A") THEN COUNT(*) END AS "N"' in grouped(steps, "N")


@pytest.mark.parametrize(
    ("window", "why"),
    [
        ('count(*) over (partition by "L")', "another group"),
        ('count(*) over (partition by "K" order by "X")', "the rows so far"),
        ('row_number() over (partition by "K")', "no aggregate"),
    ],
)
def test_other_windows_stay_as_they_are(steps: Steps, window: str, why: str) -> None:
    steps.extend({"N": integer(tree(window))})
    query = grouped(steps, "N")
    assert 'ANY_VALUE("N") AS "N" FROM "step_1"' in query, why
    assert "OVER" in query


def test_an_aggregate_of_an_aggregate_is_folded_once(steps: Steps) -> None:
    steps.extend({"N": integer(tree('count(*) over (partition by "K")'))})
    steps.extend({"M": integer(tree('max("N") over (partition by "K")'))})
    query = grouped(steps, "M")
    assert query.startswith('WITH "step_1" AS (SELECT *, COUNT(*) OVER (PARTITION BY "K") AS "N"')
    assert query.endswith('SELECT "K" AS "K", MAX("N") AS "M" FROM "step_1" GROUP BY "K"')


def test_a_filter_between_ends_the_folding(steps: Steps) -> None:
    steps.extend({"N": integer(tree('count(*) over (partition by "K")'))})
    steps.keep(tree('"N" > 1'))
    steps.extend({"M": integer(tree('max("X") over (partition by "K")'))})
    query = grouped(steps, "N", "M")
    assert 'WHERE "N" > 1) SELECT "K" AS "K", ANY_VALUE("N") AS "N", MAX("X") AS "M"' in query


def test_a_key_that_is_worked_out_is_not_folded(steps: Steps) -> None:
    steps.extend({"K": integer(tree('"X" + 1'))})
    assert grouped(steps).endswith('SELECT "K" AS "K" FROM "step_1" GROUP BY "K"')
