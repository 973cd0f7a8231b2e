"""A run folder read back, and every way in which it can be no such thing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.validation.run_folders import Found, Ruled, write_run

from oncorules.errors import DataError
from oncorules.validation.run_folder import read_run


@pytest.fixture
def run(tmp_path) -> Path:
    return write_run(tmp_path / "week1", [Found("R1", "A")], {"R1": Ruled()})


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as raised:
        read_run(folder)
    return str(raised.value)


def test_what_a_validation_writes_is_read_back(desk, tmp_path):
    export = desk.export(AE="STUDYID | USUBJID | AESEQ\nS | A | 1\nS | B | 2")
    pack = desk.pack("applies_to: {table: AE}\ncondition: AESEQ > 1")
    with desk.run(export, pack, date=date(2024, 3, 1)) as result:
        result.write(tmp_path / "out")
    run = read_run(tmp_path / "out")
    assert (run.date, run.study, run.packs) == (date(2024, 3, 1), None, {"trial": "1.0.0"})
    assert (run.studies, run.subjects, run.findings) == (frozenset("S"), ("A", "B"), 1)
    rule = run.rules["R1", "AE"]
    assert (rule.status, rule.not_met, rule.reads) == ("not met", 1, {"AE": ("AESEQ", "USUBJID")})
    assert run.scan().collect()["rule_id"].to_list() == ["R1"]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    assert "week1 is no folder; name one that" in refusal(tmp_path / "week1")
    assert "is not the folder of a run: it has no run.json" in refusal(tmp_path)


@pytest.mark.parametrize("gone", ["findings.parquet", "rules.json", "run.json"])
def test_a_folder_that_is_half_there_is_refused(run, gone):
    (run / gone).unlink()
    assert f"the run in {run} is not whole: {gone} is missing" in refusal(run)


@pytest.mark.parametrize("damaged", ["findings.parquet", "rules.json", "run.json"])
def test_a_file_that_is_cut_off_is_named(run, damaged):
    whole = (run / damaged).read_bytes()
    (run / damaged).write_bytes(whole[: len(whole) // 2])
    assert f"{run / damaged} is cut off or damaged" in refusal(run)


def test_files_of_two_runs_in_one_folder_are_noticed(run, tmp_path):
    other = write_run(tmp_path / "week2", [], {"R1": Ruled()})
    (run / "findings.parquet").write_bytes((other / "findings.parquet").read_bytes())
    assert "are not of one run: findings.parquet has 0 findings, run.json 1" in refusal(run)


def test_a_record_of_another_format_is_refused(run):
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | {"format": 2}))
    assert "run.json has format 2, and this oncorules reads 1" in refusal(run)


@pytest.mark.parametrize("wrong", ["[]", "{}", '{"format": 1, "study": 3}', "null"])
def test_a_record_that_is_something_else_is_refused(run, wrong):
    (run / "run.json").write_text(wrong)
    assert "run.json is not what a run writes" in refusal(run)
