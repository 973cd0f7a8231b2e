"""The files of a run: whole or not at all, always the same bytes."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data import write_csv
from oncorules.errors import OutputError
from oncorules.validation import write
from oncorules.validation.findings import COLUMNS as FINDING_COLUMNS
from oncorules.validation.run import ValidationResult
from oncorules.validation.standing import STANDING_COLUMNS

AE = """
USUBJID | AESEQ | AETERM       | AESEV
A       | 1     | =1+1         | MILD
A       | 2     | plain        | SEVERE
B       | 1     | -5           | .
B       | 2     | say "x, y"   | MILD
"""
RULES = (
    "id: ONE\napplies_to: {table: AE}\ncondition: AETERM = 'x'\nmessage: '{AETERM} is {AESEV}.'",
    "id: TWO\nseverity: notice\napplies_to: {table: AE}\ncondition: AESEV = 'MILD'",
)
COLUMNS = (*FINDING_COLUMNS, *STANDING_COLUMNS)
FILES = ["findings.csv", "findings.parquet", "rules.json", "run.json"]


@pytest.fixture
def result(desk) -> ValidationResult:
    return desk.run(desk.export(AE=AE), desk.pack(*RULES))


def read_csv(folder: Path) -> list[dict[str, str]]:
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_four_files_are_written_and_nothing_else(result, tmp_path):
    written = result.write(tmp_path / "a" / "b")
    assert written == [tmp_path / "a" / "b" / name for name in write.FILES]
    assert names(tmp_path / "a" / "b") == FILES


def test_parquet_holds_the_findings_as_they_are(result, tmp_path):
    result.write(tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "findings.parquet")
    assert tuple(table.schema.names) == COLUMNS
    assert table.schema.field("row").type == pa.int64()
    assert {table.schema.field(name).type for name in COLUMNS if name != "row"} == {pa.string()}
    expected = [result.standing.as_json(one) for one in result.findings.rows()]
    for row in (rows := table.to_pylist()):
        row["key"], row["values"] = json.loads(row["key"]), json.loads(row["values"])
        row["owner"], row["explanation"] = row["owner"] or "", row["explanation"] or ""
    assert rows == expected


def test_csv_holds_the_same_rows_with_formulas_made_harmless(result, tmp_path):
    result.write(tmp_path / "out")
    rows = read_csv(tmp_path / "out")
    exact = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    assert tuple(rows[0]) == COLUMNS
    assert [row["message"] for row in rows] == [
        "'=1+1 is MILD.", "plain is SEVERE.", "'-5 is (missing).", 'say "x, y" is MILD.', "a rule",
    ]  # fmt: skip
    for row, true in zip(rows, exact, strict=True):
        assert row | {"message": 0} == {
            name: "" if value is None else str(value) for name, value in true.items()
        } | {"message": 0}
        assert not re.match("[=+@-]", row["message"])


def test_rules_json_holds_every_status(result, tmp_path):
    result.write(tmp_path / "out")
    rules = json.loads((tmp_path / "out" / "rules.json").read_text(encoding="utf-8"))
    assert rules == [status.as_json() for status in result.rules]
    assert [(rule["rule_id"], rule["status"], rule["not_met"]) for rule in rules] == [
        ("ONE", "not met", 4),
        ("TWO", "not met", 1),
    ]


def test_without_findings_the_files_have_their_columns(desk, tmp_path):
    rule = "applies_to: {table: AE}\ncondition: USUBJID <> 'Z'"
    desk.run(desk.export(AE=AE), desk.pack(rule)).write(tmp_path / "out")
    assert pq.read_table(tmp_path / "out" / "findings.parquet").num_rows == 0
    assert (tmp_path / "out" / "findings.csv").read_bytes() == (",".join(COLUMNS) + "\r\n").encode()


def test_a_second_run_takes_the_place_of_the_first(result, desk, tmp_path):
    result.write(tmp_path / "out")
    before = content(tmp_path / "out")
    other = desk.run(desk.export("less", AE="\n".join(AE.splitlines()[:3])), desk.pack(*RULES))
    other.write(tmp_path / "out")
    assert names(tmp_path / "out") == FILES
    assert all(before[name] != after for name, after in content(tmp_path / "out").items())


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_input_gives_the_same_bytes(result, desk, tmp_path, jobs):
    result.write(tmp_path / "first")
    again = desk.run(desk.folder / "export", desk.folder / "trial.yaml", jobs=jobs)
    again.write(tmp_path / "second")
    again.write(tmp_path / "third")
    assert (
        content(tmp_path / "first") == content(tmp_path / "second") == content(tmp_path / "third")
    )


def test_many_findings_are_the_same_bytes_with_one_thread_and_two(desk, tmp_path):
    rows = 130_000  # more than one batch, and more than one of the engine's row groups
    (desk.folder / "export").mkdir()
    table = {"USUBJID": [f"S{n % 977:04}" for n in range(rows)], "AESEQ": range(rows)}
    pq.write_table(
        pa.table({name: pa.array(values) for name, values in table.items()}),
        desk.folder / "export" / "ae.parquet",
    )
    rules = (
        "id: ONE\napplies_to: {table: AE}\ncondition: AESEQ < 0",
        "id: TWO\napplies_to: {table: AE}\ncondition: AESEQ < 100000",
    )
    for jobs in (1, 2):
        result = desk.run(desk.folder / "export", desk.pack(*rules), jobs=jobs)
        result.write(tmp_path / f"out{jobs}")
    assert content(tmp_path / "out1") == content(tmp_path / "out2")
    written = pq.ParquetFile(tmp_path / "out1" / "findings.parquet")
    assert written.metadata.num_rows == 160_000
    assert [written.metadata.row_group(n).num_rows for n in range(4)] == [50_000] * 3 + [10_000]
    assert written.read(["row"])["row"].to_pylist() == [
        *range(1, 130_001), *range(100_001, 130_001),
    ]  # fmt: skip


def failing(after: int, error: BaseException):
    """A writer that fails once it has written some lines."""
    real, calls = write_csv._write_lines, iter(range(100))

    def lines(*arguments: object) -> None:
        if next(calls) == after:
            raise error
        real(*arguments)

    return lines


@pytest.mark.parametrize("after", [0, 1])
def test_a_full_disk_leaves_what_was_there_and_nothing_half_written(
    result, tmp_path, monkeypatch, after
):
    result.write(tmp_path / "out")
    before = content(tmp_path / "out")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(write_csv, "_write_lines", failing(after, full))
    with pytest.raises(OutputError) as caught:
        result.write(tmp_path / "out")
    assert str(caught.value) == (
        f"the findings cannot be written to {tmp_path / 'out'} (No space left on device); nothing"
        " was left half written: free some space or choose another folder with --out"
    )
    assert content(tmp_path / "out") == before


def test_a_disk_that_says_at_the_last_moment_that_it_is_full_leaves_nothing(
    result, tmp_path, monkeypatch
):
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        result.write(tmp_path / "out")
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a fault")])
def test_ctrl_c_and_faults_leave_nothing_half_written(result, tmp_path, monkeypatch, error):
    monkeypatch.setattr(write_csv, "_write_lines", failing(1, error))
    with pytest.raises(type(error)):
        result.write(tmp_path / "out")
    assert names(tmp_path / "out") == []


def test_a_device_that_is_full_is_told_in_one_sentence(result, tmp_path, monkeypatch):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    real = tempfile.mkstemp

    def open_full(*, dir: Path, prefix: str) -> tuple[int, str]:
        number, name = real(dir=dir, prefix=prefix)
        if "findings.csv" in prefix:
            os.close(number)
            number = os.open("/dev/full", os.O_WRONLY)
        return number, name

    monkeypatch.setattr(tempfile, "mkstemp", open_full)
    with pytest.raises(OutputError, match=r"findings\.csv cannot be written \(No space left"):
        result.write(tmp_path / "out")
    assert names(tmp_path / "out") == []


def test_a_folder_that_cannot_be_made_is_named(result, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match=r"out is no folder; choose another"):
        result.write(tmp_path / "out")
    with pytest.raises(OutputError, match=r"inner is no folder; choose another"):
        result.write(tmp_path / "out" / "inner")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_place_taken_by_a_folder_is_named(result, tmp_path):
    (tmp_path / "out" / "findings.csv").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"findings\.csv cannot be written"):
        result.write(tmp_path / "out")
    assert not [name for name in names(tmp_path / "out") if name.startswith(".")]
