"""Rows of a part as a DuckDB relation: order, types, errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from oncorules.data.export import ArrowRows, Part, RawColumn, read_export
from oncorules.data.relation import explained, store_rows
from oncorules.errors import DataError


def test_a_big_csv_keeps_its_order(tmp_path: Path) -> None:
    lines = "".join(f"{i},x\n" for i in range(500_000))
    (tmp_path / "lb.csv").write_text(f"A,B\n{lines}")
    part = read_export(tmp_path).tables["LB"].parts[0]
    with duckdb.connect() as con:
        store_rows(con, part, "t")
        wrong = con.sql("select count(*) from t where rowid <> A::bigint").fetchall()
    assert wrong == [(0,)]


def test_arrow_rows_are_handed_over(rows_of: Callable[[Part], list[tuple[Any, ...]]]) -> None:
    source = ArrowRows(lambda: pa.table({"A": ["x", None]}))
    part = Part("lb.xpt", (RawColumn("A", "text"),), source, 2)
    assert rows_of(part) == [("x",), (None,)]


def test_a_csv_that_went_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "lb.csv").write_text("A\n1\n")
    part = read_export(tmp_path).tables["LB"].parts[0]
    (tmp_path / "lb.csv").unlink()
    with duckdb.connect() as con, pytest.raises(DataError, match=r"lb.csv is gone since it was"):
        store_rows(con, part, "t")


def test_other_complaints_are_left_alone() -> None:
    part = Part("lb.xpt", (), ArrowRows(lambda: pa.table({})), 0)
    with pytest.raises(duckdb.InvalidInputException), explained(part):
        raise duckdb.InvalidInputException("something else")
