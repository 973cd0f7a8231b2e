"""`oncorules ledger`: a verdict for each printed figure, and where sampled cohorts put it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress

if TYPE_CHECKING:
    from oncorules.calibration.ledger.ledger import Ledger

Cohorts = Annotated[
    int,
    typer.Option("--cohorts", metavar="N", help="How many cohorts of the paper's size are drawn."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the cohorts.")]


def ledger(
    study: flags.StudyName,
    cohorts: Cohorts = 2000,
    seed: Seed = 1,
    out: flags.Out = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Judge printed figures on the twin and in sampled cohorts.

    The interval of a figure is the tolerance of a regression test.
    """
    from oncorules.calibration.ledger.files import COLUMNS, FILE, row_of
    from oncorules.calibration.ledger.ledger import make_ledger, model_of
    from oncorules.cli.own_export import own_export, told_of

    output = Output(format, quiet=quiet, no_color=no_color)
    model_of(study)
    with ExitStack() as stack:
        export = own_export(study, stack)
        origin, _ = told_of(export, [])
        progress = stack.enter_context(showing_progress(output))
        made = make_ledger(study, str(export), cohorts=cohorts, seed=seed, progress=progress)
    if out is not None:
        _write(made, out)
    if output.format == "table":
        _print(made, output)
        output.line()
        for text in origin:
            output.line(text)
        if out is not None:
            output.line(f"Written to {out}: {FILE}")
    else:
        for text in origin:
            output.note(text)
        output.answer(Grid(COLUMNS, [row_of(one, made) for one in made]))
    return 0


def _write(made: Ledger, folder: Path) -> None:
    from oncorules.calibration.ledger.files import FILE, ledger_file
    from oncorules.data.whole_file import write_whole_files

    write_whole_files(folder, {FILE: ledger_file(made)})


def _print(made: Ledger, output: Output) -> None:
    from oncorules.calibration.ledger.ledger import APPROXIMATE, IMPOSSIBLE, VERDICTS

    counts = made.counts()
    rows = [
        (verdict, *(counts.get((verdict, inside), 0) or None for inside in (True, False, None)))
        for verdict in VERDICTS
    ]
    title = (
        f"{many(len(made.entries), 'printed figure')} of {made.published.id}, and whether the "
        f"interval of {many(made.cohorts, 'sampled cohort')} (seed {made.seed}) holds them"
    )
    output.grid(Grid(("verdict", "inside", "outside", "no interval"), rows, title))
    missed = [one for one in made if one.verdict in (APPROXIMATE, IMPOSSIBLE)]
    if missed:
        listed = [
            (one.figure.id, one.figure.printed.text, one.twin, one.verdict, one.why)
            for one in missed
        ]
        output.line()
        title = f"{many(len(listed), 'figure')} that the twin does not give as printed"
        output.grid(Grid(("figure", "printed", "twin", "verdict", "why"), listed, title))
    if made.outside:
        from oncorules.calibration.ledger.files import COLUMNS, row_of

        shown = ("id", "printed", "low", "high")
        named = (dict(zip(COLUMNS, row_of(one, made), strict=True)) for one in made.outside)
        cells = [tuple(row[name] for name in shown) for row in named]
        output.line()
        title = f"{many(len(cells), 'printed value')} outside the interval"
        output.grid(Grid(shown, cells, title))
