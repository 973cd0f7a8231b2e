"""Tables made of a site's own files: rows, names, codes and dates, with the file's row numbers."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.data.export import Export, read_export
from oncorules.data.mapped_rows import is_form_of_dates
from oncorules.data.mapping import ROW, ColumnFrom, TableFrom, map_export
from oncorules.data.relation import rows_relation, store_rows
from oncorules.errors import DataError

PEOPLE = "pid;form;sex;born;hb\n1;base;1;03-02-1960;8,1\n1;ae;;;\n2;base;2;UK-UK-1950;7,0\n"


@pytest.fixture
def export(tmp_path: Path) -> Export:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    return read_export(tmp_path)


def rows_of(export: Export, table: str) -> list[tuple[object, ...]]:
    """Return the rows of all parts of a table, `#row` last."""
    with duckdb.connect() as con:
        parts = export.tables[table].parts
        return [row for part in parts for row in rows_relation(con, part).fetchall()]


def one_column(export: Export, column: ColumnFrom, **way: object) -> list[object]:
    """Return the values of one mapped column."""
    table = TableFrom("people", columns={"X": column}, **way)
    return [row[0] for row in rows_of(map_export(export, {"T": [table]}), "T")]


def test_a_selected_row_keeps_its_number_in_the_file(export) -> None:
    way = TableFrom("people.csv", {"form": ("base",)}, columns={"USUBJID": ColumnFrom("PID")})
    mapped = map_export(export, {"dm": [way]})
    assert rows_of(mapped, "DM") == [("1", 1), ("2", 3)]
    assert mapped.tables["DM"].columns[0].own == "pid"
    assert set(mapped.tables) == {"DM"}


def test_null_in_where_stands_for_an_empty_cell(export) -> None:
    assert one_column(export, ColumnFrom(ROW), where={"sex": ("",)}) == [2]


def test_a_row_needs_one_of_the_filled_columns(export) -> None:
    assert one_column(export, ColumnFrom(ROW), filled=("sex", "born")) == [1, 3]


def test_a_code_without_a_meaning_stays_as_it_is(export) -> None:
    assert one_column(export, ColumnFrom("sex", codes={"1": "M"})) == ["M", None, "2"]


def test_a_fixed_value_stands_in_every_row(export) -> None:
    assert one_column(export, ColumnFrom(value="S")) == ["S", "S", "S"]


def test_unknown_days_and_months_are_left_out_of_a_date(export) -> None:
    born = ColumnFrom("born", date="DD-MM-YYYY")
    assert one_column(export, born) == ["1960-02-03", None, "1950"]


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("DD-MM-YYYY", "5-3-2024", "2024-03-05"),
        ("MM/DD/YYYY", "03/05/2024 14:30", "2024-03-05T14:30"),
        ("YYYY.MM.DD", "2024.03.UK", "2024-03"),
        ("DD-MM-YYYY", "2024-03-05", "2024-03-05"),
        ("DD-MM-YYYY", "soon", "soon"),
    ],
)
def test_dates_are_written_as_iso_and_other_texts_stay(tmp_path, form, text, iso) -> None:
    (tmp_path / "people.csv").write_text(f"d,x\n{text},1\n", "utf-8")
    assert one_column(read_export(tmp_path), ColumnFrom("d", date=form)) == [iso]


@settings(deadline=None)
@given(st.dates(), st.permutations(["DD", "MM", "YYYY"]), st.sampled_from("-/. "))
def test_every_form_of_a_date_is_read_back_as_its_day(tmp_path_factory, day, order, sign) -> None:
    parts = {"DD": f"{day.day:02}", "MM": f"{day.month:02}", "YYYY": f"{day.year:04}"}
    folder = tmp_path_factory.mktemp("dates")
    text = sign.join(parts[one] for one in order)
    (folder / "people.csv").write_text(f"d,x\n{text},1\n", "utf-8")
    form = sign.join(order)
    assert is_form_of_dates(form)
    assert one_column(read_export(folder), ColumnFrom("d", date=form)) == [day.isoformat()]


def test_row_numbers_as_values_differ_between_the_files_of_a_table(export) -> None:
    way = TableFrom("people", columns={"SEQ": ColumnFrom(ROW)})
    rows = rows_of(map_export(export, {"T": [way, way]}), "T")
    assert rows == [(1, 1), (3, 2), (5, 3), (2, 1), (4, 2), (6, 3)]


def test_without_columns_all_of_the_file_are_kept(export) -> None:
    mapped = map_export(export, {"T": [TableFrom("people")]})
    assert [one.name for one in mapped.tables["T"].columns] == ["PID", "FORM", "SEX", "BORN", "HB"]


def test_a_column_that_the_file_does_not_have_is_refused_with_the_nearest(export) -> None:
    way = TableFrom("people", columns={"SEX": ColumnFrom("sexe")})
    with pytest.raises(DataError, match=r'DM\.SEX: people\.csv has no column "sexe".*"sex"'):
        map_export(export, {"DM": [way]})


def test_a_file_that_is_not_in_this_export_is_told_and_its_table_is_absent(export) -> None:
    mapped = map_export(export, {"AE": [TableFrom("events.csv")]})
    assert set(mapped.tables) == {"PEOPLE"}
    assert mapped.notes[-1].text == "there is no events.csv, which AE is read from"


def test_a_table_that_the_export_has_already_is_refused(tmp_path) -> None:
    for name in ("people", "dm"):
        (tmp_path / f"{name}.csv").write_text(PEOPLE, "utf-8")
    with pytest.raises(DataError, match=r"DM is read from people\.csv, and dm\.csv is DM too"):
        map_export(read_export(tmp_path), {"DM": [TableFrom("people.csv")]})


def test_names_that_are_words_of_sql_are_only_names(tmp_path) -> None:
    (tmp_path / "people.csv").write_text('select,"a""b",rowid\n1,2,3\n', "utf-8")
    export = read_export(tmp_path)
    columns = {"A": ColumnFrom("select"), "B": ColumnFrom('a"b'), "C": ColumnFrom("rowid")}
    mapped = map_export(export, {"T": [TableFrom("people", columns=columns)]})
    assert rows_of(mapped, "T") == [("1", "2", "3", 1)]


def test_a_line_that_cannot_be_read_is_told_though_rows_before_it_were_taken(tmp_path) -> None:
    good = "".join(f"{number};base\n" for number in range(120_000))
    (tmp_path / "people.csv").write_text(f"pid;form\n{good}1;base;7\n", "utf-8")
    mapped = map_export(read_export(tmp_path), {"DM": [TableFrom("people.csv")]})
    (part,) = mapped.tables["DM"].parts
    for _ in range(2):  # each reading tells its own failure
        with (
            duckdb.connect() as con,
            pytest.raises(
                DataError, match=r"people\.csv:120002: 3 values where the header names 2"
            ),
        ):
            store_rows(con, part, "rows")


def test_rows_come_in_the_order_of_a_file_that_takes_several_batches(tmp_path) -> None:
    numbers = range(250_000)
    lines = "".join(f"{number}\n" for number in numbers)
    (tmp_path / "people.csv").write_text(f"pid\n{lines}", "utf-8")
    way = TableFrom("people.csv", columns={"X": ColumnFrom("pid"), "N": ColumnFrom(ROW)})
    found = rows_of(map_export(read_export(tmp_path), {"T": [way]}), "T")
    assert found == [(str(number), number + 1, number + 1) for number in numbers]
