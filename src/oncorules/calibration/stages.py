"""The stages of a search: each is run once, told, and kept for who has to stop half-way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from typing import NamedTuple, Protocol

import numpy as np

from oncorules.calibration.kept_stages import KeptStages

LOOKS_UP = 0.2
"""Seconds between two looks at whether somebody wants to stop."""


class Progress(Protocol):
    """What a long search tells while it runs."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say what was reached, and how many of all stages are done."""


class Anneal(NamedTuple):
    """How long a stage is, in moves, and how hot at its start and its end."""

    steps: int
    hot: float
    cold: float


class Stages:
    """Runs stages one after the other.

    Args:
        total: how many there are.
        progress: is told what each of them reached.
        kept: what the stages of a run that was stopped left.
    """

    def __init__(
        self, total: int, progress: Progress | None = None, kept: KeptStages | None = None
    ) -> None:
        self.total, self.done = total, 0
        self.progress, self.kept = progress, kept

    def run(
        self,
        name: str,
        state: Mapping[str, np.ndarray],
        search: Callable[[], object],
        told: Callable[[], str],
    ) -> None:
        """Run a stage, unless it is kept: its state is then filled with what it left.

        Args:
            name: of the stage, once only.
            state: the arrays that it changes in place.
            search: changes them.
            told: says in a few words what was reached.
        """
        if self.kept is None or not self.kept.fill(name, state):
            _run_aside(search)
            if self.kept is not None:
                self.kept.keep(name, state)
        self.done += 1
        if self.progress is not None:
            self.progress(told(), self.done, self.total)

    def skip(self, count: int) -> None:
        """Count stages that are not needed any more as done."""
        self.done += count


def _run_aside(search: Callable[[], object]) -> None:
    """Run compiled code, which hears no Ctrl-C, beside a thread that does."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            search()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOKS_UP)
    if failed:
        raise failed[0]
