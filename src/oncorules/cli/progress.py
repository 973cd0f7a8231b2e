"""Progress on standard error: a bar on a terminal, one plain line per step otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from oncorules.cli.escape import visible
from oncorules.cli.output import Output


class Progress(Protocol):
    """What a long call tells while it runs."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say which step begins (`reading LB`), and how many of all are done."""


@contextmanager
def showing_progress(output: Output) -> Iterator[Progress | None]:
    """Yield what a long call is to be given as `progress`, None when nobody wants to see it."""
    if output.quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar(output.no_color) as progress:
            yield progress
    else:
        yield _say_line


def _say_line(step: str, done: int, total: int) -> None:
    print(f"[{done}/{total}] {visible(step)}", file=sys.stderr)


@contextmanager
def _bar(no_color: bool) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    console = Console(stderr=True, no_color=no_color or None)
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=visible(step), completed=done, total=total)

        yield show
