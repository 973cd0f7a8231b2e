"""Tables in the order of their key, or row by row in the order of the export."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.relation import Relation, stored
from oncorules.rules.deriving.ordered_rows import OrderedRows
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
    query = OrderedRows(engine, Relation("adsl", columns, ("USUBJID", "ADT")), ["USUBJID"])._query
    assert query.named_selects == ["USUBJID"]
    assert [one.this.name for one in query.args["order"].expressions] == [
        "USUBJID", "ADT", "ADT#last",
    ]  # fmt: skip


def test_numbers_are_written_as_numbers_and_whole_ones_as_whole(engine: Engine) -> None:
    columns = {
        "N": Value("integer", exp.column("N")),
        "X": Value("number", exp.column("X"), digits=(18, 6)),
    }
    sql = OrderedRows(engine, Relation("t", columns, ()), ["N", "X"])._query.sql("duckdb")
    assert sql.startswith('SELECT N AS "N", CAST(X AS DOUBLE) AS "X"')


def test_rows_of_an_export_come_in_its_order_and_their_places_are_not_shown(
    engine: Engine,
) -> None:
    found = rows(engine, [2, 7, 3])
    assert found.schema().names == ["A"]
    assert found.arrow().to_pydict() == {"A": ["row 2", "row 3", "row 7"]}
    assert [batch.num_rows for batch in found.batches()] == [3]
    assert found.count == 3
