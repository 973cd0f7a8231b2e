"""What the tests of reading share: an engine's view of a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from oncorules.data.export import Part
from oncorules.data.relation import store_rows

Rows = Callable[[Part], list[tuple[Any, ...]]]


@pytest.fixture
def rows_of() -> Iterator[Rows]:
    """Rows of a part as DuckDB has them, in file order, without the row number."""
    with duckdb.connect() as con:

        def read(part: Part) -> list[tuple[Any, ...]]:
            con.execute("drop table if exists stored")
            store_rows(con, part, "stored")
            rows = con.table("stored").fetchall()
            return [row[: len(part.columns)] for row in rows]

        yield read
