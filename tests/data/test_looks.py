"""A file that is not what its ending says is refused by the name of what it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.export import read_export
from oncorules.data.looks import SAS7BDAT
from oncorules.errors import DataError


def zipped(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")


WORKBOOK = "an Excel workbook (XLSX)"
SPSS = "an SPSS file (SAV) or a compressed SPSS file (ZSAV)"
XPT = "a SAS transport file (XPT)"
DATABASE = "an SQLite database or a DuckDB database"


@pytest.mark.parametrize(
    ("name", "content", "found", "expected"),
    [
        ("lb.parquet", b"A,B\n1,2\n", "a text file", "a Parquet file"),
        ("lb.xlsx", b"<html><table>", "an HTML page", WORKBOOK),
        ("lb.csv", b"%PDF-1.7", "a PDF document", "a text file"),
        ("lb.csv", b"PAR1....", "a Parquet file", "a text file"),
        ("lb.csv", b"\x1f\x8b\x08", "a gzip file", "a text file"),
        ("lb.csv", b'{"rows": []}', "a JSON file", "a text file"),
        ("lb.csv", bytes(range(256)) * 9, "a binary file", "a text file"),
        ("lb.json", b"A,B\n", "a text file", "a JSON file"),
        ("lb.json", b"<?xml version='1.0'?><ODM/>", "an XML document", "a JSON file"),
        ("lb.sav", b"$FL9", "a text file", SPSS),
        ("lb.xpt", SAS7BDAT, "a SAS data set (SAS7BDAT)", XPT),
        ("lb.xpt", b"**COMPRESSED** " * 4, "a SAS transport file made by PROC CPORT", XPT),
        ("lb.db", b"A,B\n", "a text file", DATABASE),
        ("lb.zip", b"A,B\n", "a text file", "a zip archive"),
    ],
)
def test_what_it_is_and_what_was_expected_are_told(
    tmp_path: Path, name: str, content: bytes, found: str, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_export(tmp_path / name)
    message = f"{name} is {found}, not {expected}; rename it after what it is or export it again"
    assert str(caught.value).removeprefix(f"{tmp_path}/") == message


def test_a_file_of_no_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "lb.xpt").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_export(tmp_path / "lb.xpt")
    assert str(caught.value) == f"lb.xpt is empty (0 bytes); expected {XPT}; export it again"


def test_a_zip_archive_called_xpt_is_told(tmp_path: Path) -> None:
    zipped(tmp_path / "lb.xpt", "lb.csv")
    with pytest.raises(DataError, match=r"^lb.xpt is a zip archive, not a SAS transport file"):
        read_export(tmp_path / "lb.xpt")


def test_a_workbook_called_csv_and_an_archive_called_xlsx_are_told(tmp_path: Path) -> None:
    zipped(tmp_path / "lb.csv", "xl/workbook.xml")
    with pytest.raises(DataError, match=r"^lb.csv is an Excel workbook \(XLSX\), not a text file"):
        read_export(tmp_path / "lb.csv")
    zipped(tmp_path / "lb.xlsx", "lb.csv")
    with pytest.raises(DataError, match=r"^lb.xlsx is a zip archive, not an Excel workbook"):
        read_export(tmp_path / "lb.xlsx")


def test_a_cut_parquet_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "lb.parquet"
    pq.write_table(pa.table({"A": list(range(1000))}), path)
    whole = path.read_bytes()
    for size in (4, 12, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError) as caught:
            read_export(path)
        assert str(caught.value) == (
            "lb.parquet is a Parquet file that is cut off or damaged; export it again"
        )
