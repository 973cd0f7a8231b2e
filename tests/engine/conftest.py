"""Small exports for the engine: drawn as tables in the test."""

from __future__ import annotations

import pyarrow as pa
import pytest
from sqlglot import exp

from oncorules.data.arrow import kind_of
from oncorules.data.export import ArrowRows, Export, Part, RawColumn, RawTable
from oncorules.data.model import Model, TableModel
from oncorules.engine import trees
from oncorules.engine.duckdb import Engine


def part_of(table: pa.Table, file: str) -> Part:
    columns = tuple(RawColumn(field.name, kind_of(field.type)) for field in table.schema)
    return Part(file, columns, ArrowRows(lambda: table), table.num_rows)


def export_of(name: str, *tables: pa.Table) -> Export:
    parts = tuple(part_of(t, f"{name.lower()}{i}.xpt") for i, t in enumerate(tables, start=1))
    return Export({name: RawTable(name, parts)}, (), ("test",))


def model_of(name: str, key: tuple[str, ...] = (), **types: str) -> Model:
    columns = {column: {"type": kind} for column, kind in types.items()}
    return Model("test", {name: TableModel(name=name, key=key, columns=columns)}, {})


def rows_of(engine: Engine, table: str, *columns: str) -> list[tuple[object, ...]]:
    query = exp.select(*map(trees.column, columns)).from_(trees.table(table))
    return engine.run(query.order_by(trees.column("#file"), trees.column("#row"))).fetchall()


@pytest.fixture
def engine():
    with Engine(jobs=1) as opened:
        yield opened
