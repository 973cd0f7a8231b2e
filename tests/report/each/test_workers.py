import os
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from oncorules.report.each.job import Job, Outcome
from oncorules.report.each.workers import run_jobs

DAY = date(2024, 3, 1)


def job(name: str, path: object, pack: str, **more: object) -> Job:
    return Job(name, str(path), {"packs": [pack], "structure": "none"}, DAY, **more)


def run(*jobs: Job, threads: tuple[int, ...] = (1,)) -> dict[str, Outcome]:
    with closing(run_jobs(jobs, threads, lambda _: None)) as outcomes:
        return {one.name: one for one in outcomes}


def test_each_job_is_a_process_and_none_leaves_a_file(site, pack: str, temporary: Path) -> None:
    found = run(job("a", site("a", 17), pack), job("b", site("b", "1,2"), pack), threads=(1, 1))
    assert {name: one.exit_code for name, one in found.items()} == {"a": 1, "b": 3}
    assert all(one.seconds > 0 for one in found.values())
    assert list(temporary.iterdir()) == []


def test_a_process_that_cannot_begin_is_a_fault_with_what_it_said(
    site, pack: str, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    found = run(job("a", "postgresql://me:secret@host/a", pack))
    assert found["a"].exit_code == 70
    assert "Error" in found["a"].problems[0]
    assert found["a"].path == "postgresql://me:***@host/a"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that blocks its reader")
def test_an_interrupt_ends_the_processes_and_leaves_nothing(
    pack: str, temporary: Path, tmp_path: Path
) -> None:
    held = tmp_path / "lb.csv"
    os.mkfifo(held)

    def begun(_: Job) -> None:
        nonlocal writing
        writing = os.open(held, os.O_WRONLY)  # waits until the process reads from it
        raise KeyboardInterrupt

    writing = -1
    with (
        pytest.raises(KeyboardInterrupt),
        closing(run_jobs([job("lb", held, pack), job("b", held, pack)], (1,), begun)) as outcomes,
    ):
        next(outcomes)
    with pytest.raises(BrokenPipeError):  # nobody reads any more
        os.write(writing, b"USUBJID")
    os.close(writing)
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that blocks its reader")
def test_a_process_that_is_killed_does_not_stop_the_others(
    site, pack: str, temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "lb.csv"
    os.mkfifo(held)
    started: list[int] = []

    class Seen(subprocess.Popen):
        def __init__(self, *words: object, **more: object) -> None:
            super().__init__(*words, **more)
            started.append(self.pid)

    monkeypatch.setattr(subprocess, "Popen", Seen)

    def begun(one: Job) -> None:
        if one.name == "lb":
            os.close(os.open(held, os.O_WRONLY))
            os.kill(started[0], 9)

    jobs = [job("lb", held, pack), job("a", site("a", 70), pack)]
    with closing(run_jobs(jobs, (1,), begun)) as outcomes:
        found = {one.name: one for one in outcomes}
    assert {name: one.exit_code for name, one in found.items()} == {"lb": 3, "a": 0}
    assert "was killed, as a machine does that has no memory left" in found["lb"].problems[0]
