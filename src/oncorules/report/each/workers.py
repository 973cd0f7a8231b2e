"""The processes of several jobs: so many at a time, each a fresh interpreter.

Not forked, since neither the engine nor polars may be; and not a pool, in which the end of one
process, as for want of memory, would be the end of all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from oncorules.data.private import PrivateFolder
from oncorules.report.each.job import Job, Outcome
from oncorules.report.each.names import shown

KILLED, FAULT = 3, 70
_KILL = 9  # what `SIGKILL` is on every system that has it
_PATIENCE = 3.0  # seconds to clean up; a process that is killed leaves files only in our folders
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from oncorules.report.each.worker import main; main(sys.argv[2])"
)


@dataclass(frozen=True)
class _Worker:
    """A process at work: its job, where it answers, what it says, and since when it runs."""

    job: Job
    process: subprocess.Popen[bytes]
    answer: Path
    said: Path
    since: float


def run_jobs(
    jobs: Sequence[Job], threads: Sequence[int], begun: Callable[[Job], None]
) -> Generator[Outcome]:
    """Yield the outcome of each job as soon as it has ended.

    When the iteration is given up, by Ctrl-C too, the processes are ended before anything else.

    Args:
        jobs: what is to be done.
        threads: how many threads each of the processes at a time has.
        begun: called with a job when its process begins.
    """
    waiting, free = deque(jobs), deque(threads)
    running: dict[int, tuple[_Worker, int]] = {}
    ended: SimpleQueue[int] = SimpleQueue()
    folder = PrivateFolder()  # temporary files of the processes too, whatever ends them
    try:
        while waiting or running:
            while waiting and free:
                number, count = len(jobs) - len(waiting), free.popleft()
                job = waiting.popleft()
                worker = _start(job, count, folder.path / str(number))
                running[number] = worker, count
                Thread(target=_tell_end, args=(worker, number, ended), daemon=True).start()
                begun(job)
            number = ended.get()
            worker, count = running.pop(number)
            free.append(count)
            yield _outcome(worker)
    finally:
        _stop([worker for worker, _ in running.values()])
        folder.close()


def _start(job: Job, threads: int, folder: Path) -> _Worker:
    """Start the process of a job in a session of its own, which Ctrl-C does not reach."""
    answer, said, temporary = folder / "answer.json", folder / "said.txt", folder / "temporary"
    temporary.mkdir(parents=True)
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    asked = replace(job, asked={**job.asked, "jobs": threads})
    with said.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - the words are ours, the job is no word
            [sys.executable, "-P", "-c", _START, json.dumps(sys.path), str(answer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=file,
            env={"POLARS_MAX_THREADS": str(threads), **os.environ, **places},
            start_new_session=True,
        )
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended already, and says why
        process.stdin.write(f"{asked.as_text()}\n".encode())
        process.stdin.flush()
    return _Worker(job, process, answer, said, time.monotonic())


def _tell_end(worker: _Worker, number: int, ended: SimpleQueue[int]) -> None:
    worker.process.wait()
    ended.put(number)


def _stop(workers: Sequence[_Worker]) -> None:
    """End processes: each is told by the end of its standard input."""
    for worker in workers:
        _hang_up(worker)
    latest = time.monotonic() + _PATIENCE
    for worker in workers:
        try:
            worker.process.wait(max(0.0, latest - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()


def _hang_up(worker: _Worker) -> None:
    assert worker.process.stdin is not None
    with suppress(OSError):  # what was not taken from the pipe is of no use any more
        worker.process.stdin.close()


def _outcome(worker: _Worker) -> Outcome:
    """Return what a process that has ended answered, or what became of it."""
    _hang_up(worker)
    seconds = round(time.monotonic() - worker.since, 2)
    code = worker.process.returncode
    if code == 0 and worker.answer.is_file():
        told = json.loads(worker.answer.read_text(encoding="utf-8"))
        return replace(Outcome.from_json(told), seconds=seconds)
    blank = Outcome(worker.job.name, shown(worker.job.path), FAULT, seconds=seconds)
    if code == -_KILL:
        reason = (
            "its process was killed, as a machine does that has no memory left; give it less "
            "with --memory, or have fewer exports at a time with --jobs 1"
        )
        return replace(blank, exit_code=KILLED, problems=(reason,))
    said = worker.said.read_text(encoding="utf-8", errors="replace").rstrip()
    fault = f"its process ended with {code}; this is a fault of oncorules, please report it"
    return replace(blank, problems=(said, fault) if said else (fault,))
