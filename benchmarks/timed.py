"""Times a whole `oncorules` process: wall clock, processor time and peak memory."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

CHILD = """
import atexit
from pathlib import Path
from oncorules.cli.main import run

def tell():
    # Not ru_maxrss: of a process that was forked it counts the memory of its parent.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1000)

atexit.register(tell)
run()
"""


class Timed(NamedTuple):
    """Medians of several runs: seconds, seconds of processor time, megabytes."""

    wall: float
    processor: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.processor:.2f} s of processor time, {self.peak:.0f} MB"


def time_oncorules(words: list[str], repeat: int) -> Timed:
    """Return the medians of so many runs of `oncorules` with these words."""
    runs = []
    for _ in range(repeat):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=False
        )
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"oncorules {words[0]} failed:\n{done.stdout}{done.stderr}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        runs.append((wall, used, float(done.stdout.splitlines()[-1])))
    return Timed(*(statistics.median(run[place] for run in runs) for place in range(3)))
