"""An export from folders, files and several of them; what is refused; how it prints."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.export import Export, read_export
from oncorules.data.formats import READABLE
from oncorules.errors import CallError, DataError


def put(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return folder


def refused(*paths: Path | str) -> str:
    with pytest.raises(DataError) as caught:
        read_export(*paths)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_folder_is_an_export_and_its_other_files_are_noted(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", dm_csv="A\n1\n", define_xml="<x/>", acrf_pdf="%PDF")
    put(folder / "old", lb_csv="A\n1\n")
    (folder / ".hidden.csv").write_text("A\n1\n")
    (folder / "suppae.tsv").write_text("A\tB\n1\t2\n")
    export = read_export(folder)
    assert list(export.tables) == ["DM", "SUPPAE"]
    assert [str(note) for note in export.notes] == [
        f"{folder}: not read: .hidden.csv, acrf.pdf, define.xml, old/",
        "suppae.tsv: delimiter tab",
    ]


def test_the_answer_key_of_planted_defects_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "DM.csv").write_text("USUBJID\n1\n")
    (tmp_path / "answer-key.csv").write_text("defect,kind\n1,site-missing\n")
    export = read_export(tmp_path)
    assert list(export.tables) == ["DM"]
    assert [note.text for note in export.notes] == ["not read: answer-key.csv"]


def test_tables_of_one_name_become_parts_when_columns_agree_in_any_order(tmp_path: Path) -> None:
    one = put(tmp_path / "site1", lb_csv="USUBJID,LBSEQ\na,1\n")
    two = put(tmp_path / "site2", lb_csv="lbseq,usubjid\n1,b\n")
    export = read_export(one, two)
    assert [part.file for part in export.tables["LB"].parts] == ["site1/lb.csv", "site2/lb.csv"]
    assert export.origin == (str(one), str(two))


def test_one_table_in_two_formats_is_two_parts(tmp_path: Path) -> None:
    put(tmp_path, lb_csv="A\n1\n")
    pq.write_table(pa.table({"A": [1]}), tmp_path / "LB.parquet")
    parts = read_export(tmp_path).tables["LB"].parts
    assert sorted(part.file for part in parts) == ["LB.parquet", "lb.csv"]


def test_tables_of_one_name_with_other_columns_are_refused(tmp_path: Path) -> None:
    one = put(tmp_path / "a" / "x", lb_csv="A,B\n1,2\n")
    two = put(tmp_path / "b" / "x", lb_csv="A,C\n1,2\n")
    assert refused(one, two) == (
        f"{one}/lb.csv and {two}/lb.csv are both table LB but name different columns (only"
        f" {one}/lb.csv has B; only {two}/lb.csv has C); rename one file or give both the same"
        " columns"
    )


def test_single_files_form_one_export(tmp_path: Path) -> None:
    put(tmp_path, lb_csv="A\n1\n", dm_csv="A\n1\n")
    export = read_export(tmp_path / "lb.csv", str(tmp_path / "dm.csv"))
    assert [table.parts[0].file for table in export.tables.values()] == ["dm.csv", "lb.csv"]


def test_a_missing_place_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    put(tmp_path / "exports")
    assert refused(tmp_path / "export") == (
        f'{tmp_path}/export does not exist; did you mean "exports"?'
    )
    assert refused(tmp_path / "zzz" / "q") == f"{tmp_path}/zzz/q does not exist; check the path"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == (
        f"{tmp_path} is empty; expected tables as CSV, TSV, XLSX, Parquet, XPT, SAS7BDAT, SAV,"
        " Dataset-JSON, DuckDB or SQLite"
    )


def test_a_folder_with_nothing_readable_is_refused(tmp_path: Path) -> None:
    put(tmp_path, define_xml="<x/>")
    assert refused(tmp_path).startswith(f"{tmp_path} holds no table that can be read; expected CSV")
    put(tmp_path / "sdtm", lb_csv="A\n1\n")
    assert refused(tmp_path) == (
        f"{tmp_path} holds no table itself, but its sub-folders do; name {tmp_path}/sdtm instead"
    )


def test_a_file_no_reader_takes_is_refused_with_the_nearest_ending(tmp_path: Path) -> None:
    put(tmp_path, lb_cvs="A\n1\n")
    assert refused(tmp_path / "lb.cvs").startswith(
        'lb.cvs has the ending ".cvs", which no reader takes; did you mean ".csv"?; expected CSV'
    )


def test_a_file_given_twice_is_refused(tmp_path: Path) -> None:
    put(tmp_path, lb_csv="A\n1\n")
    message = refused(tmp_path, tmp_path / "lb.csv")
    assert message == f"lb.csv is given twice ({tmp_path.name}/lb.csv); name it once"


def test_a_call_without_a_place_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match=r"no export is given; name a folder"):
        read_export()


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, lb_csv="A\n1\n") / "lb.csv"

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refused(path) == (
        "lb.csv may not be read by this user; change its permissions and try again"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", lb_csv="A\n1\n")
    folder.chmod(0)
    try:
        assert "may not be opened by this user" in refused(folder)
    finally:
        folder.chmod(0o700)


def test_an_export_prints_as_lines(tmp_path: Path) -> None:
    put(tmp_path, lb_csv="A;B\n1;2\n")
    pq.write_table(pa.table({"A": [1, 2]}), tmp_path / "dm.parquet")
    assert str(read_export(tmp_path)) == (
        f"{tmp_path}: 2 tables\n"
        "  DM: 1 column, 2 rows, from dm.parquet\n"
        "  LB: 2 columns, from lb.csv\n"
        '  note: lb.csv: delimiter ";"'
    )
    assert repr(read_export(tmp_path)) == str(read_export(tmp_path))


def test_a_notebook_shows_escaped_text(tmp_path: Path) -> None:
    put(tmp_path, dm_csv="A\n1\n")
    (tmp_path / "<script>alert(1)<script>.csv").write_text("A;B\n1;2\n")
    html = Export.__dict__["_repr_html_"](read_export(tmp_path))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;script&gt;.csv" in html


def put_part(folder: Path, name: str, *subjects: str, key: str = "USUBJID") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({key: list(subjects)}), folder / name)


def test_a_folder_that_ends_like_a_parquet_file_is_one_table_in_parts(tmp_path):
    put_part(tmp_path / "dm.parquet", "part-00000.parquet", "A", "B")
    put_part(tmp_path / "dm.parquet", "part-00001.parquet", "C")
    put(tmp_path, ae_csv="USUBJID\nA\n")
    export = read_export(tmp_path)
    assert list(export.tables) == ["AE", "DM"]
    assert export.tables["DM"].rows == 3
    assert [part.file for part in export.tables["DM"].parts] == [
        "dm.parquet/part-00000.parquet",
        "dm.parquet/part-00001.parquet",
    ]
    assert export.notes == ()


def test_such_a_folder_may_be_given_itself(tmp_path):
    put_part(tmp_path / "dm.parquet", "part-00000.parquet", "A", "B")
    assert list(read_export(tmp_path / "dm.parquet").tables) == ["DM"]


def test_parts_with_other_columns_are_refused(tmp_path):
    put_part(tmp_path / "dm.parquet", "part-00000.parquet", "A")
    put_part(tmp_path / "dm.parquet", "part-00001.parquet", "B", key="SUBJID")
    assert "are both table DM but name different columns" in refused(tmp_path)


def test_an_empty_folder_of_parts_is_refused(tmp_path):
    (tmp_path / "dm.parquet").mkdir()
    assert refused(tmp_path) == (f"{tmp_path}/dm.parquet is empty; expected tables as {READABLE}")


def test_tables_that_lie_beside_a_note_are_told_as_synthetic(tmp_path):
    put(tmp_path, dm_csv="USUBJID\nA\n")
    (tmp_path / "SYNTHETIC.md").write_text("Synthetic: no row is about a real person.\nSeed 1.\n")
    assert [str(note) for note in read_export(tmp_path).notes] == [
        f"{tmp_path}: Synthetic: no row is about a real person."
    ]
    (tmp_path / "SYNTHETIC.md").write_text("Made by us\n")
    assert "Synthetic, as SYNTHETIC.md says: Made by us" in str(read_export(tmp_path).notes[0])
