from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from oncorules import derive
from oncorules.errors import CallError, DataError, OutputError, RuleError

PACK = """
id: mine
title: Mine
version: "1"
language: 1
tables:
  subject:
    title: One subject
    one_row_per: [USUBJID]
    from: DM
    columns:
      AGE6:
        value: AGE * 6.5
      MONTHS:
        value: months_between(BRTHDTC, RFSTDTC)
      ADULT:
        value: AGE >= adult
  adult:
    one_row_per: [USUBJID]
    from: subject
    where: ADULT
parameters:
  adult: {value: 18, unit: year, source: ours}
"""
PUBLISH = """
publish:
  ADSL: {from: subject, columns: [USUBJID, AGE, AGE6, RFSTDTC, MONTHS], label: Subjects}
"""
DM = """\
USUBJID,BRTHDTC,RFSTDTC,AGE
B,1969-12-02,2020-02,50
A,1950-01-01,2020-01-01,70
C,,,
"""
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    return write


@pytest.fixture
def pack(write: Write) -> Path:
    return write("mine.yaml", PACK + PUBLISH)


@pytest.fixture
def export(write: Write) -> Path:
    return write("export/dm.csv", DM).parent


def test_a_table_made_row_by_row_keeps_the_order_of_the_export(export, pack) -> None:
    with derive(export, [pack], jobs=1) as result:
        (table,) = result.tables
        assert (table.name, table.title, table.rows) == ("ADSL", "Subjects", 3)
        assert result.table("ADSL").to_pydict() == {
            "USUBJID": ["B", "A", "C"],
            "AGE": [50.0, 70.0, None],
            "AGE6": [325.0, 455.0, None],
            "RFSTDTC": ["2020-02", "2020-01-01", None],
            "MONTHS": [None, pytest.approx(839.983573), None],
        }


def test_other_tables_are_in_the_order_of_their_key(export, write) -> None:
    grouped = """
        tables:
          subject:
            one_row_per: [USUBJID]
            rows_of: [DM]
        publish:
          ADSL: {from: subject}
        """
    with derive(export, [write("grouped.yaml", grouped)], jobs=1) as result:
        assert result.table("ADSL")["USUBJID"].to_pylist() == ["A", "B", "C"]


def test_inner_tables_come_when_everything_is_asked_for(export, pack) -> None:
    with derive(export, [pack], everything=True, jobs=1) as result:
        assert [(one.name, one.published, one.rows) for one in result.tables] == [
            ("ADSL", True, 3),
            ("subject", False, 3),
            ("adult", False, 2),
        ]
        assert "ADULT" in result.table("adult").column_names


def test_values_are_set_by_address(export, pack) -> None:
    with derive(export, [pack], everything=True, settings={"adult": "60"}, jobs=1) as result:
        assert result.table("adult").column("USUBJID").to_pylist() == ["A"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("parquet", "adsl.parquet"), ("csv", "adsl.csv"), ("xpt", "adsl.xpt"),
     ("dataset-json", "adsl.json")],
)  # fmt: skip
def test_each_table_is_written_to_a_file_named_after_it(export, pack, tmp_path, kind, name) -> None:
    with derive(export, [pack], jobs=1) as result:
        assert result.write(tmp_path / "out", kind) == [tmp_path / "out" / name]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_numbers_dates_and_missing_values_are_plain_in_csv(export, pack, tmp_path) -> None:
    with derive(export, [pack], jobs=1) as result:
        (path,) = result.write(tmp_path / "out", "csv")
    assert path.read_text("utf-8").splitlines()[1:] == [
        "B,50,325,2020-02,",
        "A,70,455,2020-01-01,839.983573",
        "C,,,,",
    ]


def test_the_same_input_gives_the_same_bytes(export, pack, tmp_path) -> None:
    written = []
    for folder in ("one", "two"):
        with derive(export, [pack], everything=True) as result:
            paths = result.write(tmp_path / folder)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]


