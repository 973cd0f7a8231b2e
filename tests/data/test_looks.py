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

TAIL = "rename it after what it is or export it again"


def zipped(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("lb.parquet", b"A,B\n1,2\n", f"lb.parquet is a text file, not a Parquet file; {TAIL}"),
        ("lb.xlsx", b"<html><table>", f"lb.xlsx is an HTML page, not an Excel workbook (XLSX); {TAIL}"),
        ("lb.csv", b"%PDF-1.7", f"lb.csv is a PDF document, not a text file; {TAIL}"),
        ("lb.csv", b"PAR1....", f"lb.csv is a Parquet file, not a text file; {TAIL}"),
        ("lb.csv", b"\x1f\x8b\x08", f"lb.csv is a gzip file, not a text file; {TAIL}"),
        ("lb.csv", b'{"rows": []}', f"lb.csv is a JSON file, not a text file; {TAIL}"),
        ("lb.csv", bytes(range(256)) * 9, f"lb.csv is a binary file, not a text file; {TAIL}"),
        ("lb.json", b"A,B\n", f"lb.json is a text file, not a JSON file; {TAIL}"),
        ("lb.json", b"<?xml version='1.0'?><ODM/>", f"lb.json is an XML document, not a JSON file; {TAIL}"),
        ("lb.sav", b"$FL9", f"lb.sav is a text file, not an SPSS file (SAV) or a compressed SPSS file (ZSAV); {TAIL}"),
        ("lb.xpt", SAS7BDAT, f"lb.xpt is a SAS data set (SAS7BDAT), not a SAS transport file (XPT); {TAIL}"),
        ("lb.xpt", b"**COMPRESSED** **COMPRESSED** ", f"lb.xpt is a SAS transport file made by PROC CPORT, not a SAS transport file (XPT); {TAIL}"),
        ("lb.db", b"A,B\n", f"lb.db is a text file, not an SQLite database or a DuckDB database; {TAIL}"),
        ("lb.zip", b"A,B\n", f"lb.zip is a text file, not a zip archive; {TAIL}"),
        ("lb.xpt", b"", "lb.xpt is empty (0 bytes); expected a SAS transport file (XPT); export it again"),
    ],
)  # fmt: skip
def test_what_it_is_and_what_was_expected_are_told(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_export(tmp_path / name)
    shown = str(tmp_path / name) if name.endswith(".zip") else name
    assert str(caught.value).replace(shown, name) == message


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
