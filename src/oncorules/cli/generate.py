"""`oncorules generate`: a synthetic export of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output

OutFolder = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="A new folder for the export.", show_default=False),
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help="Of names, days and visits; no figure sees any of them."),
]


def generate(
    study: flags.StudyName,
    out: OutFolder,
    seed: Seed = 1,
    kind: flags.As = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Write the synthetic twin of a study's cohort."""
    from oncorules.analysis.published.read import find_study
    from oncorules.generators.generate import generate as run

    output = Output(quiet=quiet, no_color=no_color)
    made = run(find_study(study), out, seed=seed, as_=kind or "csv")
    rows = [(name, path.name, count) for name, path, count in made.tables]
    output.grid(Grid(("table", "file", "rows"), rows))
    output.line(made.told)
    output.line(f"Written to {out}")
    return 0
