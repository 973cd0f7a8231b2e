"""Tables written and read again: equal in every format, the same bytes each time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from oncorules.data.export import read_export
from oncorules.data.model import Model, TableModel
from oncorules.data.write import SUFFIXES, write_table
from oncorules.engine.duckdb import Engine
from oncorules.errors import CallError, OutputError

TYPES = {
    "USUBJID": "text",
    "LBDTC": "date",
    "LBSEQ": "integer",
    "LBSTRESN": "number",
    "FLOAT": "number",
    "DAY": "date",
    "TIME": "date",
    "FLAG": "boolean",
}
LABELS = {"USUBJID": "Unique Subject Identifier"}
ROWS = pa.table(
    {
        "USUBJID": pa.array(["A", 'Bé, "q"\nline', "=1+1", None]),
        "LBDTC": pa.array(["2014-02", "2014-02-03T10:30", "", "2014"]),
        "LBSEQ": pa.array([1, -20, None, 900], pa.int64()),
        "LBSTRESN": pa.array(
            [Decimal("5.100000"), None, Decimal("-0.000001"), Decimal("123456789")],
            pa.decimal128(18, 6),
        ),
        "FLOAT": pa.array([0.1, 100.0, float("nan"), -1e-5]),
        "DAY": pa.array([date(2014, 2, 3), None, date(1900, 1, 1), date(2100, 12, 31)]),
        "TIME": pa.array([datetime(2014, 2, 3, 10, 30), None, datetime(2014, 2, 3), None]),
        "FLAG": pa.array([True, False, None, True]),
    }
)
MODEL = Model(
    "test",
    {
        "LB": TableModel(
            name="LB", key=("LBSEQ",), columns={n: {"type": kind} for n, kind in TYPES.items()}
        )
    },
    {},
)


def read_back(path):
    with Engine(jobs=1) as engine:
        engine.load(read_export(path), MODEL)
        wanted = "lambda c: c <> 'FLAG#text' and not ends_with(c, '#unread')"
        query = f'select columns({wanted}) from "LB" order by "#row"'
        return engine.connection.sql(query).fetchall()


@pytest.mark.parametrize("as_", SUFFIXES)
def test_every_format_gives_the_table_back(tmp_path, as_):
    path = tmp_path / f"lb{SUFFIXES[as_]}"
    write_table(ROWS, path, as_, name="LB", labels=LABELS)
    found = read_back(path)
    month = (date(2014, 2, 1), date(2014, 2, 28), "2014-02")
    third = (date(2014, 2, 3),) * 2
    assert found[0] == (
        *(1, 0, "A", *month, 1, "1", Decimal("5.1"), "5.1", Decimal("0.1"), "0.1"),
        *(*third, "2014-02-03", *third, "2014-02-03T10:30:00", True),
    )
    assert [row[2] for row in found] == ["A", 'Bé, "q"\nline', "=1+1", None]
    assert [row[5] for row in found] == ["2014-02", "2014-02-03T10:30", None, "2014"]
    assert [row[7] for row in found] == ["1", "-20", None, "900"]
    assert [row[8:10] for row in found][2:] == [
        (Decimal("-0.000001"), "-0.000001"),
        (Decimal(123456789), "123456789"),
    ]
    assert [row[10:12] for row in found][1:] == [
        (Decimal(100), "100"),
        (None, None),
        (Decimal("-0.00001"), "-0.00001"),
    ]
    assert [row[-1] for row in found] == [True, False, None, True]


def test_all_formats_give_equal_tables(tmp_path):
    found = []
    for as_, suffix in SUFFIXES.items():
        path = tmp_path / as_ / f"lb{suffix}"
        path.parent.mkdir()
        write_table(ROWS, path, as_, name="LB")
        found.append(read_back(path))
    assert all(rows == found[0] for rows in found)


@pytest.mark.parametrize("as_", SUFFIXES)
def test_equal_tables_give_equal_bytes(tmp_path, as_):
    for name in ("a", "b"):
        write_table(ROWS, tmp_path / name, as_, name="LB")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("as_", SUFFIXES)
def test_a_table_without_rows_keeps_its_columns(tmp_path, as_):
    path = tmp_path / f"lb{SUFFIXES[as_]}"
    write_table(ROWS.schema.empty_table(), path, as_, name="LB")
    assert [c.name for c in read_export(path).tables["LB"].columns] == list(TYPES)
    assert read_back(path) == []


@pytest.mark.parametrize("as_", ["parquet", "xpt", "dataset-json"])
def test_labels_are_kept_where_the_format_has_them(tmp_path, as_):
    path = tmp_path / f"lb{SUFFIXES[as_]}"
    write_table(ROWS, path, as_, name="LB", labels=LABELS)
    if as_ == "parquet":
        import pyarrow.parquet as pq

        assert (
            pq.read_schema(path).field("USUBJID").metadata[b"label"] == b"Unique Subject Identifier"
        )
    else:
        assert read_export(path).tables["LB"].columns[0].label == LABELS["USUBJID"]


@pytest.mark.parametrize("as_", SUFFIXES)
def test_the_result_of_a_query_is_written_in_batches(tmp_path, as_):
    from sqlglot import parse_one

    query = parse_one("select range as LBSEQ from range(130000) order by 1", dialect="duckdb")
    path = tmp_path / f"lb{SUFFIXES[as_]}"
    with Engine(jobs=2) as engine:
        write_table(engine.run(query), path, as_, name="LB")
        assert engine.run(query).fetchone() == (0,)
        found = Engine().load(read_export(path), MODEL)
    assert found["LB"].rows == 130_000


def test_an_unknown_way_to_write_gets_the_nearest_right_one(tmp_path):
    with pytest.raises(CallError, match='"parket" is not a way to write a table; did you mean "pa'):
        write_table(ROWS, tmp_path / "x", "parket", name="LB")


def test_an_error_in_the_table_leaves_no_file(tmp_path):
    with pytest.raises(OutputError):
        write_table(pa.table({"PARAMETER": [1]}), tmp_path / "x.xpt", "xpt", name="LB")
    assert list(tmp_path.iterdir()) == []
