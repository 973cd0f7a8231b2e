"""The same seed gives the same cohort, stopped or not, written whole or not at all."""

from pathlib import Path

import pytest

pytest.importorskip("numba")

from oncorules.calibration.solve import KEPT, solve
from oncorules.errors import DataError, OutputError
from oncorules.generators.latent import COURSES, HASH, SUBJECTS, read_cohort

STUDY = "van-der-zwan-2018"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Stop:
    """Presses Ctrl-C once a stage was told."""

    def __init__(self, after: int) -> None:
        self.after = after

    def __call__(self, step: str, done: int, total: int) -> None:
        if done == self.after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory) -> Path:
    """A cohort that was solved without a stop, from seed 4."""
    folder = tmp_path_factory.mktemp("whole")
    solve(STUDY, folder, seed=4, plan=plan)
    return folder


@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(plan, whole, tmp_path, after):
    with pytest.raises(KeyboardInterrupt):
        solve(STUDY, tmp_path, seed=4, plan=plan, progress=Stop(after))
    assert list(contents(tmp_path)) == [KEPT]
    notes: list[str] = []
    solve(STUDY, tmp_path, seed=4, plan=plan, note=notes.append)
    assert notes == [f"this run goes on after stage {after}, kept in {tmp_path / KEPT}"]
    assert contents(tmp_path) == contents(whole)
    assert set(contents(whole)) == {SUBJECTS, COURSES, HASH}


def test_another_seed_does_not_go_on_from_a_stopped_run(plan, whole, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        solve(STUDY, tmp_path, seed=5, plan=plan, progress=Stop(3))
    notes: list[str] = []
    solve(STUDY, tmp_path, seed=4, plan=plan, note=notes.append)
    assert [note.partition("; ")[2] for note in notes] == ["this run begins anew"]
    assert contents(tmp_path) == contents(whole)


def test_a_solved_cohort_is_one_that_a_twin_can_be_made_of(plan, tmp_path):
    told: list[tuple[str, int, int]] = []
    solved = solve(
        STUDY, tmp_path / "synthetic", seed=6, plan=plan, progress=lambda *one: told.append(one)
    )
    assert (solved.seed, solved.medians) == (6, 54)
    assert len(read_cohort(tmp_path)) == solved.subjects == 411
    assert [(done, total) for _, done, total in told] == [(done, 5) for done in range(6)]
    assert told[0][0] == "searching"
    assert told[3][0].endswith("of 47 medians of the retreated")


def test_a_disk_that_fills_at_the_end_leaves_what_was_there(plan, whole, tmp_path, monkeypatch):
    for name in (SUBJECTS, COURSES, HASH):
        (tmp_path / name).write_text("an earlier cohort")
    before = contents(tmp_path)

    def full(*_):
        raise OutputError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("oncorules.calibration.solve.write_cohort", full)
        with pytest.raises(OutputError, match="no space left"):
            solve(STUDY, tmp_path, seed=4, plan=plan)
    assert contents(tmp_path) == before | {KEPT: (tmp_path / KEPT).read_bytes()}
    solve(STUDY, tmp_path, seed=4, plan=plan)
    assert contents(tmp_path) == contents(whole)


def test_a_folder_that_cannot_be_made_is_told_before_the_search(plan, tmp_path):
    (tmp_path / "file").write_text("mine")
    told: list[int] = []
    with pytest.raises(OutputError, match=r"cannot be made .*; choose another folder with --out"):
        solve(STUDY, tmp_path / "file" / "out", plan=plan, progress=lambda *_: told.append(1))
    assert told == []


def test_a_study_without_a_design_is_told_so(plan, tmp_path):
    with pytest.raises(DataError, match=r"freireich-1963 has no synthetic/design\.yaml"):
        solve("freireich-1963", tmp_path / "out", plan=plan)
    assert list(tmp_path.iterdir()) == []
