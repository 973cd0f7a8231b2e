"""What the page on synthetic cohorts says of the ledger is what the shipped ledger says."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from oncorules.analysis.published.read import find_study
from oncorules.calibration.ledger.files import FILE
from oncorules.calibration.ledger.ledger import VERDICTS
from oncorules.generators.latent import FOLDER

PAGE = Path(__file__).parents[2] / "docs" / "synthetic.md"


@pytest.fixture(scope="module")
def section():
    return re.search(r"## The acceptance ledger\n(.*?)\n## ", PAGE.read_text("utf-8"), re.S)[1]


@pytest.fixture(scope="module")
def ledger():
    text = (find_study("van-der-zwan-2018") / FOLDER / FILE).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_counts_are_those_of_the_ledger(section, ledger):
    counts = Counter((row["verdict"], row["inside"]) for row in ledger)
    for verdict in VERDICTS:
        line = re.search(rf"^{verdict} *((?: +\d+)+)$", section, re.M)
        found = [counts[verdict, inside] for inside in ("yes", "no", "no interval")]
        assert list(map(int, line[1].split())) == [count for count in found if count]


def test_the_intervals_are_those_of_the_ledger(section, ledger):
    known = {tuple(row[name] for name in ("printed", "low", "middle", "high")) for row in ledger}
    shown = re.findall(r"^\| .* \| (.*) \| (.*) \| (.*) \| (.*) \|$", section, re.M)
    assert len(shown) > 9
    assert set(shown) - {("printed", "2.5 %", "middle", "97.5 %")} <= known
