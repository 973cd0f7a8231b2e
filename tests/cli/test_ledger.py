"""`oncorules ledger` on the command line."""

from __future__ import annotations

import csv

import pytest

from oncorules.calibration.ledger import conventions
from oncorules.cli.exits import OK
from oncorules.cli.main import main

STUDY = "van-der-zwan-2018"


@pytest.fixture
def without_choices(monkeypatch):
    """The study is not derived again with each of its choices, which takes most of the time."""
    monkeypatch.setattr(conventions, "_choices", lambda study: iter(()))


def test_the_ledger_is_printed_and_written(without_choices, tmp_path, capsys):
    words = ["ledger", STUDY, "--cohorts", "20", "--seed", "3", "--out", str(tmp_path), "--quiet"]
    assert main(words) == OK
    told = capsys.readouterr()
    assert told.err == ""
    assert "1,100 printed figures of van-der-zwan-2018" in told.out
    assert "20 sampled cohorts (seed 3)" in told.out
    assert "figures that the twin does not give as printed" in told.out
    assert "Synthetic: no row is about a real person" in told.out
    assert told.out.endswith(f"Written to {tmp_path}: ledger.csv\n")
    rows = list(csv.DictReader((tmp_path / "ledger.csv").read_text().splitlines()))
    assert len(rows) == 1100
    assert {(row["cohorts"], row["seed"]) for row in rows} == {("20", "3")}
    assert {row["inside"] for row in rows} <= {"yes", "no", "no interval"}
    assert all(row["why"] for row in rows if row["verdict"] != "exact")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["freireich-1963"], "freireich-1963 has no synthetic/design.yaml"),
        (["two-arm-demo"], "two-arm-demo is an invented one: no paper prints its figures"),
        (["van-der-zwan"], 'there is no study "van-der-zwan"; did you mean'),
        ([STUDY, "--cohorts", "0"], "0 cohorts give no interval; draw at least 1, better 2,000"),
        ([STUDY, "--seed", "-1"], "--seed"),
    ],
)
def test_what_cannot_be_is_refused(words, said, capsys):
    assert main(["ledger", *words, "--quiet"]) != OK
    assert said in capsys.readouterr().err
