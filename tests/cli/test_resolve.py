"""`oncorules resolve` on the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest

pytest.importorskip("numba")

from oncorules.analysis.published.read import find_study
from oncorules.calibration import solve as solving
from oncorules.calibration.prrt.plan import Plan
from oncorules.calibration.stages import Anneal
from oncorules.cli.exits import INTERRUPTED, NOT_WRITTEN, OK, WRONG_CALL
from oncorules.cli.main import main
from oncorules.generators.latent import read_cohort

SHORT = Plan(*[(Anneal(20_000, 0.3, 0.02),)] * 3)
FILES = ["courses.csv", "sha256.txt", "subjects.csv"]


@pytest.fixture
def quick(monkeypatch):
    """A short search: many medians are missed."""
    monkeypatch.setattr(solving, "solve", partial(solving.solve, plan=SHORT))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_shipped_study_is_solved_into_a_folder_here(quick, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["resolve", "van-der-zwan-2018"]) == OK
    told = capsys.readouterr()
    assert names(tmp_path / "van-der-zwan-2018-synthetic") == FILES
    heading, columns, *rows = told.out.splitlines()
    missed = len(rows) - 3
    assert heading == f"{missed} medians not as printed, with limits in brackets"
    assert columns.split() == ["median", "printed", "solved", "months", "off"]
    assert rows[-3:] == [
        "",
        f"{54 - missed} of 54 medians of survival are as printed, for 411 subjects, seed 21",
        "Written to van-der-zwan-2018-synthetic",
    ]
    assert any("table-5.os.hindgut.i" in row and "97.8 (31.8 to 163.4)" in row for row in rows)
    steps = [line.partition("]")[0] for line in told.err.splitlines()]
    assert steps == ["[0/3", "[1/3", "[2/3", "[3/3"]
    assert "of 47 medians of the retreated" in told.err


def test_a_study_of_ones_own_is_solved_in_place(quick, tmp_path, capsys):
    own = tmp_path / "own"
    copytree(find_study("van-der-zwan-2018"), own)
    shipped = (own / "synthetic" / "subjects.csv").read_bytes()
    assert main(["resolve", str(own), "--seed", "3", "--quiet"]) == OK
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == f"Written to {own / 'synthetic'}"
    assert told.err == ""
    assert len(read_cohort(own)) == 411
    assert (own / "synthetic" / "subjects.csv").read_bytes() != shipped


def test_a_folder_that_cannot_be_written_to_is_told_before_the_search(quick, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    words = ["resolve", "van-der-zwan-2018", "--out", str(tmp_path / "file")]
    assert main(words) == NOT_WRITTEN
    assert "file cannot be made" in capsys.readouterr().err


def run_python(text: str, *words: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", text, *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


MAIN = "import sys; from oncorules.cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_search_that_is_asked_to_stop_stops_within_its_stage(tmp_path, asked):
    """The second stage would take hours."""
    plan = "Plan((Anneal(1000, 0.3, 0.1), Anneal(10**11, 0.3, 0.1)), (), ())"
    text = (
        "from functools import partial; from oncorules.calibration import solve as solving; "
        "from oncorules.calibration.prrt.plan import Plan; "
        "from oncorules.calibration.stages import Anneal; "
        f"solving.solve = partial(solving.solve, plan={plan}); {MAIN}"
    )
    words = ("resolve", "van-der-zwan-2018", "--out", "solved")
    with run_python(text, *words, folder=tmp_path) as running:
        assert running.stderr is not None
        told = [running.stderr.readline()[:6] for _ in range(2)]
        running.send_signal(asked)
        rest = running.stderr.read()
    assert told == ["[0/2] ", "[1/2] "]
    assert running.returncode == INTERRUPTED
    assert rest.splitlines() == [
        "finished stages are kept; the same command goes on after the last one",
        "oncorules: interrupted",
    ]
    assert names(tmp_path / "solved") == ["unfinished.npz"]


def test_without_numba_it_is_told_what_to_install(tmp_path):
    text = f"import sys; sys.modules['numba'] = None; {MAIN}"
    with run_python(text, "resolve", "van-der-zwan-2018", folder=tmp_path) as running:
        out, err = running.communicate()
    assert (running.returncode, out) == (WRONG_CALL, "")
    assert err == (
        "oncorules: resolve needs numba, which compiles its search; "
        "pip install 'oncorules[calibrate]'\n"
    )
    assert names(tmp_path) == []


def test_an_unknown_study_is_told_with_the_known_ones(tmp_path, capsys):
    assert main(["resolve", "van-der-zwan", "--out", str(tmp_path / "out")]) == WRONG_CALL
    assert 'there is no study "van-der-zwan"; did you mean' in capsys.readouterr().err
