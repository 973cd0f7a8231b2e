import os
from datetime import date
from pathlib import Path

import pytest

import oncorules as onc
from oncorules.errors import CallError, OutputError
from oncorules.report.each.run import EachResult, validate_each

DAY = date(2024, 3, 1)


def call(paths, pack: str, **more: object) -> EachResult:
    more = {"structure": "none", "date": DAY, "jobs": 2} | more
    return validate_each(paths, [pack], **more)


def test_two_broken_exports_do_not_stop_the_others(
    site, pack: str, temporary: Path, tmp_path: Path
) -> None:
    paths = [site("a/trial", 17), site("b/trial", "1,2"), tmp_path / "gone", site("c", 70)]
    told: list[tuple[int, int]] = []
    result = call(
        paths, pack, out=tmp_path / "out", progress=lambda _, done, of: told.append((done, of))
    )
    codes = {one.name: one.exit_code for one in result.outcomes}
    assert codes == {"a-trial": 1, "b-trial": 3, "gone": 3, "c": 0}
    assert result.exit_code == 3
    assert "does not exist" in result.outcomes[2].problems[0]
    assert told[-1] == (4, 4)
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["a-trial", "c", "each.json"]
    assert list(temporary.iterdir()) == []
    assert "a-trial: exit code 1, 1 findings" in str(result)


def test_a_run_among_others_writes_what_it_writes_alone(
    site, pack: str, temporary: Path, tmp_path: Path
) -> None:
    export = site("a", 17, 70, 3)
    call([export], pack, out=tmp_path / "each")
    with onc.validate(export, [pack], structure="none", date=DAY) as alone:
        alone.write(tmp_path / "alone")
    for name in ("findings.csv", "findings.parquet", "rules.json", "run.json"):
        each, one = tmp_path / "each" / "a" / name, tmp_path / "alone" / name
        assert each.read_bytes() == one.read_bytes(), name


def test_only_what_is_new_against_the_run_of_the_same_name_fails(
    site, pack: str, temporary: Path, tmp_path: Path
) -> None:
    sites = [site("a", 17), site("b", 70)]
    assert call(sites, pack, out=tmp_path / "week1").exit_code == 1
    (sites[1] / "dm.csv").write_text("USUBJID,AGE\nS-9,3\n", "utf-8")
    again = call([*sites[::-1], site("c", 5)], pack, baseline=tmp_path / "week1")
    assert [(one.name, one.exit_code) for one in again.outcomes] == [("b", 1), ("a", 0), ("c", 1)]
    assert [one.states for one in again.outcomes] == [{"new": 1}, {"open": 1}, {}]
    assert again.notes[0].startswith("c: ") and again.notes[0].endswith("all is new")


def test_a_folder_that_has_something_in_it_is_refused(site, pack: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not an empty folder; choose a new one with --out"):
        call([site("a", 70)], pack, out=tmp_path)


def test_no_export_is_refused(pack: str) -> None:
    with pytest.raises(CallError, match="no export is given"):
        call([], pack)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that blocks its reader")
def test_an_interrupt_leaves_no_folder(site, pack: str, temporary: Path, tmp_path: Path) -> None:
    held = tmp_path / "lb.csv"
    os.mkfifo(held)

    def interrupt(*_: object) -> None:
        os.close(os.open(held, os.O_WRONLY))  # waits until a process reads from it
        raise KeyboardInterrupt

    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        call([held], pack, out=tmp_path / "out", progress=interrupt)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert list(temporary.iterdir()) == []
