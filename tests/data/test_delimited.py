"""Delimited text: what is guessed, what is refused, and that values survive."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncorules.data.export import CsvFile, Export, read_export
from oncorules.data.relation import store_rows
from oncorules.errors import DataError


def export_of(tmp_path: Path, content: bytes | str, name: str = "lb.csv") -> Export:
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / name).write_bytes(data)
    return read_export(tmp_path / name)


def notes_of(export: Export) -> list[str]:
    return [str(note) for note in export.notes]


def stored(export: Export, table: str = "LB") -> list[tuple[str | None, ...]]:
    with duckdb.connect() as con:
        store_rows(con, export.tables[table].parts[0], "t")
        return con.table("t").fetchall()


def test_a_plain_csv_needs_no_note_and_keeps_every_text(tmp_path: Path) -> None:
    export = export_of(tmp_path, 'USUBJID,LBORRES\n001,"1,5"\n002,\n003,""\n004," x"\n')
    assert notes_of(export) == []
    assert stored(export) == [("001", "1,5"), ("002", None), ("003", None), ("004", " x")]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("A;B\n1,5;x\n2,25;y\n", 'lb.csv: delimiter ";", decimal comma'),
        ("A\tB\n1\tx\n", "lb.csv: delimiter tab"),
        ("A|B\n1|x\n", 'lb.csv: delimiter "|"'),
        ("sep=;\nA;B\n1;x\n", 'lb.csv: delimiter ";", 1 line above the header skipped'),
        ("\n\nA,B\n1,x\n", "lb.csv: 2 lines above the header skipped"),
        ("A,B\n", "lb.csv: a header and no rows"),
        ("A,\n1,x\n", "lb.csv: COLUMN_2 has no name in the file"),
        ("1,2014-01-02\n2,x\n", "lb.csv: the first line looks like values"),
    ],
)
def test_a_guess_is_shown(tmp_path: Path, text: str, note: str) -> None:
    assert [n.startswith(note) for n in notes_of(export_of(tmp_path, text))] == [True]


def test_columns_that_mix_comma_and_point_are_noted_and_read_with_a_point(tmp_path: Path) -> None:
    export = export_of(tmp_path, "A;B\n1,5;1.5\n")
    assert notes_of(export)[1] == (
        "lb.csv: A written with a decimal comma, other columns with a point;"
        " a number with a comma cannot be read"
    )
    source = export.tables["LB"].parts[0].source
    assert isinstance(source, CsvFile)
    assert source.decimal == "."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_other_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    export = export_of(tmp_path, "A,B\nµmol/L,Größe\n".encode(encoding))
    assert stored(export) == [("µmol/L", "Größe")]
    quiet = encoding == "utf-8-sig"
    assert notes_of(export) == ([] if quiet else [f"lb.csv: encoding {encoding}"])


def test_one_odd_byte_far_down_decides_the_encoding(tmp_path: Path) -> None:
    lines = b"A,B\n" + b"1,plain\n" * 300_000 + b"2,\xb5g\n"
    export = export_of(tmp_path, lines)
    assert notes_of(export) == ["lb.csv: encoding cp1252"]
    assert stored(export)[-1] == ("2", "µg")


def test_bad_bytes_in_utf_8_name_line_and_byte(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        export_of(tmp_path, "A,B\nµg,1\n".encode() + b"\xff,2\n")
    assert str(caught.value) == (
        "lb.csv:3: byte 0xFF (byte 11 of the file) is not UTF-8 text, as the rest is;"
        " save the file as UTF-8 and read it again"
    )


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lb.csv:2: byte 0x81 .* neither UTF-8 nor cp1252 text"):
        export_of(tmp_path, b"A,B\n\x81,2\n")


def test_a_cut_utf_16_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lb.csv: byte \d+ of the file is not utf-16 text"):
        export_of(tmp_path, "A,B\n1,2\n".encode("utf-16")[:-1])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1,2,3", '3 values where the header names 2 columns; put quotes around a value that'
                  ' contains "," or take out what is too much'),
        ("1", "1 value where the header names 2 columns; fill in what is missing or leave its"
              " place empty between two delimiters"),
        ('"5" x,2', 'a quote inside a quoted value; write it twice ("")'),
        ('1,"2', 'a quote that is opened here is never closed; close it or write it twice ("")'),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    text = 'A,B\n1,"two\nlines"\n' + "1,2\n" * 100_000 + line + "\n3,4\n"
    export = export_of(tmp_path, text)
    with pytest.raises(DataError) as caught:
        stored(export)
    assert str(caught.value) == f"lb.csv:100004: {problem}"


def test_a_bad_line_is_named_in_its_place_below_skipped_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^lb.csv:4: 3 values where the header names 2 columns"):
        stored(export_of(tmp_path, "sep=;\nA;B\n1;2\n1;2;3\n"))


def test_what_only_the_engine_refuses_is_told_in_one_sentence(tmp_path: Path) -> None:
    export = export_of(tmp_path, "A,B\n1,2\n" + "x" * 3_000_000 + ",2\n")
    with pytest.raises(DataError) as caught:
        stored(export)
    assert str(caught.value).startswith("lb.csv cannot be read as CSV (")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_same_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        export_of(tmp_path, "LBSEQ,A,lbseq\n1,2,3\n")
    assert str(caught.value) == (
        'lb.csv: column "lbseq" (column 3) is there twice, first as "LBSEQ" (column 1);'
        " remove or rename one of them"
    )


def test_a_name_that_starts_with_a_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'lb.csv: column 1 is named "#row", .* rename the column'):
        export_of(tmp_path, "#row,A\n1,2\n")


@pytest.mark.parametrize("content", ["", "\n\n\n", "\ufeff\n"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(DataError, match=r"lb.csv (is empty|holds only empty lines)"):
        export_of(tmp_path, content)


@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r")])
def test_lines_that_end_in_different_ways_are_read(tmp_path: Path, ends: tuple[str, str]) -> None:
    first, second = ends
    export = export_of(tmp_path, f'A,B{first}1,"x\ny"{second}3,4{first}')
    assert stored(export) == [("1", "x\ny"), ("3", "4")]
    assert notes_of(export) == ["lb.csv: lines end in different ways (LF, CR LF, CR)"]


def test_a_line_break_inside_quotes_is_no_different_line_end(tmp_path: Path) -> None:
    export = export_of(tmp_path, 'A,B\r\n1,"x\ny"\r\n3,4\r\n')
    assert notes_of(export) == []
    assert stored(export) == [("1", "x\ny"), ("3", "4")]


def test_empty_lines_do_not_count_as_rows(tmp_path: Path) -> None:
    assert stored(export_of(tmp_path, "A,B\n\n1,2\n\n\n3,4\n\n")) == [("1", "2"), ("3", "4")]


def test_paths_that_look_like_wildcards_or_partitions_are_plain_paths(tmp_path: Path) -> None:
    folder = tmp_path / "site=1" / "final [2] {a,b}"
    folder.mkdir(parents=True)
    (folder / "lxb.csv").write_text("A,B\n9,9\n")
    export = export_of(folder, "A,B\n1,2\n", "l*b.csv")
    assert [column.name for column in export.tables["L*B"].columns] == ["A", "B"]
    assert stored(export, "L*B") == [("1", "2")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_hostile_column_names_are_only_names(tmp_path: Path, line_end: str) -> None:
    names = ['a "quote"', "two\nlines", "select", "x; drop table t", "a.b", "'", "%s", "\\"]
    with (tmp_path / "lb.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator=line_end)
        writer.writerow(names)
        writer.writerow(range(len(names)))
    export = read_export(tmp_path / "lb.csv")
    assert [column.name for column in export.tables["LB"].columns] == names
    assert stored(export) == [tuple(str(i) for i in range(len(names)))]


def test_a_quoted_first_name_behind_a_byte_order_mark_loses_no_rows(tmp_path: Path) -> None:
    export = export_of(tmp_path, '\ufeff"A,",B\n1,2\n3,4\n')
    assert [column.name for column in export.tables["LB"].columns] == ["A,", "B"]
    assert stored(export) == [("1", "2"), ("3", "4")]


def test_a_closing_delimiter_on_every_line_is_let_pass(tmp_path: Path) -> None:
    assert stored(export_of(tmp_path, "A,B\n1,2,\n3,4,\n")) == [("1", "2"), ("3", "4")]


def test_an_empty_line_of_a_single_column_is_a_missing_value(tmp_path: Path) -> None:
    assert stored(export_of(tmp_path, "A\n1\n\n3\n")) == [("1",), (None,), ("3",)]


VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"),
    max_size=6,
)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), max_size=8)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=TABLES,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    odd=st.sampled_from(["", ",x", '"', "\nx", ";x", " x"]),
)
def test_any_table_comes_back_from_any_dialect(
    tmp_path: Path, table: list[list[str]], delimiter: str, encoding: str, line_end: str, odd: str
) -> None:
    width = len(table[0]) if table else 2
    names = [f"V{i}{odd}" for i in range(width)]
    with (tmp_path / "lb.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(
            file, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
        )
        writer.writerows([names, *table])
    export = read_export(tmp_path / "lb.csv")
    assert [column.name for column in export.tables["LB"].columns] == names
    assert stored(export) == [tuple(value or None for value in row) for row in table]
