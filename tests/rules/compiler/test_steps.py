"""A query built in steps: columns, filters, equal trees stored once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from oncorules.rules.compiler.relation import column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.values import Value, constant, integer


def tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")


@pytest.fixture
def steps() -> Steps:
    return Steps(exp.to_table("t"))


def finished(steps: Steps) -> str:
    return steps.finish(exp.select("*").from_(steps.last)).sql("duckdb")


def test_without_a_step_the_query_reads_the_table_itself(steps: Steps) -> None:
    assert finished(steps) == "SELECT * FROM t"


def test_each_step_reads_the_one_before(steps: Steps) -> None:
    steps.extend({"double": integer(tree("x * 2"))})
    steps.extend({"more": integer(tree('"double" + 1'))})
    assert finished(steps) == (
        'WITH "step_1" AS (SELECT *, x * 2 AS "double" FROM t), '
        '"step_2" AS (SELECT *, "double" + 1 AS "more" FROM "step_1") SELECT * FROM "step_2"'
    )


def test_equal_trees_are_stored_once_in_one_step_and_in_later_ones(steps: Steps) -> None:
    first = steps.extend({"a": integer(tree("x * 2")), "b": integer(tree("x * 2"))})
    later = steps.extend({"c": integer(tree("x * 2")), "d": integer(tree("x * 3"))})
    assert [value.first.name for value in (*first.values(), *later.values())] == list("aaad")
    assert finished(steps).count("x * 2") == 1


def test_a_value_keeps_its_own_unit_where_its_tree_is_shared(steps: Steps) -> None:
    stored = steps.extend({"a": integer(tree("x * 2"), unit="day"), "b": integer(tree("x * 2"))})
    assert [(value.first.name, value.unit) for value in stored.values()] == [
        ("a", "day"),
        ("a", None),
    ]


def test_a_column_is_not_stored_again(steps: Steps) -> None:
    value = integer(column("x"))
    assert steps.extend({"a": value}) == {"a": value}
    assert finished(steps) == "SELECT * FROM t"


def test_both_ends_of_a_date_are_stored(steps: Steps) -> None:
    date = Value("date", tree("low"), tree("high"), show=tree("shown"))
    stored = steps.extend({"day": date})["day"]
    assert [end.sql() for end in stored.ends] == ['"day"', '"day#last"']
    assert stored.show is date.show
    other_end = Value("date", tree("low"), tree("other"))
    assert steps.extend({"other": other_end})["other"].first.name == "other"


def test_a_stored_constant_is_a_constant_no_more(steps: Steps) -> None:
    stored = steps.extend({"limit": constant(5)})["limit"]
    assert (stored.first, stored.literal) == (column("limit"), None)


def test_after_a_filter_a_window_is_computed_anew(steps: Steps) -> None:
    count = integer(tree("COUNT(*) OVER ()"))
    steps.extend({"before": count})
    steps.keep(tree("x > 1"))
    assert steps.extend({"after": count})["after"].first.name == "after"
    assert finished(steps).count("COUNT(*) OVER ()") == 2


def test_a_finished_query_has_every_step_once(steps: Steps) -> None:
    steps.extend({"a": integer(tree("x * 2"))})
    steps.keep(tree("a > 1"))
    whole = steps.finish(exp.select("*").from_(steps.last)).sql()
    assert [whole.count(f'"{name}" AS') for name in ("step_1", "step_2")] == [1, 1]


def test_the_engine_answers_a_query_of_many_steps(bench: Any) -> None:
    relation = bench.given("T", "U | N:integer\na | 1\nb | 2\nc | 3")
    steps = Steps(relation.table, "own")
    for number in range(30):
        before = tree(f'"N{number - 1}"' if number else '"N"')
        steps.extend({f"N{number}": integer(exp.Add(this=before, expression=tree("1")))})
    steps.keep(tree('"N29" > 31'))
    query = steps.finish(exp.select(column("U"), column("N29")).from_(steps.last))
    assert sorted(bench.engine.run(query).fetchall()) == [("b", 32), ("c", 33)]
