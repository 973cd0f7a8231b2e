"""PostgreSQL through a throw-away server on a socket; skipped where no server is installed."""

from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from oncorules.data.export import read_export
from oncorules.errors import DataError

psycopg2 = pytest.importorskip("psycopg2", reason="the PostgreSQL driver is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        pytest.skip("no PostgreSQL server is installed")
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not run as root and there is no user postgres")
    place = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(place, user)

    def run(*command: str) -> None:
        subprocess.run(command, user=user, check=True, capture_output=True, cwd=place)

    data = place / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{place}' -c fsync=off"
    try:
        run("initdb", "-D", str(data), "-U", "reader", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-D", str(data), "-w", "-l", str(place / "log"), "-o", options, "start")
    except subprocess.CalledProcessError as error:
        shutil.rmtree(place, ignore_errors=True)
        pytest.skip(f"the PostgreSQL server does not start: {error.stderr[-200:]!r}")
    try:
        yield f"postgresql://reader:secret@/postgres?host={place}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def trial(server: str) -> str:
    con = psycopg2.connect(server)
    with con, con.cursor() as cursor:
        cursor.execute(
            '''create schema "my trial";
            create table "my trial"."lb" (USUBJID text, LBSEQ int, n numeric, f float8, b boolean,
              d date, m timestamp, z timestamptz, t time, j jsonb, "the ""value""" varchar(9));
            insert into "my trial"."lb" values ('001', 1, 1.50, 0.1, true, '2014-01-02',
              '2014-01-02 10:30', '2014-01-02 10:30+02', '08:30', '{"a": 1}', 'x'),
              ('', null, 2.125, null, null, null, null, null, null, null, null);
            create view "my trial".v as select usubjid from "my trial".lb;
            create schema odd; create table odd.lb (n numeric);
            insert into odd.lb values ('NaN');'''
        )
    con.close()
    return f"{server}&schema=my%20trial"


def test_tables_and_views_of_a_schema_are_read(trial: str) -> None:
    export = read_export(trial)
    assert list(export.tables) == ["LB", "V"]
    assert "secret" not in str(export)
    assert [column.kind for column in export.tables["LB"].columns] == [
        "text", "integer", "number", "number", "boolean", "date", "datetime", "text", "text",
        "text", "text",
    ]  # fmt: skip
    table = export.tables["LB"].parts[0].source.read()  # type: ignore[union-attr]
    assert table.column_names[-1] == 'the "value"'
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (
            "001", 1, Decimal("1.500"), 0.1, True, dt.date(2014, 1, 2),
            dt.datetime(2014, 1, 2, 10, 30), "2014-01-02 08:30:00+00", "08:30:00", '{"a": 1}', "x",
        ),
        (None, None, Decimal("2.125"), *[None] * 8),
    ]  # fmt: skip


def test_a_schema_without_tables_is_refused_with_the_nearest(trial: str) -> None:
    with pytest.raises(DataError) as caught:
        read_export(trial.replace("my%20trial", "mytrial"))
    message = str(caught.value)
    assert (
        'no table that this user may read in schema "mytrial"; did you mean "my trial"?' in message
    )
    assert "secret" not in message


def test_a_value_that_is_no_number_is_refused_with_its_place(trial: str) -> None:
    part = read_export(trial.replace("my%20trial", "odd")).tables["LB"].parts[0]
    with pytest.raises(DataError, match=r"\[lb\] cannot be read \(n is declared decimal but row 1"):
        part.source.read()  # type: ignore[union-attr]


def test_a_server_that_does_not_answer_is_refused_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_export(f"postgresql://reader:secret@/trial?host={tmp_path}")
    assert "does not answer as asked (" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
