"""`oncorules generate`: a synthetic export of a study."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output

OutFolder = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="A new folder for the export.", show_default=False),
]


class Mode(StrEnum):
    """The twin of the paper, or a cohort of any size."""

    twin = "twin"
    sampled = "sampled"


ModeName = Annotated[
    Mode | None,
    typer.Option("--mode", help="The paper's own subjects, or any number.", show_default=False),
]
Subjects = Annotated[
    int | None,
    typer.Option("--subjects", metavar="N", help="Of a sampled cohort.", show_default=False),
]
Visits = Annotated[
    bool,
    typer.Option("--visits/--no-visits", help="Or only what each subject was assigned."),
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help="Of names, days and visits, and of who is drawn."),
]


def generate(
    study: flags.StudyName,
    out: OutFolder,
    mode: ModeName = None,
    subjects: Subjects = None,
    visits: Visits = True,
    seed: Seed = 1,
    kind: flags.As = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Write a synthetic export: a paper's twin, or a cohort of any size."""
    from oncorules.generators.generate import generate as run

    output = Output(quiet=quiet, no_color=no_color)
    made = run(
        study,
        out,
        mode=None if mode is None else mode.value,
        subjects=subjects,
        visits=visits,
        seed=seed,
        as_=kind,
    )
    rows = [(name, path.name, count) for name, path, count in made.tables]
    output.grid(Grid(("table", "file", "rows"), rows))
    output.line(made.told)
    output.line(f"Written to {out}")
    return 0
