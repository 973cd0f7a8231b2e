"""Loading: names, types, row numbers, several files, hostile names, and every format alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.export import read_export
from oncorules.errors import CallError, DataError

from .conftest import export_of, model_of, rows_of


def test_columns_get_the_spelling_and_type_of_the_model(engine):
    rows = pa.table({"usubjid": ["A", "B"], "LbDtc": ["2014-02", "x"], "Lbstresn": ["5.0", "<5"]})
    model = model_of("LB", USUBJID="text", LBDTC="date", LBSTRESN="number")
    engine.load(export_of("LB", rows), model)
    assert engine.columns("LB") == {"USUBJID": "text", "LBDTC": "date", "LBSTRESN": "number"}
    wanted = ("#row", "#file", "USUBJID", "LBDTC", "LBDTC#last", "LBDTC#text")
    assert rows_of(engine, "LB", *wanted) == [
        (1, 0, "A", date(2014, 2, 1), date(2014, 2, 28), "2014-02"),
        (2, 0, "B", None, None, "x"),
    ]
    assert rows_of(engine, "LB", "LBSTRESN", "LBSTRESN#text") == [(Decimal(5), "5"), (None, "<5")]


def test_extra_columns_are_kept_in_upper_case_with_the_type_of_the_file(engine):
    rows = pa.table({"x": ["1"], "Site Number": [7], "when": [date(2014, 1, 2)], "ok": [True]})
    tables = engine.load(export_of("ZZ", rows), model_of("LB"))
    types = {"X": "text", "SITE NUMBER": "integer", "WHEN": "date", "OK": "boolean"}
    assert engine.columns("ZZ") == types
    assert tables["ZZ"].extra == tuple(types)
    assert rows_of(engine, "ZZ", *types) == [("1", 7, date(2014, 1, 2), True)]


def test_a_column_that_the_file_does_not_have_is_listed_and_not_made_up(engine):
    model = model_of("LB", USUBJID="text", LBSEQ="integer")
    columns = dict(model.tables["LB"].columns)
    columns["LBSEQ"] = columns["LBSEQ"].model_copy(update={"core": "required"})
    model.tables["LB"].columns.update(columns)
    table = engine.load(export_of("LB", pa.table({"USUBJID": ["A"]})), model)["LB"]
    assert table.missing_required == ("LBSEQ",)
    assert "LBSEQ" not in engine.columns("LB")


HOSTILE = ['a"b', "x; drop table LB", "select", "x", "?", "$1", "a.b", "é", "'", "a\nb"]
HOSTILE += ["RowId", "--"]


def test_names_are_never_anything_but_names(engine):
    rows = pa.table({name: [name] for name in HOSTILE})
    name = 'LB"; DROP TABLE X;--'
    engine.load(export_of(name, rows), model_of("LB"))
    upper = [word.upper() for word in HOSTILE]
    assert list(engine.columns(name)) == upper
    assert rows_of(engine, name, *upper) == [tuple(HOSTILE)]


@pytest.mark.parametrize("name", ["DUCKDB_TABLES", "INFORMATION_SCHEMA", "SELECT", "MAIN", "A.B"])
def test_a_table_may_be_named_as_anything(engine, name):
    engine.load(export_of(name, pa.table({"x": [1]})), model_of("LB"))
    assert rows_of(engine, name, "X") == [(1,)]


@pytest.mark.parametrize("second", ["LBDTC#text", "lbdtc#LAST", "LBDTC#unread", "LBDTC#raw"])
def test_a_column_name_of_the_engine_is_refused(engine, second):
    rows = pa.table({"LBDTC": ["2014"], second: ["2014"]})
    with pytest.raises(DataError, match=f'lb1.xpt: column "{second}" cannot be told from a name'):
        engine.load(export_of("LB", rows), model_of("LB", LBDTC="date"))


def test_two_columns_that_differ_only_in_case_are_refused(engine):
    with pytest.raises(DataError, match=r'lb1\.xpt: column "DAY" cannot be told from "day"'):
        engine.load(export_of("LB", pa.table({"day": [1], "DAY": [2]})), model_of("LB"))


def test_a_table_name_of_the_engine_is_refused(engine):
    with pytest.raises(DataError, match='the export has a table "#ROWS 0 0"'):
        engine.load(export_of("#ROWS 0 0", pa.table({"x": [1]})), model_of("LB"))


def test_files_of_one_table_are_joined_by_column_and_keep_their_row_numbers(engine):
    first = pa.table({"USUBJID": ["A", "B"], "LBSEQ": [1.0, 1.0]})
    second = pa.table({"lbseq": ["1"], "usubjid": ["C"]})
    tables = engine.load(
        export_of("LB", first, second),
        model_of("LB", ("USUBJID", "LBSEQ"), USUBJID="text", LBSEQ="integer"),
    )
    assert tables["LB"].files == ("lb1.xpt", "lb2.xpt")
    assert tables["LB"].rows == 3
    assert rows_of(engine, "LB", "#file", "#row", "USUBJID", "LBSEQ") == [
        (0, 1, "A", 1),
        (0, 2, "B", 1),
        (1, 1, "C", 1),
    ]


def test_only_the_tables_asked_for_are_loaded(engine):
    export = export_of("LB", pa.table({"x": [1]}))
    assert list(engine.load(export, model_of("LB"), only=["DM"])) == []


def test_a_second_export_takes_the_place_of_the_first(engine):
    model = model_of("LB", USUBJID="text")
    engine.load(export_of("LB", pa.table({"USUBJID": ["A"]})), model)
    engine.load(export_of("LB", pa.table({"USUBJID": ["B"]})), model)
    assert rows_of(engine, "LB", "USUBJID") == [("B",)]
    with pytest.raises(CallError, match=r"this engine has its files already"):
        engine.seal([Path("other.csv").absolute()])


MODEL = model_of(
    "LB", ("USUBJID",), USUBJID="text", LBDTC="date", LBSTRESN="number", LBSEQ="integer"
)
COLUMNS = ("#row", "USUBJID", "LBDTC", "LBDTC#last", "LBDTC#text")
COLUMNS += ("LBSTRESN", "LBSTRESN#text", "LBSEQ", "LBSEQ#text", "NOTE")
EXPECTED = [
    (1, "A", date(2014, 2, 1), date(2014, 2, 28), "2014-02", Decimal("5.1"), "5.1", 1, "1", "a, b"),
    (2, "B", None, None, None, None, None, 2, "2", None),
    (3, "C", date(2014, 2, 3), date(2014, 2, 3), "2014-02-03", Decimal(50), "50", 3, "3", 'q"q'),
]


def test_every_format_gives_the_same_rows(engine, tmp_path):
    rows = pa.table(
        {
            "USUBJID": ["A", "B", "C"],
            "LBDTC": ["2014-02", None, "2014-02-03"],
            "LBSTRESN": [5.1, None, 50.0],
            "LBSEQ": [1, 2, 3],
            "NOTE": ["a, b", "", 'q"q'],
        }
    )
    folder = tmp_path / "odd [name]*"
    folder.mkdir()
    pq.write_table(rows, folder / "lb.parquet")
    comma = 'usubjid,lbdtc,lbstresn,lbseq,note\nA,2014-02,5.10,1.0,"a, b"\nB,,,2,""\n'
    (folder / "lb.csv").write_text(comma + 'C,2014-02-03,50.0,3,"q""q"\n')
    german = "USUBJID;LBDTC;LBSTRESN;LBSEQ;NOTE\nA;2014-02;5,10;1;a, b\nB;;;2;\n"
    (folder / "lb.txt").write_text(german + 'C;2014-02-03;50,0;3;"q""q"\n')
    for name in ("lb.parquet", "lb.csv", "lb.txt"):
        with type(engine)(jobs=2) as fresh:
            tables = fresh.load(read_export(folder / name), MODEL)
            assert tables["LB"].rows == 3
            assert rows_of(fresh, "LB", *COLUMNS) == EXPECTED, name


def test_rows_stay_in_the_order_of_a_long_csv_file(tmp_path):
    from oncorules.engine.duckdb import Engine

    lines = (f"{i},{'x' * 40}" for i in range(1, 200_001))
    (tmp_path / "lb.csv").write_text("lbseq,pad\n" + "\n".join(lines) + "\n")
    with Engine(jobs=2) as engine:
        engine.load(read_export(tmp_path), model_of("LB", LBSEQ="integer"))
        found = engine.connection.sql('select count(*) from "LB" where "#row" <> "LBSEQ"')
        assert found.fetchall() == [(0,)]


def test_a_csv_file_with_a_bad_line_is_an_error_with_its_place(engine, tmp_path):
    (tmp_path / "lb.csv").write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(DataError, match=r"lb\.csv:3: 3 values where the header names 2 columns"):
        engine.load(read_export(tmp_path), model_of("LB"))


def test_the_pilot_export_is_read_as_it_is(engine):
    folder = Path(__file__).parents[2].parent / "shared" / "exports" / "cdisc-pilot"
    if not folder.is_dir():
        pytest.skip("the CDISC pilot export is not beside the repository")
    from oncorules.data.model import standard_model

    tables = engine.load(read_export(folder), standard_model())
    assert tables["LB"].rows == 59_580
    unreadable = '"LBSTRESN" is null and "LBSTRESN#text" is not null or "LBDTC" is null'
    counts = engine.connection.sql(f'select count(*) from "LB" where {unreadable}').fetchall()
    assert counts == [(0,)]


def test_nan_in_a_parquet_file_is_missing_although_its_statistics_hide_it(engine, tmp_path):
    rows = pa.table({"LBSTRESN": [0.5, float("nan"), float("inf")]})
    pq.write_table(rows, tmp_path / "lb.parquet")
    engine.load(read_export(tmp_path), model_of("LB", LBSTRESN="number"))
    assert rows_of(engine, "LB", "LBSTRESN", "LBSTRESN#text") == [
        (Decimal("0.5"), "0.5"),
        (None, None),
        (None, "inf"),
    ]
