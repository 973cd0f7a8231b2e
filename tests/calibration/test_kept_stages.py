"""The stages of a stopped run are used by the same run only, and never half written."""

from pathlib import Path

import numpy as np
import pytest

from oncorules.calibration.kept_stages import KeptStages, key_of
from oncorules.calibration.targets import read_targets
from oncorules.errors import OutputError


@pytest.fixture
def path(tmp_path) -> Path:
    kept = KeptStages(tmp_path / "kept.npz", "a")
    kept.keep("one", {"times": np.array([[1, 2], [3, 4]]), "left": np.array([0.5])})
    return tmp_path / "kept.npz"


def empty():
    return {"times": np.zeros((2, 2), np.int64), "left": np.array([np.inf])}


def test_a_stage_comes_back_as_it_was_kept(path):
    kept, state = KeptStages(path, "a"), empty()
    assert kept.note == f"this run goes on after stage 1, kept in {path}"
    assert kept.fill("one", state)
    assert state["times"].tolist() == [[1, 2], [3, 4]]
    assert state["left"].tolist() == [0.5]


def test_a_stage_that_was_not_finished_is_left_as_it_is(path):
    state = empty()
    assert not KeptStages(path, "a").fill("two", state)
    assert state["times"].sum() == 0


def test_what_another_run_left_is_not_used(path):
    kept = KeptStages(path, "b")
    assert kept.note == (
        f"{path} was left by a run with another seed, other figures or another version; this run "
        "begins anew"
    )
    assert not kept.fill("one", empty())


@pytest.mark.parametrize("spoil", [lambda data: data[:200], lambda data: b"", lambda data: b"text"])
def test_a_damaged_file_is_not_used(path, spoil):
    path.write_bytes(spoil(path.read_bytes()))
    kept = KeptStages(path, "a")
    assert kept.note == f"{path} cannot be read; this run begins anew"
    assert not kept.fill("one", empty())


def test_a_folder_that_cannot_be_written_to_is_told_at_once(tmp_path):
    with pytest.raises(OutputError, match=r"kept\.npz cannot be written"):
        KeptStages(tmp_path / "gone" / "kept.npz", "a")


def test_nothing_stays_of_it_at_the_end(path):
    KeptStages(path, "a").remove()
    assert list(path.parent.iterdir()) == []


def test_the_key_hangs_on_the_figures_the_seed_and_the_stages():
    targets = read_targets("van-der-zwan-2018")
    same = key_of(targets, 1, "plan")
    assert key_of(read_targets("van-der-zwan-2018"), 1, "plan") == same
    assert key_of(targets, 2, "plan") != same
    assert key_of(targets, 1, "other plan") != same
    targets.printed["table-5.os.all.i", "median"] = 80.9
    assert key_of(targets, 1, "plan") != same