def test_all_files_are_written_or_none(export, write, tmp_path) -> None:
    pack = write("long.yaml", PACK + "publish:\n  A1: {from: adult, columns: [AGE]}\n"
                 "  NAMEDTOOLONG: {from: subject, columns: [AGE]}\n")  # fmt: skip
    with derive(export, [pack], jobs=1) as result, pytest.raises(OutputError, match="XPT allows"):
        result.write(tmp_path / "out", "xpt")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_said(export, pack, tmp_path) -> None:
    with derive(export, [pack], jobs=1) as result:
        with pytest.raises(OutputError, match=r"dm\.csv is no folder; choose another one"):
            result.write(export / "dm.csv")
        with pytest.raises(CallError, match='"sas" is not parquet'):
            result.write(tmp_path, "sas")


def test_a_pack_that_publishes_nothing_is_refused_before_the_export_is_read(write) -> None:
    pack = write("mine.yaml", PACK)
    message = "mine publishes no table; name a pack that does with --pack, or take .* --all"
    with pytest.raises(CallError, match=message):
        derive("no such folder", [pack])


def test_a_column_that_is_not_there_cannot_be_published(export, write) -> None:
    pack = write("mine.yaml", PACK + "publish:\n  ADSL: {from: subject, columns: [AGE7]}\n")
    message = r'mine\.yaml:24:35: subject has no column "AGE7" to publish; did you mean "AGE"'
    with pytest.raises(RuleError, match=message):
        derive(export, [pack], jobs=1)


def test_a_table_that_is_not_there_cannot_be_published(export, write) -> None:
    pack = write("mine.yaml", PACK + "publish:\n  ADSL: {from: sbject}\n")
    with pytest.raises(RuleError, match=r'mine\.yaml:24:16: there is no table "sbject"'):
        derive(export, [pack], jobs=1)


def test_two_packs_cannot_publish_one_name(export, write, pack) -> None:
    other = write("other.yaml", (PACK + PUBLISH).replace("id: mine", "id: other"))
    with pytest.raises(RuleError, match="ADSL is published by mine as well"):
        derive(export, [pack, other], jobs=1)


def test_text_in_a_number_stops_a_derivation_that_reads_it(write, pack) -> None:
    export = write("bad/dm.csv", DM.replace(",50", ",old").replace("2020-02", "2020-02-30")).parent
    message = (
        'dm.csv:1: AGE of table DM holds "old", where a number was expected, and 1 more cell is '
        "unreadable; oncorules validate lists them all"
    )
    with pytest.raises(DataError) as caught:
        derive(export, [pack], jobs=1)
    assert str(caught.value) == message


def test_an_unreadable_cell_that_no_table_reads_does_not_stop(write) -> None:
    pack = write("mine.yaml", PACK + "publish:\n  ADSL: {from: subject, columns: [AGE6]}\n")
    export = write("bad/dm.csv", "USUBJID,AGE,DMDY\nA,70,first\n").parent
    with derive(export, [pack], jobs=1) as result:
        assert result.table("ADSL").to_pydict() == {"AGE6": [455.0]}


def test_a_table_that_the_export_lacks_is_noted(write, pack) -> None:
    export = write("other/ae.csv", "USUBJID,AESEQ\nA,1\n").parent
    with derive(export, [pack], jobs=1) as result:
        assert result.tables[0].rows == 0
        assert [(note.place, note.text) for note in result.notes][-1] == (
            "DM", "the export has no such table; what is derived from it is missing"
        )  # fmt: skip


def test_a_result_prints_and_shows_itself(export, pack) -> None:
    with derive(export, [pack], jobs=1) as result:
        assert str(result) == "ADSL: 3 rows, 5 columns; Subjects"
        assert "<td>ADSL</td>" in result._repr_html_()
        with pytest.raises(CallError, match='no derived table "ADSK"; did you mean "ADSL"'):
            result.table("ADSK")


def test_progress_names_each_table(export, pack) -> None:
    seen: list[tuple[str, int, int]] = []
    with derive(export, [pack], jobs=1, progress=lambda *step: seen.append(step)):
        assert seen == [("deriving ADSL", 0, 1), ("tables", 1, 1)]
