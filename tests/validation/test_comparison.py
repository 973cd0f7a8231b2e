"""The answer of a comparison: counts, exit code and files."""

from __future__ import annotations

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.validation.run_folders import Found, Ruled, write_run

from oncorules.validation.compare import compare_runs
from oncorules.validation.comparison import CHANGES, COLUMNS, FILES, Comparison


@pytest.fixture
def comparison(tmp_path) -> Comparison:
    rules = {"R1": Ruled(), "R2": Ruled()}
    old = [Found("R1", "A"), Found("R1", "B"), Found("R2", "A")]
    new = [Found("R1", "A", "=2", message="=2"), Found("R2", "B")]
    a = write_run(tmp_path / "a", old, rules)
    return compare_runs(a, write_run(tmp_path / "b", new, rules, day="2024-03-08"))


def test_counts_name_every_change_and_add_up(comparison):
    assert comparison.counts() == {
        "new": 1, "reopened": 0, "persisting": 1, "not seen": 0, "resolved": 2,
    }  # fmt: skip
    assert str(comparison) == "1 new, 0 reopened, 1 persisting, 0 not seen, 2 resolved"
    assert tuple(comparison.counts()) == CHANGES


def test_each_rule_has_its_own_counts(comparison):
    told = [
        (one["rule_id"], one["new"], one["persisting"], one["resolved"])
        for one in comparison.rules()
    ]
    assert told == [("R1", 0, 1, 1), ("R2", 1, 0, 1)]


def test_what_needs_a_person_comes_first(comparison):
    assert comparison.rows["change"].to_list() == ["new", "persisting", "resolved", "resolved"]
    assert [one["change"] for one in comparison.worst()] == ["new"]
    assert comparison.exit_code() == 1


def test_the_files_hold_the_same_rows(comparison, tmp_path):
    written = comparison.write(tmp_path / "out")
    assert [path.name for path in written] == list(FILES)
    table = pq.read_table(tmp_path / "out" / "comparison.parquet")
    assert tuple(table.schema.names) == COLUMNS
    assert {table.schema.field(name).type for name in COLUMNS} == {pa.string(), pa.int64()}
    with (tmp_path / "out" / "comparison.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["finding_id"] for row in rows] == table["finding_id"].to_pylist()
    (persisting,) = [row for row in rows if row["change"] == "persisting"]
    assert (persisting["values"], persisting["message"]) == ('{"AESEV": "=2"}', "'=2")
    summary = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert summary["counts"] == comparison.counts()
    assert (summary["before"]["date"], summary["after"]["date"]) == ("2024-03-01", "2024-03-08")


def test_the_same_runs_give_the_same_bytes(comparison, tmp_path):
    again = compare_runs(comparison.before.path, comparison.after.path)
    for one, folder in ((comparison, "x"), (again, "y")):
        one.write(tmp_path / folder)
    for name in FILES:
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()
