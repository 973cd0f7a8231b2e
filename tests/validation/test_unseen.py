"""Why a run could not have had a finding: the cases that need more than one table."""

from __future__ import annotations

from tests.validation.run_folders import Ruled, write_run

from oncorules.validation.run_folder import read_run
from oncorules.validation.unseen import undecided, unseen_reason

READS = {"AE": ["AESEV"], "DM": ["AGE"]}
PAIR = ("R1", "AE")


def reason(tmp_path, now: dict, before: dict) -> str | None:
    rules = {"R1": Ruled(reads=READS)}
    runs = [
        read_run(write_run(tmp_path / name, [], rules, tables=tables))
        for name, tables in (("now", now), ("before", before))
    ]
    return unseen_reason(PAIR, *runs)


def test_a_table_that_the_rule_looks_into_counts(tmp_path):
    both = {"AE": ["AESEV"], "DM": ["AGE"]}
    assert reason(tmp_path, {"AE": ["AESEV"]}, both) == "table not in the export"
    assert reason(tmp_path, both, both) is None


def test_what_neither_run_had_takes_nothing_away(tmp_path):
    assert reason(tmp_path, {"AE": ["AESEV"]}, {"AE": ["AESEV"]}) is None
    assert reason(tmp_path, {"AE": []}, {"AE": []}) is None


def test_more_columns_than_before_take_nothing_away(tmp_path):
    assert reason(tmp_path, {"AE": ["AESEV", "X"]}, {"AE": ["AESEV"]}) is None
    assert reason(tmp_path, {"AE": []}, {"AE": ["AESEV"]}) == "column not in the export"


def test_only_more_open_rows_make_a_resolution_unsure(tmp_path):
    rules = {"R1": Ruled(not_evaluable=1), "R2": Ruled(not_evaluable=2)}
    run = read_run(write_run(tmp_path / "r", [], rules))
    one, two = run.rules["R1", "AE"], run.rules["R2", "AE"]
    assert undecided(two, one)
    assert not undecided(one, two)
    assert not undecided(one, one)
    assert not undecided(one, None)
