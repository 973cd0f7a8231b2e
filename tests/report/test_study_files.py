"""The files of a study: harmless, whole or not at all, equal when nothing changed."""

from __future__ import annotations

import csv
import errno
import os
from io import StringIO
from pathlib import Path

import pytest

from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.tables.lay_out import LaidTable
from oncorules.errors import OutputError
from oncorules.report.study_files import table_csv, write_study

from .charts.test_drawing import draw
from .studies import HOSTILE, run_small, table


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    """The small study, run on its export."""
    return run_small(tmp_path_factory.mktemp("small"))


def write(folder: Path, run: StudyRun, tables: list[LaidTable] | None = None) -> list[Path]:
    """Write a study with one figure."""
    return write_study(folder, run, tables or [table(*HOSTILE)], [draw(name="figure-1")], ["note"])


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_page_a_workbook_a_csv_per_table_and_two_drawings_per_figure(done, tmp_path):
    names = [path.name for path in write(tmp_path / "deep" / "out", done)]
    assert names == [
        "analysis.html", "tables.xlsx", "table-1.csv", "figure-1.svg", "figure-1.png",
    ]  # fmt: skip
    assert sorted(contents(tmp_path / "deep" / "out")) == sorted(names)


def test_the_files_are_the_same_each_time(done, tmp_path):
    for name in ("one", "two", "two"):
        write(tmp_path / name, done)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "@SUM(A1)", "-1+1", "\t=1", "-", "+ 5", "=5"])
def test_no_spreadsheet_runs_a_cell(text):
    for row in csv.reader(StringIO(table_csv(table(text)))):
        assert not [cell for cell in row if cell.startswith(text)]
    assert f"'{text}" in next(csv.reader(StringIO(table_csv(table(text)))))


@pytest.mark.parametrize("text", ["-5", "+0.5", "-12.25", "5 (1.0)", "\u22128.9", "\u2013", "N/A"])
def test_numbers_and_words_stay_as_they_are(text):
    assert next(csv.reader(StringIO(table_csv(table(text)))))[1] == text


def test_a_csv_has_the_printed_cells_beside_and_the_footnotes_below():
    rows = list(csv.reader(StringIO(table_csv(table("Male", 'a,"b"\nc')))))
    assert rows == [
        ["", "Male", "Male (printed)", "Control", "Control (printed)"],
        ["Male", "", "", "", ""],
        ["Male", "Male", "12", "", ""],
        ["a,\"b\"\nc", "a,\"b\"\nc", "12", "", ""],
        ["Method: Male.", "", "", "", ""],
    ]  # fmt: skip


def test_a_tables_name_leads_to_no_other_folder(done, tmp_path):
    written = write(tmp_path / "out", done, [table("x", name="table-../../up")])
    assert [path.name for path in written if path.suffix == ".csv"] == ["table-..-..-up.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_leaves_nothing_half_written(done, tmp_path, monkeypatch):
    write(tmp_path, done)
    before = contents(tmp_path)

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as raised:
        write(tmp_path, done, [table("another")])
    assert str(raised.value).startswith(f"{tmp_path}/")
    assert str(raised.value).endswith(
        " cannot be written (No space left on device); free some space or choose another folder"
    )
    assert contents(tmp_path) == before


@pytest.mark.parametrize("place", ["file", "file/out"])
def test_a_place_that_is_no_folder_is_refused(done, tmp_path, place):
    (tmp_path / "file").write_text("kept", "utf-8")
    with pytest.raises(OutputError, match=r"is no folder that can be written to \(.*with --out"):
        write(tmp_path / place, done)
    assert contents(tmp_path) == {"file": b"kept"}


def test_a_folder_that_may_not_be_written_to_is_refused(done, tmp_path, monkeypatch):
    def denied(*_words: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", denied)
    with pytest.raises(OutputError, match=r"analysis\.html cannot be written \(Permission denied"):
        write(tmp_path / "out", done)
    assert contents(tmp_path / "out") == {}
