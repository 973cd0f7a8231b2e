"""Answers that cannot be written, and runs that are ended: exit codes 4 and 130, nothing left."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "oncorules"]
DOSES = """\
tables:
  dose:
    title: Doses
    one_row_per: [USUBJID, EXSEQ]
    from: EX
    columns:
      twice: {value: EXDOSE * 2}
publish:
  ADDOSE: {from: dose}
"""
FULL = "No space left on device"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 kB on which little room is left."""
    place = tmp_path / "small"
    place.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    words = [str(mount), "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    if not (mount and unmount) or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the patched writer is tested")
    try:
        (place / "kept.txt").write_bytes(bytes(8_000))
        yield place
    finally:
        subprocess.run([str(unmount), str(place)], check=True)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be full when it is brought to the disk."""

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(os, "fsync", full)


def answers(desk: Any, out: str) -> dict[str, list[str]]:
    """Return the commands that write, each with a pack and an export."""
    export, pack = desk.export(), desk.pack(DOSES)
    return {
        "validate": ["validate", export, "--out", out],
        "derive": ["derive", export, "--pack", pack, "--out", out],
    }


@pytest.mark.parametrize(("verb", "what"), [("validate", "findings"), ("derive", "tables")])
def test_a_full_disk_is_told_and_nothing_half_written_stays(
    desk: Any, small_disk: Path, verb: str, what: str
) -> None:
    big = "".join(f"S,EX,S-{os.urandom(40).hex()},{n},X,<,2020,2020\n" for n in range(500))
    words = answers(desk, str(small_disk / "out"))[verb]
    with (desk.folder / "export" / "ex.csv").open("a") as file:
        file.write(big if verb == "validate" else big.replace("<", "1"))
    said = desk.refuse(4, *words)
    # The file is named when it is the one that had no room at its end.
    assert said.startswith((f"the {what} cannot be written to ", f"{small_disk}/out/{what}."))
    assert f" ({FULL}); " in said
    assert "free some space or choose another folder" in said
    assert ".writing-" not in said
    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["kept.txt"]


@pytest.mark.parametrize("verb", ["validate", "derive"])
def test_a_writer_that_has_no_room_leaves_what_was_there(
    desk: Any, no_room: None, verb: str
) -> None:
    words = answers(desk, "out")[verb]
    (desk.folder / "out").mkdir()
    (desk.folder / "out" / "findings.csv").write_text("of the last run", "utf-8")
    assert FULL in desk.refuse(4, *words)
    assert (desk.folder / "out" / "findings.csv").read_text("utf-8") == "of the last run"


def test_a_full_disk_for_temporary_files_is_told(
    desk: Any, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(small_disk))
    rows = "".join(f"S-{number},müde\n" for number in range(5_000))
    export = desk.export({"ae.csv": f"USUBJID,AETERM\n{rows}".encode("cp1252")})
    assert desk.refuse(4, "validate", export) == (
        f"ae.csv needs a copy in {small_disk}, which cannot be written ({FULL});"
        " free some space or set TMPDIR to another folder"
    )
    assert [path.name for path in small_disk.iterdir()] == ["kept.txt"]


def test_a_new_pack_on_a_full_disk_leaves_no_folder(desk: Any, small_disk: Path) -> None:
    said = desk.refuse(4, "rules", "new", str(small_disk / "mine"))
    assert said == (
        f"{small_disk / 'mine'} cannot be written ({FULL});"
        " free some space or choose another folder"
    )
    assert [path.name for path in small_disk.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("out", ["export/dm.csv", "export/dm.csv/out"])
@pytest.mark.parametrize("verb", ["validate", "derive"])
def test_a_place_that_is_no_folder_is_told(desk: Any, verb: str, out: str) -> None:
    said = desk.refuse(4, *answers(desk, out)[verb])
    assert said == f"{out} is no folder; choose another one with --out"


@pytest.mark.parametrize("verb", ["validate", "derive"])
def test_ctrl_c_while_writing_leaves_nothing(
    desk: Any, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    def ask(_number: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    words = answers(desk, "out")[verb]
    (desk.folder / "out").mkdir()
    monkeypatch.setattr(os, "fsync", ask)
    assert desk.refuse(130, *words) == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_stop_leaves_nothing(desk: Any, number: signal.Signals) -> None:
    rows = "".join(f"S,EX,S-{n},{n},müde,<,2020-01-01,2020-01-02\n" for n in range(20_000))
    head = "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC\n"
    export = desk.export({"ex.csv": (head + rows).encode("cp1252")})
    words = [*COMMAND, "validate", export, "--out", "out"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # The first line of progress: the tables are loaded, the long part begins.
        first = next(line for line in process.stderr if line.startswith("["))
        process.send_signal(number)
        rest = [line for line in process.stderr if not line.startswith("[")]
    assert first
    assert (process.returncode, rest) == (130, ["oncorules: interrupted\n"])
    assert list(desk.temporary.iterdir()) == []
    assert sorted(path.name for path in desk.folder.rglob("*")) == ["ex.csv", "export"]


def test_a_reader_that_goes_away_early_is_no_fault(desk: Any) -> None:
    rows = "".join(f"S,EX,S-{n},{n},X,<,2020-01-01,2020-01-02\n" for n in range(3_000))
    head = "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC\n"
    words = [*COMMAND, "validate", desk.export({"ex.csv": head + rows}), "--quiet"]
    with subprocess.Popen(
        [*words, "--format", "csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("finding_id,")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 4
    assert list(desk.temporary.iterdir()) == []
