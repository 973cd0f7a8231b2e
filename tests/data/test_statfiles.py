"""SAS7BDAT and SPSS files: labels, dates, codes, cuts.

`files/ae.sas7bdat` was written with the SAS7BDAT writer of ReadStat (three rows, no real data).
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from oncorules.data.export import Export, read_export
from oncorules.errors import DataError

SAMPLE = Path(__file__).parent / "files" / "ae.sas7bdat"


def values(export: Export, table: str) -> dict[str, list[object]]:
    source = export.tables[table].parts[0].source
    result: dict[str, list[object]] = source.read().to_pydict()  # type: ignore[union-attr]
    return result


def test_a_sas_data_set_is_read_with_labels_and_dates() -> None:
    export = read_export(SAMPLE)
    assert [(c.name, c.kind, c.label) for c in export.tables["AE"].columns] == [
        ("USUBJID", "text", "Unique Subject Identifier"),
        ("AESEQ", "number", "Sequence Number"),
        ("AESTDT", "date", None),
        ("AESTDTM", "datetime", None),
        ("AESTTM", "text", None),
    ]
    assert export.tables["AE"].rows == 3
    assert values(export, "AE") == {
        "USUBJID": ["01-001", "01-002", "01-003"],
        "AESEQ": [1.0, 2.5, 3.0],
        "AESTDT": [dt.date(2014, 1, 2), dt.date(2014, 1, 3), None],
        "AESTDTM": [dt.datetime(2014, 1, 2, 10, 30), dt.datetime(2014, 1, 3, 10, 30), None],
        "AESTTM": ["08:30:00", "08:30:01", None],
    }


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_an_spss_file_keeps_labels_and_codes(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {
            "USUBJID": ["01-001", "01-002 ", ""],
            "AGE": [61.5, None, 0.0],
            "SEX": [1.0, 2.0, None],
            "D": [dt.date(2014, 1, 2), None, dt.date(1899, 12, 31)],
            "M": [dt.datetime(2014, 1, 2, 10, 30), None, None],
        }
    )
    path = tmp_path / f"dm.{ending}"
    pyreadstat.write_sav(
        frame,
        str(path),
        compress=ending == "zsav",
        column_labels={"AGE": "Age (years)"},
        variable_value_labels={"SEX": {1: "M", 2: "F"}},
    )
    export = read_export(path)
    assert [(c.kind, c.label) for c in export.tables["DM"].columns] == [
        ("text", None), ("number", "Age (years)"), ("number", None), ("date", None),
        ("datetime", None),
    ]  # fmt: skip
    assert [str(note) for note in export.notes] == [
        f"dm.{ending}: codes are kept, their labels not used: SEX"
    ]
    assert values(export, "DM") == {
        "USUBJID": ["01-001", "01-002", None],
        "AGE": [61.5, None, 0.0],
        "SEX": [1.0, 2.0, None],
        "D": [dt.date(2014, 1, 2), None, dt.date(1899, 12, 31)],
        "M": [dt.datetime(2014, 1, 2, 10, 30), None, None],
    }


def test_a_cut_sas_data_set_is_refused(tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    path = tmp_path / "ae.sas7bdat"
    for size in (100, 1000, 4096, 5000, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError) as caught:
            read_export(path).tables["AE"].parts[0].source.read()  # type: ignore[union-attr]
        assert str(caught.value).startswith("ae.sas7bdat is cut off")


def test_a_cut_spss_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dm.sav"
    pyreadstat.write_sav(pd.DataFrame({"A": ["x"] * 500, "N": [1.5] * 500}), str(path))
    whole = path.read_bytes()
    for size in (100, 300, len(whole) - 400, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError, match=r"^dm.sav is cut off"):
            read_export(path).tables["DM"].parts[0].source.read()  # type: ignore[union-attr]


def test_a_sas_data_set_is_read_from_a_folder_with_odd_letters(tmp_path: Path) -> None:
    folder = tmp_path / "Größe [1] µ"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "AE.SAS7BDAT")
    assert values(read_export(folder), "AE")["AESEQ"] == [1.0, 2.5, 3.0]
