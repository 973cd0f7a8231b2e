import json
from pathlib import Path

import pytest

from oncorules.errors import CallError, DataError
from oncorules.report.each.earlier import read_earlier
from oncorules.report.each.job import Outcome
from oncorules.report.each.run import EachResult


@pytest.fixture
def week1(tmp_path: Path) -> Path:
    """What a call wrote beside the folders: site 01 has a run, site 02 could not be read."""
    outcomes = (Outcome("01", "sites/01", 1, tables=1), Outcome("02", "sites/02", 3))
    folder = tmp_path / "week1"
    folder.mkdir()
    (folder / "each.json").write_text(EachResult(outcomes).record(), "utf-8")
    return folder


def test_an_export_is_compared_to_the_run_of_its_name(week1: Path) -> None:
    earlier = read_earlier(week1, ["01", "02"])
    assert earlier.run_of("01") == str(week1 / "01")
    assert earlier.run_of("02") is None


def test_what_has_no_counterpart_is_told(week1: Path) -> None:
    assert read_earlier(week1, ["02", "O1"]).notes(["02", "O1"]) == [
        f"02: it could not be validated in {week1}; all is new",
        f"O1: {week1} has no export of that name, all is new",
        f"{week1} also has 01, and this call has not",
    ]


def test_a_baseline_of_other_exports_is_refused(week1: Path) -> None:
    with pytest.raises(CallError, match=r"none of x, y is an export of .*, which has 01, 02; give"):
        read_earlier(week1, ["x", "y"])


def test_a_folder_of_one_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is not the folder of several runs: it has no each\.json"):
        read_earlier(tmp_path, ["01"])


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2, "exports": []}', "{}"])
def test_a_record_that_no_run_wrote_is_refused(week1: Path, text: str) -> None:
    (week1 / "each.json").write_text(text, "utf-8")
    with pytest.raises(DataError, match="cannot be read as what a run writes"):
        read_earlier(week1, ["01"])


def test_the_record_does_not_tell_the_time() -> None:
    told = json.loads(EachResult((Outcome("01", "sites/01", 0, seconds=3.5),)).record())
    assert "seconds" not in told["exports"][0]
