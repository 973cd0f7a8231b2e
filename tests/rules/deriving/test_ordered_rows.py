"""Tables in the order of their key, or row by row in the order of the export."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.relation import Relation, stored
from oncorules.rules.deriving.ordered_rows import OrderedRows, _starts
from oncorules.rules.language.values import Value


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(jobs=1) as engine:
        yield engine


def rows(engine: Engine, places: list[int]) -> OrderedRows:
    """Rows that say at which place they stand, as the engine hands them on."""
    names = [f"row {place}" for place in places]
    files = pa.array([0] * len(places), pa.int16())
    table = pa.table({"A": names, "#file": files, "#row": pa.array(places, pa.int64())})
    engine.store_arrow("t", table)
    relation = Relation("t", {"A": stored("A", "text")}, ("A",), True, in_order=True)
    return OrderedRows(engine, relation, ["A"])


def test_columns_come_as_asked_and_rows_by_their_key(engine: Engine) -> None:
    columns = {"USUBJID": stored("USUBJID", "text"), "ADT": stored("ADT", "date")}
    rows = OrderedRows(engine, Relation("adsl", columns, ("USUBJID", "ADT")), ["USUBJID"])
    query = rows._in_order(rows._rows)
    assert query.named_selects == ["USUBJID"]
    assert [one.this.name for one in query.args["order"].expressions] == [
        "USUBJID", "ADT", "ADT#last",
    ]  # fmt: skip


def test_numbers_are_written_as_numbers_and_whole_ones_as_whole(engine: Engine) -> None:
    columns = {
        "N": Value("integer", exp.column("N")),
        "X": Value("number", exp.column("X"), digits=(18, 6)),
    }
    sql = OrderedRows(engine, Relation("t", columns, ()), ["N", "X"])._rows.sql("duckdb")
    assert sql.startswith('SELECT N AS "N", CAST(X AS DOUBLE) AS "X"')


def test_rows_of_an_export_come_in_its_order_and_their_places_are_not_shown(
    engine: Engine,
) -> None:
    found = rows(engine, [2, 7, 3])
    assert found.schema().names == ["A"]
    assert found.arrow().to_pydict() == {"A": ["row 2", "row 3", "row 7"]}
    assert [batch.num_rows for batch in found.batches()] == [3]
    assert found.count == 3


@pytest.mark.parametrize("mixed", [False, True])
def test_a_stored_table_is_read_part_by_part_and_sorted_where_it_is_mixed(
    engine: Engine, mixed: bool
) -> None:
    places = [place for place in range(1, 101) if place % 3]
    found = rows(engine, places[::-1] if mixed else places)
    shown = [row for batch in found.batches(10) for row in batch.column(0).to_pylist()]
    assert shown == [f"row {place}" for place in places]
    assert {batch.num_rows for batch in found.batches(10)} <= {6, 7}  # a third of it is empty
    assert found.schema().names == ["A"]
    assert found.count == 67


def test_a_query_that_is_only_named_is_run_as_a_whole(engine: Engine) -> None:
    found = rows(engine, [3, 2, 1])
    engine.view("v", exp.select(exp.Star()).from_("t"))
    relation = Relation("v", found._relation.columns, ("A",), True, in_order=True)
    (batch,) = OrderedRows(engine, relation, ["A"]).batches(10)
    assert batch.column(0).to_pylist() == ["row 1", "row 2", "row 3"]


def test_parts_have_about_as_many_rows_as_wanted() -> None:
    assert _starts([], 10) == [None]
    assert _starts([(5, 4), (2, 6)], 10) == [None]  # given in any order
    assert _starts([(2, 6), (5, 4), (7, 1)], 10) == [None, 7]
    assert _starts([(0, 25), (1, 1)], 10) == [None, 1]  # a piece is not cut


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_rows_sorted_in_parts_come_in_the_order_of_the_whole(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("oncorules.rules.deriving.ordered_rows.SORTED_TOGETHER", together)
    keys = ["b", None, "it's", "a", "b", "", None, "c", "a", "b"]
    table = pa.table({"USUBJID": keys, "N": pa.array(range(len(keys)), pa.int64())})
    engine.store_arrow("t", table)
    columns = {"USUBJID": stored("USUBJID", "text"), "N": stored("N", "integer")}
    found = OrderedRows(engine, Relation("t", columns, ("USUBJID", "N")), ["USUBJID", "N"])
    rows = [tuple(row.values()) for batch in found.batches() for row in batch.to_pylist()]
    nulls_first = sorted(
        zip(keys, range(10), strict=True),
        key=lambda row: (row[0] is not None, row[0] or "", row[1]),
    )
    assert rows == nulls_first
    assert rows == [tuple(row.values()) for row in found.arrow().to_pylist()]
