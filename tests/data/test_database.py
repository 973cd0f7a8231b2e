"""DuckDB and SQLite files by URL and by name; nothing is written; passwords are not shown."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oncorules.data.database import hide_password
from oncorules.data.export import Export, read_export
from oncorules.errors import DataError


def rows(export: Export, table: str) -> list[tuple[Any, ...]]:
    source = export.tables[table].parts[0].source
    return [tuple(row.values()) for row in source.read().to_pylist()]  # type: ignore[union-attr]


@pytest.fixture
def duck(tmp_path: Path) -> Path:
    path = tmp_path / "trial.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            '''create table lb as select * from (values
            ('001', 1, 1.50::decimal(9,2), date '2014-01-02', timestamp '2014-01-02 10:30', true,
             time '08:30'), ('002', 2, null, null, null, null, null))
            t(USUBJID, LBSEQ, "the ""value""", D, M, B, T)'''
        )
        con.execute("create view adult as select USUBJID from lb")
        con.execute("create schema sdtm")
        con.execute("create table sdtm.dm as select 'x' as USUBJID")
    return path


@pytest.fixture
def lite(tmp_path: Path) -> Path:
    path = tmp_path / "trial.sqlite"
    with closing(sqlite3.connect(path)) as con:
        con.execute('create table lb (USUBJID text, LBSEQ integer, N numeric, MIX integer, "a""b")')
        con.executemany(
            "insert into lb values (?, ?, ?, ?, ?)",
            [("001", 1, 1.5, 1, ""), ("002", 2, 2, "x", None), ("003", None, None, 0.1, "µ")],
        )
        con.execute("create view v as select USUBJID from lb")
        con.commit()
    return path


def test_a_duckdb_file_is_read_by_url_and_by_name(duck: Path) -> None:
    for place in (f"duckdb:///{duck}", duck):
        export = read_export(place)
        assert list(export.tables) == ["ADULT", "LB"]
        assert [(c.name, c.kind) for c in export.tables["LB"].columns] == [
            ("USUBJID", "text"), ("LBSEQ", "integer"), ('the "value"', "number"), ("D", "date"),
            ("M", "datetime"), ("B", "boolean"), ("T", "text"),
        ]  # fmt: skip
        got = rows(export, "LB")
        assert got[0][3:] == (
            dt.date(2014, 1, 2), dt.datetime(2014, 1, 2, 10, 30), True, "08:30:00"
        )  # fmt: skip
        assert got[1][2:] == (None,) * 5
        assert export.tables["LB"].parts[0].file == "trial.duckdb[lb]"


def test_a_schema_can_be_named(duck: Path) -> None:
    assert list(read_export(f"duckdb:///{duck}?schema=sdtm").tables) == ["DM"]
    with pytest.raises(DataError) as caught:
        read_export(f"duckdb:///{duck}?schema=sdmt")
    assert str(caught.value) == (
        'trial.duckdb has no tables in schema "sdmt"; did you mean "sdtm"?;'
        " it has main, sdtm: add ?schema=NAME"
    )


def test_a_duckdb_view_cannot_reach_other_files(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("A\n1\n")
    path = tmp_path / "trial.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create view v as from read_csv('{tmp_path}/secret.csv')")
    with pytest.raises(DataError, match=r"trial.duckdb\[v\] cannot be read \("):
        read_export(path)


def test_a_sqlite_file_is_read_by_url_and_by_name(lite: Path) -> None:
    for place in (f"sqlite:///{lite}", lite):
        export = read_export(place)
        assert [(c.name, c.kind) for c in export.tables["LB"].columns] == [
            ("USUBJID", "text"), ("LBSEQ", "integer"), ("N", "number"), ("MIX", "text"),
            ('a"b', "text"),
        ]  # fmt: skip
        assert rows(export, "LB") == [
            ("001", 1, 1.5, "1", None), ("002", 2, 2.0, "x", None), ("003", None, None, "0.1", "µ")
        ]  # fmt: skip
        assert rows(export, "V") == [("001",), ("002",), ("003",)]


def test_nothing_is_written(lite: Path, duck: Path) -> None:
    before = lite.read_bytes(), duck.read_bytes()
    for place in (lite, duck):
        for name in (export := read_export(place)).tables:
            rows(export, name)
    assert (lite.read_bytes(), duck.read_bytes()) == before
    assert sorted(p.name for p in lite.parent.iterdir()) == ["trial.duckdb", "trial.sqlite"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("duckdb:///no/such.duckdb", "duckdb:///no/such.duckdb: no/such.duckdb does not exist;"),
        ("sqlite://trial.sqlite", "sqlite://trial.sqlite names no file; write sqlite:///trial.sql"),
        ("mysql://u:pw@h/db", "mysql://u:***@h/db is no address of a database that can be read;"),
        ("duckdb:///x?mode=rw", "duckdb:///x?mode=rw: mode has no effect here; take it out"),
        ("sqlite:///x?schema=a", "sqlite:///x?schema=a: schema has no effect here; take it out"),
    ],
)
def test_a_wrong_url_is_refused(url: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_export(url)
    assert str(caught.value).startswith(message)


def test_a_file_of_another_kind_is_refused(lite: Path) -> None:
    with pytest.raises(
        DataError, match=r"trial.sqlite is an SQLite database, not a DuckDB database"
    ):
        read_export(f"duckdb:///{lite}")


def test_a_damaged_sqlite_file_is_refused(lite: Path) -> None:
    lite.write_bytes(lite.read_bytes()[:4096] + b"\xff" * 4096)
    with pytest.raises(DataError, match=r"trial.sqlite cannot be read as a SQLite database"):
        rows(read_export(lite), "LB")


def test_an_empty_database_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")):
        pass
    with pytest.raises(DataError, match=r"t.duckdb holds no table; expected one table per domain"):
        read_export(tmp_path / "t.duckdb")


def test_passwords_are_hidden_wherever_they_stand() -> None:
    assert hide_password("postgresql://u:p@h:5432/d?password=x&schema=s") == (
        "postgresql://u:***@h:5432/d?password=***&schema=s"
    )
    assert hide_password("duckdb:///a.duckdb") == "duckdb:///a.duckdb"
