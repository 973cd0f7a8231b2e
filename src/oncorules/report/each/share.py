"""How processors and memory are shared by the exports that are validated at the same time."""

from __future__ import annotations

import os
from dataclasses import dataclass

from oncorules.engine.memory import LEAST, bytes_of
from oncorules.errors import CallError

MOST_JOBS = 256
ROOM = 500_000_000
"""Bytes that each of several exports at a time should have, where `--memory` is given."""


@dataclass(frozen=True)
class Share:
    """What each of the exports at a time gets.

    Attributes:
        threads: for each export at a time, its number of threads.
        memory: the size that each may take; None for its part of what the engine would take.
    """

    threads: tuple[int, ...]
    memory: str | None

    @property
    def at_once(self) -> int:
        """How many exports are validated at a time."""
        return len(self.threads)


def share(exports: int, jobs: int | None = None, memory: str | None = None) -> Share:
    """Return how so many exports share a machine.

    Much of a validation is work of one thread (rules are read, queries are made), so as many
    exports as there are jobs run at a time, each with one thread; fewer when `memory` would leave
    one of them less than 500 MB. What is left over goes to the first.

    Args:
        exports: how many there are.
        jobs: the number of threads of all together; one for each processor when not given.
        memory: what all together may take, such as `2GB`.

    Raises:
        CallError: no size, too little to share, or no number of jobs.

    >>> share(2, 8, "4GB")
    Share(threads=(4, 4), memory='2000000000B')
    >>> share(20, 4, "1GB").threads
    (2, 2)
    """
    every = jobs if jobs is not None else min(_processors(), MOST_JOBS)
    if not 1 <= every <= MOST_JOBS:
        raise CallError(f"the number of jobs is {every}; give 1 to {MOST_JOBS}")
    at_once = max(1, min(exports, every))
    size = None
    if memory is not None:
        size = bytes_of(memory)
        at_once = max(1, min(at_once, size // ROOM))
    least, more = divmod(every, at_once)
    threads = tuple(least + (number < more) for number in range(at_once))
    return Share(threads, None if size is None else f"{size // at_once}B")


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def part_of_engine(parts: int) -> str:
    """Return the size that one of so many engines may take, if together they take as much as one.

    The engine takes four fifths of what the machine, or the container around it, has.
    """
    import duckdb

    with duckdb.connect() as connection:
        row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    return f"{max(bytes_of(row[0]) // parts, LEAST)}B"
