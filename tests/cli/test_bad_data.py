"""Exports that cannot be read: one sentence each, exit code 3, nothing left behind."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest

ENDINGS = "CSV, TSV, XLSX, Parquet, XPT, SAS7BDAT, SAV, Dataset-JSON, DuckDB or SQLite"
TEXT = "USUBJID,AGE\nS-1,50\n"


def test_a_missing_folder_is_told_with_the_nearest_name(desk: Any) -> None:
    desk.export()
    said = desk.refuse(3, "validate", "exprot")
    assert said == 'exprot does not exist; did you mean "export"?'


def test_a_missing_folder_with_no_name_like_it_is_told(desk: Any) -> None:
    said = desk.refuse(3, "derive", "no/such/folder", "--all")
    assert said == "no/such/folder does not exist; check the path"


def test_an_empty_folder_is_told_with_what_is_expected(desk: Any) -> None:
    said = desk.refuse(3, "validate", desk.export({}))
    assert said == f"export is empty; expected tables as {ENDINGS}"


def test_a_folder_whose_tables_lie_deeper_is_told_with_the_right_one(desk: Any) -> None:
    desk.export({})
    desk.export({"dm.csv": TEXT}, name="export/sdtm")
    said = desk.refuse(3, "validate", "export")
    assert said == "export holds no table itself, but its sub-folders do; name export/sdtm instead"


@pytest.mark.parametrize(
    ("file", "content", "found", "expected"),
    [
        ("lb.xpt", TEXT, "a text file", "a SAS transport file (XPT)"),
        ("lb.parquet", TEXT, "a text file", "a Parquet file"),
        ("lb.xlsx", TEXT, "a text file", "an Excel workbook (XLSX)"),
        ("lb.sas7bdat", TEXT, "a text file", "a SAS data set (SAS7BDAT)"),
        ("lb.sav", TEXT, "a text file", "an SPSS file (SAV) or a compressed SPSS file (ZSAV)"),
        ("lb.json", TEXT, "a text file", "a JSON file"),
        ("lb.sqlite", TEXT, "a text file", "an SQLite database or a DuckDB database"),
        ("lb.csv", b"PAR1" + bytes(50) + b"PAR1", "a Parquet file", "a text file"),
        ("lb.csv", "<html><body>Please log in</body></html>", "an HTML page", "a text file"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_is_told(
    desk: Any, file: str, content: str | bytes, found: str, expected: str
) -> None:
    said = desk.refuse(3, "validate", desk.export({file: content}))
    assert (
        said == f"{file} is {found}, not {expected}; rename it after what it is or export it again"
    )


def test_json_that_is_no_dataset_json_is_told(desk: Any) -> None:
    said = desk.refuse(3, "validate", desk.export({"lb.json": "[1, 2]"}))
    assert said.startswith("lb.json is JSON but not Dataset-JSON 1.1: ")


def test_an_empty_file_is_told(desk: Any) -> None:
    said = desk.refuse(3, "validate", desk.export({"lb.csv": ""}))
    assert said == "lb.csv is empty (0 bytes); expected a text file; export it again"


@pytest.fixture
def transport() -> bytes:
    """A transport file of 200 observations."""
    import io

    import pyarrow as pa

    from oncorules.data.write import TableRows
    from oncorules.data.write_xpt import write

    table = pa.table({"USUBJID": [f"S-{n}" for n in range(200)], "LBSEQ": list(range(200))})
    file = io.BytesIO()
    write(TableRows(table), file, name="LB", label="", labels={})
    return file.getvalue()


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (lambda size: size - 1, "lb.xpt is cut off or was changed on its way: "),
        (lambda size: size // 2 // 80 * 80, "lb.xpt is cut off: it ends within observation "),
        (lambda size: 720, "lb.xpt is cut off or damaged: its header is not complete; "),
        (lambda size: 80, "lb.xpt is cut off: it ends within its header; "),
    ],
)
def test_a_truncated_xpt_is_told(desk: Any, transport: bytes, kept: Any, sentence: str) -> None:
    said = desk.refuse(3, "validate", desk.export({"lb.xpt": transport[: kept(len(transport))]}))
    assert said.startswith(sentence)
    assert said.endswith("export it again")


def test_a_csv_with_a_wrong_encoding_is_told_with_line_and_byte(desk: Any) -> None:
    mixed = "USUBJID,TERM\nS-1,müde\n".encode() + "S-2,müde\n".encode("cp1252")
    said = desk.refuse(3, "validate", desk.export({"ae.csv": mixed}))
    assert said == (
        "ae.csv:3: byte 0xFC (byte 29 of the file) is not UTF-8 text, as the rest is;"
        " save the file as UTF-8 and read it again"
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "S-1",
            "ae.csv:3: 1 value where the header names 2 columns;"
            " fill in what is missing or leave its place empty between two delimiters",
        ),
        (
            "S-1,pain, left,arm",
            "ae.csv:3: 4 values where the header names 2 columns;"
            ' put quotes around a value that contains "," or take out what is too much',
        ),
        (
            'S-1,"pain',
            "ae.csv:3: a quote that is opened here is never closed;"
            ' close it or write it twice ("")',
        ),
    ],
)
def test_a_ragged_line_is_told_with_its_number(desk: Any, line: str, sentence: str) -> None:
    export = desk.export({"ae.csv": f"USUBJID,AETERM\nS-1,pain\n{line}\n"})
    assert desk.refuse(3, "validate", export) == sentence


def test_twice_the_same_column_is_told_with_both_places(desk: Any) -> None:
    said = desk.refuse(3, "validate", desk.export({"dm.csv": "USUBJID,AGE,usubjid\n1,2,3\n"}))
    assert said == (
        'dm.csv: column "usubjid" (column 3) is there twice, first as "USUBJID" (column 1);'
        " remove or rename one of them"
    )


def test_a_place_that_is_no_database_is_told_without_its_password(desk: Any) -> None:
    said = desk.refuse(3, "validate", "mysql://me:secret@host/trial")
    assert "secret" not in said
    assert said.endswith("expected duckdb://..., sqlite://..., postgresql://...")


@pytest.mark.parametrize("name", ["../dm.csv", "/dm.csv", "a/../../dm.csv", "..\\dm.csv"])
def test_a_zip_member_that_climbs_out_is_refused(desk: Any, name: str) -> None:
    with zipfile.ZipFile(desk.folder / "export.zip", "w") as archive:
        archive.writestr(name, TEXT)
    assert desk.refuse(3, "validate", "export.zip") == (
        f'export.zip holds "{name}", a path that leads out of the archive;'
        " do not trust this file, ask for the export again"
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked(desk: Any) -> None:
    with (
        zipfile.ZipFile(desk.folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("dm.csv", "w") as member,
    ):
        for _ in range(150):
            member.write(bytes(1 << 20))
    said = desk.refuse(3, "validate", "export.zip")
    assert said.startswith("export.zip would unpack to 157,286,400 bytes, ")
    assert said.endswith(" times its size, which no real export does; ask for the export again")


def test_a_zip_of_several_folders_is_told_to_be_unpacked(desk: Any) -> None:
    with zipfile.ZipFile(desk.folder / "export.zip", "w") as archive:
        archive.writestr("a/dm.csv", TEXT)
        archive.writestr("b/dm.csv", TEXT)
    assert desk.refuse(3, "validate", "export.zip") == (
        "export.zip holds several folders (a, b) and no table beside them;"
        " unpack it and name the folder of the tables"
    )


def test_a_cut_off_zip_is_told(desk: Any) -> None:
    path = desk.folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dm.csv", TEXT)
    path.write_bytes(path.read_bytes()[:-30])
    assert desk.refuse(3, "validate", "export.zip") == (
        "export.zip is cut off or damaged: its table of contents, at the end, is missing;"
        " transfer it again or export it again"
    )
