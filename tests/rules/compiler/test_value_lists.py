"""Constants as tables of a query: their names, their rows, and queries without them."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.compiler.value_lists import ValueList, without_lists

COLUMNS = {"UNIT": "VARCHAR", "FACTOR": "DECIMAL(5, 3)", "#number": "INTEGER"}
ROWS = [("g/L", Decimal("1.000"), 1), ("it's", Decimal("-0.5"), -2), (None, None, None)]


def test_equal_lists_share_a_name_and_no_others_do() -> None:
    name = ValueList(COLUMNS, ROWS).name
    assert ValueList(dict(COLUMNS), [list(row) for row in ROWS]).name == name
    assert ValueList(COLUMNS, ROWS[:2]).name != name
    assert ValueList({**COLUMNS, "FACTOR": "DECIMAL(6, 3)"}, ROWS).name != name


def test_every_constant_comes_out_as_it_went_in() -> None:
    with Engine(jobs=1) as engine:
        assert engine.run(ValueList(COLUMNS, ROWS).query()).fetchall() == ROWS


def test_a_list_without_rows_has_one_in_which_all_is_missing() -> None:
    with Engine(jobs=1) as engine:
        assert engine.run(ValueList(COLUMNS, []).query()).fetchall() == [(None, None, None)]


def test_a_list_stands_in_a_query_once_and_can_be_stored_apart() -> None:
    steps = Steps(exp.to_table("t"))
    listed = steps.list(ValueList(COLUMNS, ROWS))
    assert steps.list(ValueList(COLUMNS, ROWS)).name == listed.name
    whole = steps.finish(exp.select(exp.Count(this=exp.Star())).from_(listed))
    with Engine(jobs=1) as engine:
        assert engine.run(whole).fetchall() == [(3,)]
        query, lists = without_lists(whole)
        assert query.args.get("with_") is None
        for name, rows in lists.items():
            engine.keep(name, rows)
            engine.keep(name, rows)  # a second time it does nothing
        assert engine.run(query).fetchall() == [(3,)]


def test_a_query_without_lists_stays_as_it_is() -> None:
    query = exp.select("a").from_("t")
    assert without_lists(query) == (query, {})
    steps = exp.select("a").from_("s").with_("s", as_=exp.select("a").from_("t"))
    assert without_lists(steps) == (steps, {})
    assert steps.sql() == "WITH s AS (SELECT a FROM t) SELECT a FROM s"
