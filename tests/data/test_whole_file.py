"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile

import pytest

from oncorules.data.whole_file import whole_file, write_whole_files
from oncorules.errors import OutputError


def test_the_file_takes_its_place_when_it_is_whole(tmp_path):
    target = tmp_path / "lb.csv"
    target.write_text("old")
    with whole_file(target) as file:
        file.write(b"new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["lb.csv"]


def test_it_gets_the_rights_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    with whole_file(tmp_path / "lb.csv") as file:
        file.write(b"x")
    rights = [stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()]
    assert rights[0] == rights[1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_half_written_stays(tmp_path, error):
    (tmp_path / "lb.csv").write_text("old")
    with pytest.raises(error), whole_file(tmp_path / "lb.csv") as file:
        file.write(b"half")
        raise error
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_full_disk_says_so_and_leaves_nothing(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    match = r"lb\.csv cannot be written \(No space left on device\); free some space or choose"
    with pytest.raises(OutputError, match=match), whole_file(tmp_path / "lb.csv"):
        raise full
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_full_is_noticed_when_the_bytes_reach_it(tmp_path, monkeypatch):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")

    def open_full(dir, prefix):
        (tmp_path / "part").write_text("")
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "part")

    monkeypatch.setattr("tempfile.mkstemp", open_full)
    with pytest.raises(OutputError, match="No space left"), whole_file(tmp_path / "lb.csv") as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    target = tmp_path / "out" / "lb.csv"
    with pytest.raises(OutputError, match=r"make the folder .*out first"), whole_file(target):
        pass


def test_files_that_belong_together_are_written_together(tmp_path):
    written = write_whole_files(tmp_path / "new", {"a.csv": b"1", "b.csv": b"2"})
    assert [path.read_bytes() for path in written] == [b"1", b"2"]


def test_of_files_that_belong_together_none_is_new_where_one_has_no_room(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "b.csv").mkdir()  # nothing can take its place
    with pytest.raises(OutputError, match=r"b\.csv cannot be written"):
        write_whole_files(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert (tmp_path / "a.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_a_disk_that_fills_at_the_second_file_leaves_the_first_as_it_was(tmp_path, monkeypatch):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    (tmp_path / "a.csv").write_text("old")
    make = tempfile.mkstemp

    def fill_up(dir, prefix):
        number, name = make(dir=dir, prefix=prefix)
        if not prefix.startswith(".b.csv"):
            return number, name
        os.close(number)
        return os.open("/dev/full", os.O_WRONLY), name

    monkeypatch.setattr("tempfile.mkstemp", fill_up)
    with pytest.raises(OutputError, match=r"b\.csv cannot be written \(No space left"):
        write_whole_files(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.csv", "old")]
