"""SAS transport files: values, labels and dates; every cut that can be seen is seen."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from oncorules.data.export import Part, read_export
from oncorules.errors import DataError

PILOT = Path(__file__).parents[2].parent / "shared" / "exports" / "cdisc-pilot"


def part_of(path: Path) -> Part:
    (table,) = read_export(path).tables.values()
    return table.parts[0]


def rows(path: Path) -> dict[str, list[Any]]:
    part = part_of(path)
    assert not hasattr(part.source, "path")
    result: dict[str, list[Any]] = part.source.read().read_all().to_pydict()
    return result


def write(path: Path, frame: pd.DataFrame, version: int = 5, **options: Any) -> Path:
    pyreadstat.write_xport(frame, str(path), file_format_version=version, **options)
    return path


def frame_of(rows: int = 7) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": [f"01-{i:03d}" for i in range(rows)],
            "LBSTRESN": [None if i % 3 == 2 else i * 1.1 - 2 for i in range(rows)],
            "LBSTAT": ["" if i % 2 else "NOT DONE" for i in range(rows)],
        }
    )


@pytest.mark.parametrize("version", [5, 8])
def test_values_labels_and_names_are_kept(tmp_path: Path, version: int) -> None:
    label = "a label of more than forty characters, kept by version 8" if version == 8 else "Result"
    labels = ["Subject", label, ""]
    path = write(tmp_path / "lb.xpt", frame_of(), version, table_name="LB", column_labels=labels)
    part = part_of(path)
    assert [(c.name, c.kind, c.label) for c in part.columns] == [
        ("USUBJID", "text", "Subject"),
        ("LBSTRESN", "number", label),
        ("LBSTAT", "text", None),
    ]
    assert part.rows == 7
    values = rows(path)
    assert values["LBSTAT"] == ["NOT DONE", None] * 3 + ["NOT DONE"]
    assert values["LBSTRESN"][:3] == [-2.0, pytest.approx(-0.9, abs=1e-15), None]


@pytest.mark.parametrize("version", [5, 8])
def test_dates_are_dates_and_times_are_text(tmp_path: Path, version: int) -> None:
    frame = pd.DataFrame(
        {
            "D": [dt.date(2014, 1, 2), None, dt.date(1899, 12, 31)],
            "M": [dt.datetime(2014, 1, 2, 10, 30, 5), None, dt.datetime(1959, 1, 1)],
            "T": [30600.0, None, 59.0],
        }
    )
    path = write(tmp_path / "lb.xpt", frame, version, variable_format={"T": "TIME8."})
    assert [column.kind for column in part_of(path).columns] == ["date", "datetime", "text"]
    assert rows(path) == {
        "D": [dt.date(2014, 1, 2), None, dt.date(1899, 12, 31)],
        "M": [dt.datetime(2014, 1, 2, 10, 30, 5), None, dt.datetime(1959, 1, 1)],
        "T": ["08:30:00", None, "00:00:59"],
    }


@pytest.mark.parametrize("version", [5, 8])
def test_random_tables_come_out_as_pyreadstat_reads_them(tmp_path: Path, version: int) -> None:
    seeded = random.Random(20261123)
    for _ in range(25):
        count = seeded.randrange(1, 40)
        frame = pd.DataFrame(
            {
                f"V{column}": [
                    seeded.choice(["", "x", "a b", "µ", "long " * seeded.randrange(1, 9)])
                    if column % 2
                    else seeded.choice([0.0, 1.0, -1.5, 1e-70, 7e70, 0.1, 38.0, seeded.random()])
                    for _ in range(count)
                ]
                for column in range(seeded.randrange(1, 6))
            }
        )
        path = write(tmp_path / "lb.xpt", frame, version)
        theirs, _ = pyreadstat.read_xport(str(path), output_format="dict")
        ours = rows(path)
        assert list(ours) == list(theirs)
        for name, values in theirs.items():
            assert ours[name] == [None if value == "" else value for value in values]


@pytest.mark.parametrize("version", [5, 8])
def test_a_cut_anywhere_is_an_error_or_ends_exactly_after_a_row(
    tmp_path: Path, version: int
) -> None:
    whole = write(tmp_path / "lb.xpt", frame_of(200), version).read_bytes()
    cut = tmp_path / "cut" / "lb.xpt"
    cut.parent.mkdir()
    unseen = []
    for size in [*range(80, len(whole), 80), *range(1, len(whole), 397)]:
        cut.write_bytes(whole[:size])
        try:
            part = part_of(cut)
        except DataError as error:
            assert "cut off" in str(error) or "is " in str(error)
            assert "\n" not in str(error)
        else:
            unseen.append((size, part.rows))
            assert size % 80 == 0
    # Version 8 tells the number of rows; in version 5 a cut between two rows cannot be seen.
    assert len(unseen) <= (0 if version == 8 else 12)


def test_the_sentence_for_a_truncated_file_says_so(tmp_path: Path) -> None:
    whole = write(tmp_path / "lb.xpt", frame_of(200)).read_bytes()
    path = tmp_path / "lb.xpt"
    path.write_bytes(whole[:-37])
    with pytest.raises(DataError) as caught:
        read_export(path)
    assert str(caught.value) == (
        f"lb.xpt is cut off or was changed on its way: {len(whole) - 37:,} bytes are not a whole"
        " number of 80-byte records; transfer it again in binary mode or export it again"
    )
    path.write_bytes(whole[: len(whole) - 80 * 3])
    with pytest.raises(
        DataError, match=r"lb.xpt is cut off: it ends within observation \d+; trans"
    ):
        read_export(path)
    path.write_bytes(whole[:400])
    with pytest.raises(DataError, match=r"lb.xpt is cut off or damaged: its header is not compl"):
        read_export(path)
    path.write_bytes(whole[:160])
    with pytest.raises(DataError, match=r"lb.xpt is cut off: it ends within its header"):
        read_export(path)


def test_version_8_says_how_many_rows_are_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": ["x" * 80] * 5})
    path = write(tmp_path / "lb.xpt", frame, 8)
    path.write_bytes(path.read_bytes()[:-160])
    with pytest.raises(DataError, match=r"lb.xpt is cut off: it announces 5 observations"):
        read_export(path)


def test_short_rows_are_not_taken_for_padding_nor_padding_for_rows(tmp_path: Path) -> None:
    for count in range(1, 30):
        path = write(tmp_path / "lb.xpt", pd.DataFrame({"A": ["abc"] * count}))
        assert part_of(path).rows == count


def test_no_rows_are_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.xpt", frame_of(1))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"HEADER RECORD*******OBS ") + 80])
    export = read_export(path)
    assert [str(note) for note in export.notes][-1] == "lb.xpt: a header and no rows"
    assert rows(path) == {"USUBJID": [], "LBSTRESN": [], "LBSTAT": []}


def test_several_data_sets_in_one_file_are_several_tables(tmp_path: Path) -> None:
    one = write(tmp_path / "a.xpt", frame_of(3), table_name="AE").read_bytes()
    two = write(tmp_path / "b.xpt", frame_of(5), table_name="LB").read_bytes()
    both = tmp_path / "all.xpt"
    both.write_bytes(one + two[240:])
    export = read_export(both)
    assert {name: table.rows for name, table in export.tables.items()} == {"AE": 3, "LB": 5}
    assert export.tables["LB"].parts[0].file == "all.xpt[LB]"


def test_text_in_cp1252_is_read_and_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.xpt", pd.DataFrame({"U": ["Xmol/L", "g"]}))
    path.write_bytes(path.read_bytes().replace(b"Xmol", b"\xb5mol"))
    export = read_export(path)
    assert "lb.xpt: encoding cp1252" in [str(note) for note in export.notes]
    assert rows(path) == {"U": ["µmol/L", "g"]}
    path.write_bytes(path.read_bytes().replace(b"\xb5mol", b"\x81mol"))
    with pytest.raises(DataError, match=r"lb.xpt, row 1, U: byte 0x81 is neither UTF-8 nor cp1252"):
        read_export(path)


def test_special_missing_values_are_missing_and_zero_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.xpt", pd.DataFrame({"N": [0.0, 65.0, None]}))
    data = path.read_bytes()
    missing_a = data.replace(b".".ljust(8, b"\0"), b"A".ljust(8, b"\0"))
    path.write_bytes(missing_a)
    assert rows(path) == {"N": [0.0, 65.0, None]}


def test_a_data_set_of_another_name_is_noted(tmp_path: Path) -> None:
    export = read_export(write(tmp_path / "lb.xpt", frame_of(), table_name="LABS"))
    assert [str(n) for n in export.notes] == [
        "lb.xpt: the data set in it is named LABS; read as LB"
    ]


def test_a_number_that_is_no_date_stays_an_absurd_date(tmp_path: Path) -> None:
    frame = pd.DataFrame({"D": [1e60, 19725.75]})
    part = part_of(write(tmp_path / "lb.xpt", frame, variable_format={"D": "DATE9."}))
    column = part.source.read().read_all().column("D")  # type: ignore[union-attr]
    assert column[1].as_py() == dt.date(2014, 1, 2)
    assert column.cast("int32")[0].as_py() > 70_000_000


def test_the_pilot_export_comes_out_as_pyreadstat_reads_it() -> None:
    if not PILOT.is_dir():
        pytest.skip("the CDISC pilot export is not beside the project")
    for name, table in read_export(PILOT).tables.items():
        theirs, _ = pyreadstat.read_xport(str(PILOT / f"{name.lower()}.xpt"), output_format="dict")
        ours = table.parts[0].source.read().read_all()  # type: ignore[union-attr]
        ours.validate(full=True)
        for column, values in theirs.items():
            assert ours.column(column).to_pylist() == [v if v != "" else None for v in values]


def test_reading_a_transport_file_imports_no_pandas_and_no_pyreadstat(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.xpt", frame_of())
    code = (
        "import sys; from oncorules.data.export import read_export;"
        "read_export(sys.argv[1]).tables['LB'].parts[0].source.read().read_all();"
        "sys.exit(any(name in sys.modules for name in ('pandas', 'pyreadstat', 'duckdb')))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)]).returncode == 0
