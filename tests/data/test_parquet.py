"""Parquet: kinds of columns, scans in place with row numbers, odd types through Arrow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.export import ArrowRows, ParquetFile, read_export
from oncorules.data.relation import explained, rows_relation
from oncorules.errors import DataError


def part_of(path: Path, table: pa.Table):  # type: ignore[no-untyped-def]
    pq.write_table(table, path)
    return read_export(path).tables["LB"].parts[0]


def test_kinds_come_from_the_types_and_labels_are_kept(tmp_path: Path) -> None:
    schema = pa.schema(
        [
            pa.field("T", pa.string(), metadata={"label": "A text"}),
            pa.field("L", pa.large_string()),
            pa.field("C", pa.dictionary(pa.int32(), pa.string())),
            pa.field("F", pa.float64()),
            pa.field("M", pa.decimal128(10, 2)),
            pa.field("I", pa.int32()),
            pa.field("D", pa.date32()),
            pa.field("S", pa.timestamp("ns")),
            pa.field("B", pa.bool_()),
            pa.field("N", pa.null()),
        ]
    )
    day, moment = dt.date(2014, 1, 2), dt.datetime(2014, 1, 2, 3, 4, 5)
    values = ["x", "y", "z", 1.5, Decimal("2.50"), 3, day, moment, True, None]
    table = pa.table([pa.array([v], f.type) for v, f in zip(values, schema, strict=True)], schema)
    part = part_of(tmp_path / "lb.parquet", table)
    assert isinstance(part.source, ParquetFile)
    assert [column.kind for column in part.columns] == [
        "text", "text", "text", "number", "number", "integer", "date", "datetime", "boolean", "text"
    ]  # fmt: skip
    assert part.columns[0].label == "A text"
    with duckdb.connect() as con:
        relation = rows_relation(con, part)
        assert relation.columns == [*schema.names, "#row"]
        assert relation.fetchall() == [(*values, 1)]


def test_rows_are_numbered_from_1_in_file_order(tmp_path: Path) -> None:
    part = part_of(tmp_path / "lb.parquet", pa.table({"A": list(range(300_000))}))
    assert part.rows == 300_000
    with duckdb.connect() as con:
        wrong = rows_relation(con, part).filter('"#row" <> A + 1')
        assert wrong.count("*").fetchall() == [(0,)]


@pytest.mark.parametrize("rows", [199_999, 200_000, 299_999, 300_000, 300_001, 900_001])
def test_a_file_with_one_great_row_group_is_scanned_by_every_thread(
    tmp_path: Path, rows: int
) -> None:
    part = part_of(tmp_path / "lb.parquet", pa.table({"A": pa.array(range(rows))}))
    with duckdb.connect(config={"threads": 3}) as con:
        relation = rows_relation(con, part)
        pieces = min(3, rows // 100_000)
        assert relation.sql_query().count("parquet_scan") == (pieces if pieces > 1 else 1)
        found = relation.aggregate('count(*), count(distinct "#row"), min("#row"), max("#row")')
        assert found.fetchall() == [(rows, rows, 1, rows)]


def test_types_an_engine_would_show_differently_are_read_as_text_or_utc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test that imported pandera sets this; pyarrow would then drop the zone of `moment`.
    monkeypatch.delenv("PYARROW_IGNORE_TIMEZONE", raising=False)
    moment = dt.datetime(2014, 1, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    table = pa.table(
        {
            "Z": pa.array([moment, None], pa.timestamp("us", "Europe/Berlin")),
            "B": pa.array([b"bytes", None], pa.binary()),
            "L": pa.array([[1, 2], None]),
            "T": pa.array([dt.time(8, 30), None]),
            "W": pa.array([Decimal("1.5"), None], pa.decimal256(50, 3)),
        }
    )
    part = part_of(tmp_path / "lb.parquet", table)
    assert isinstance(part.source, ArrowRows)
    assert [column.kind for column in part.columns] == ["datetime", "text", "text", "text", "text"]
    with duckdb.connect() as con:
        assert rows_relation(con, part).fetchall() == [
            (dt.datetime(2014, 1, 2, 10), "bytes", "[1, 2]", "08:30:00", "1.500"),
            (None,) * 5,
        ]
    assert [str(n) for n in read_export(tmp_path / "lb.parquet").notes] == [
        "lb.parquet: Z, B, L, T, W hold lists, bytes, times or time zones; read as text or UTC"
    ]


@pytest.mark.parametrize("name", ['a "b"', "select", "file_row_number", "x\ny", "a.b", "'"])
def test_hostile_names_are_only_names(tmp_path: Path, name: str) -> None:
    part = part_of(tmp_path / "lb.parquet", pa.table({name: ["v"], "A": ["w"]}))
    with duckdb.connect() as con:
        relation = rows_relation(con, part)
        assert relation.columns[:2] == [name, "A"]
        assert relation.fetchall()[0][:2] == ("v", "w")


def test_wildcards_and_partitions_in_a_path_are_plain(tmp_path: Path) -> None:
    folder = tmp_path / "site=1" / "[x]"
    folder.mkdir(parents=True)
    part = part_of(folder / "lb.parquet", pa.table({"A": ["v"]}))
    with duckdb.connect() as con:
        assert rows_relation(con, part).columns == ["A", "#row"]


def test_two_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"A": [1], "a": [1]}), tmp_path / "lb.parquet")
    with pytest.raises(DataError, match=r'lb.parquet: column "a" .* is there twice'):
        read_export(tmp_path / "lb.parquet")


def test_a_file_damaged_inside_is_told_when_its_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lb.parquet"
    part = part_of(path, pa.table({"A": [f"{i:x}" * 5 for i in range(50_000)]}))
    data = bytearray(path.read_bytes())
    data[200:20_000] = b"\xff" * 19_800
    path.write_bytes(data)
    with (
        duckdb.connect() as con,
        pytest.raises(DataError, match=r"lb.parquet is damaged and cannot be read; export it"),
        explained(part),
    ):
        rows_relation(con, part).fetchall()


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    part = part_of(tmp_path / "lb.parquet", pa.table({"A": [1]}))
    (tmp_path / "lb.parquet").unlink()
    with (
        duckdb.connect() as con,
        pytest.raises(DataError, match=r"lb.parquet is gone since it was first looked at"),
        explained(part),
    ):
        rows_relation(con, part).fetchall()


def test_no_rows_are_noted(tmp_path: Path) -> None:
    part_of(tmp_path / "lb.parquet", pa.table({"A": pa.array([], pa.string())}))
    notes = read_export(tmp_path / "lb.parquet").notes
    assert [str(note) for note in notes] == ["lb.parquet: a header and no rows"]
