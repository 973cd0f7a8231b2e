"""`oncorules generate`: a synthetic export of a study."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many

if TYPE_CHECKING:
    from oncorules.generators.defects.plant import KindPlanted

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
Defects = Annotated[
    str | None,
    typer.Option(
        "--defects",
        metavar="PLAN",
        help="Plant known errors: a plan.yaml, or a share of the rows such as 0.5%.",
        show_default=False,
    ),
]


def generate(
    study: flags.StudyName,
    out: OutFolder,
    mode: ModeName = None,
    subjects: Subjects = None,
    visits: Visits = True,
    seed: Seed = 1,
    defects: Defects = None,
    kind: flags.As = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Write a synthetic export: a twin, or a sampled cohort."""
    from oncorules.generators.defects.plan import read_plan
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
        defects=None if defects is None else read_plan(defects),
    )
    rows = [(name, path.name, count) for name, path, count in made.tables]
    output.grid(Grid(("table", "file", "rows"), rows))
    output.line(made.told)
    if made.defects:
        _tell_defects(made.defects, output)
    output.line(f"Written to {out}")
    return 0


def _tell_defects(kinds: Sequence[KindPlanted], output: Output) -> None:
    """Say how many defects were planted, and which kinds are fewer than were asked for."""
    planted = sum(kind.planted for kind in kinds)
    there = sum(kind.planted > 0 for kind in kinds)
    output.line(f"{many(planted, 'defect')} of {many(there, 'kind')} planted")
    short = [
        (kind.kind, kind.table, kind.asked, kind.planted)
        for kind in kinds
        if kind.planted < kind.asked
    ]
    if short:
        output.line("No more rows of these could have one, beside the other defects of a subject:")
        output.grid(Grid(("kind", "table", "asked", "planted"), short))
