"""An order by one value takes the same first row as an order by several columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.order import one_value

TEXTS = st.none() | st.sampled_from(["", "a", "b"])
NUMBERS = st.none() | st.integers(-1, 1)


def ordered(name: str, down: bool) -> exp.Ordered:
    return exp.Ordered(this=exp.column(name), desc=down, nulls_first=False)


def numbers(engine: Engine, order: exp.Order) -> list[int]:
    query = exp.select("n").from_("t")
    query.set("order", order)
    return [number for (number,) in engine.run(query).fetchall()]


@pytest.fixture(scope="module")
def engine():
    with Engine(jobs=1) as engine:
        yield engine


@given(rows=st.lists(st.tuples(TEXTS, NUMBERS, NUMBERS), max_size=8), down=st.booleans())
def test_one_value_orders_like_its_parts_with_nulls_last(engine, rows, down):
    import pyarrow as pa

    fields = [("a", pa.string()), ("b", pa.int64()), ("c", pa.int64()), ("n", pa.int64())]
    table = pa.Table.from_pylist(
        [dict(zip("abcn", (*row, n), strict=True)) for n, row in enumerate(rows)],
        schema=pa.schema(fields),
    )
    engine.store_arrow("t", table)
    parts = [ordered(name, down) for name in "abcn"]
    whole = one_value([part.copy() for part in parts])
    assert len(whole.expressions) == 1
    assert numbers(engine, whole) == numbers(engine, exp.Order(expressions=parts))
    engine.drop("t")


def test_what_goes_both_ways_stays_as_it_is():
    parts = [ordered("a", True), ordered("b", False)]
    assert one_value(parts).expressions == parts
    assert one_value(parts[:1]).expressions == parts[:1]
