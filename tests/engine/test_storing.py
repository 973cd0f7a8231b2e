"""Rows that are copied into the engine read as rows that are typed at each scan do."""

from __future__ import annotations

import math
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from oncorules.data.export import CsvFile
from oncorules.engine.duckdb import Engine
from oncorules.engine.storing import RAW, Reading, physical_columns, typed_rows
from oncorules.engine.typed import typed_columns

from .conftest import export_of, model_of, rows_of

FIXTURE = [HealthCheck.function_scoped_fixture]
TEXTS = (
    st.text(max_size=6)
    | st.from_regex(r"[+-]?[0-9.,eE_ ]{1,9}", fullmatch=True)
    | st.from_regex(r"(18|20|22|23)[0-9]{2}(-[01][0-9](-[0-3][0-9](T[0-2][0-9]:[0-5][0-9])?)?)?")
    | st.integers(-(10**20), 10**20).map(str)
    | st.decimals(-(10**13), 10**13, places=7).map(lambda number: format(number, "f"))
    | st.sampled_from(["", "5.", ".5", "5.0", "-0.0", "Yes", "0", "2014---15", "9" * 18, "1e5"])
)


@pytest.fixture(scope="module")
def both():
    """A function: values to what is stored of them and what each scan would read."""
    with Engine(jobs=1) as engine:

        def ask(values, stored, wanted, decimal="."):
            rows = engine.connection.sql(
                f"select unnest($values::{stored}[]) as x", params={"values": values}
            )
            reading = Reading("x", stored, "X", wanted)
            typed_rows(engine, rows, [reading], decimal).create("stored")
            columns = physical_columns(engine, "X", wanted)
            direct = typed_columns(stored, wanted, decimal)
            kept = ", ".join(columns[suffix].sql("duckdb") for suffix in direct)
            each = ", ".join(tree.sql("duckdb") for tree in direct.values())
            now = engine.connection.sql(f"select {kept} from stored order by rowid").fetchall()
            engine.connection.execute('drop table "stored"')
            return now, rows.project(each).fetchall()

        yield ask


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("wanted", ["text", "integer", "number", "date", "boolean"])
@settings(max_examples=40, suppress_health_check=FIXTURE, deadline=None)
@given(values=st.lists(TEXTS | st.none(), max_size=20))
@example(
    values=["5.", "1.0000005", "007", "+5", " 5", "2014-02-05T10:30", "2014-2-5", "1700-01-01"]
)
def test_texts_are_stored_as_each_scan_would_read_them(both, wanted, decimal, values):
    stored, scanned = both(values, "VARCHAR", wanted, decimal)
    assert stored == scanned


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT"])
@pytest.mark.parametrize("wanted", ["text", "integer", "number", "date", "boolean"])
@settings(max_examples=40, suppress_health_check=FIXTURE, deadline=None)
@given(values=st.lists(st.floats(width=32) | st.integers(-5000, 5000).map(float) | st.none()))
@example(values=[1.0000005, -0.0, math.inf, math.nan, 1e15, 1e300, 2014.0, 0.5])
def test_floats_are_stored_as_each_scan_would_read_them(both, wanted, kind, values):
    fits = [v if v is None or kind == "DOUBLE" or abs(v) < 1e38 else math.inf for v in values]
    stored, scanned = both(fits, kind, wanted)
    assert stored == scanned


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("BIGINT", [5, -7, None, 10**17, 2014]),
        ("DECIMAL(9,2)", ["5.10", "500", None]),
        ("DATE", [date(2014, 1, 2), date(1066, 10, 14), None]),
        ("TIMESTAMP", ["2014-01-02 00:00:00", "2014-01-02 10:30:00", None]),
        ("BOOLEAN", [True, False, None]),
    ],
)
@pytest.mark.parametrize("wanted", ["text", "integer", "number", "date", "boolean"])
def test_other_types_are_stored_as_each_scan_would_read_them(both, kind, values, wanted):
    stored, scanned = both(values, kind, wanted)
    assert stored == scanned


def test_texts_are_kept_only_where_the_value_does_not_say_them(engine):
    rows = pa.table({"DAY": ["2014-02-05", "2014-02", "x", None], "N": ["5.0", "5", "+5", "<5"]})
    engine.load(export_of("LB", rows), model_of("LB", DAY="date", N="number"))
    kept = engine.connection.sql(f'select "DAY{RAW}", "N{RAW}" from "#rows 0 0" order by rowid')
    assert kept.fetchall() == [(None, None), ("2014-02", None), ("x", "+5"), (None, "<5")]
    assert rows_of(engine, "LB", "DAY#unread", "N#unread") == [
        (None, None),
        (None, None),
        ("x", None),
        (None, "<5"),
    ]


def test_a_csv_file_is_not_kept_as_text(engine, tmp_path):
    from oncorules.data.export import read_export

    (tmp_path / "lb.csv").write_text("DAY,ROWID\n2014-02-05,7\n")
    export = read_export(tmp_path / "lb.csv")
    assert isinstance(export.tables["LB"].parts[0].source, CsvFile)
    engine.load(export, model_of("LB", DAY="date", ROWID="integer"))
    stored = engine.connection.table('"#rows 0 0"')
    assert dict(zip(stored.columns, map(str, stored.types), strict=True)) == {
        "DAY": "DATE",
        "DAY#last": "DATE",
        f"DAY{RAW}": "VARCHAR",
        "#rowid": "BIGINT",
        f"#rowid{RAW}": "VARCHAR",
    }
    assert rows_of(engine, "LB", "#row", "DAY", "ROWID") == [(1, date(2014, 2, 5), 7)]
