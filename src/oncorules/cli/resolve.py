"""`oncorules resolve`: solve the synthetic cohort of a study anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.extras import missing_extra
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress

if TYPE_CHECKING:
    from oncorules.calibration.medians import Missed
    from oncorules.calibration.solve import Written

OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="The folder for the cohort; files of an earlier one are replaced.",
        show_default="synthetic/ of your own study, STUDY-synthetic of a shipped one",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        help="Of the solver; the same seed gives the same cohort.",
        show_default="seed of synthetic/design.yaml",
    ),
]
NEEDS = "resolve needs numba, which compiles its search"
COLUMNS = ("median", "printed", "solved", "months off")


def resolve(
    study: flags.StudyName,
    out: OutFolder = None,
    seed: Seed = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Solve the synthetic cohort of a study anew, in minutes.

    Stopped half-way, the same command goes on after the last stage that was finished.
    """
    output = Output(quiet=quiet, no_color=no_color)
    folder = out if out is not None else _folder_of(study)
    with showing_progress(output) as progress:
        try:
            from oncorules.calibration.solve import solve
        except ModuleNotFoundError as error:
            raise missing_extra(error, "numba", NEEDS, "calibrate") from None
        try:
            solved = solve(study, folder, seed=seed, progress=progress, note=output.note)
        except KeyboardInterrupt:
            output.note("finished stages are kept; the same command goes on after the last one")
            raise
    _print(solved, output)
    output.line(f"Written to {folder}")
    return 0


def _folder_of(study: str) -> Path:
    """Return where a cohort goes: what is installed is never replaced unasked."""
    from oncorules.analysis.published.read import find_study, studies
    from oncorules.generators.latent import FOLDER

    root = find_study(study)
    shipped = any(root.samefile(one) for one in studies().values())
    return Path(f"{root.name}-{FOLDER}") if shipped else root / FOLDER


def _print(solved: Written, output: Output) -> None:
    if solved.missed:
        title = f"{many(len(solved.missed), 'median')} not as printed, with limits in brackets"
        output.grid(Grid(COLUMNS, [_row(one) for one in solved.missed], title))
        output.line()
    met = solved.medians - len(solved.missed)
    output.line(
        f"{met} of {solved.medians} medians of survival are as printed, for "
        f"{many(solved.subjects, 'subject')}, seed {solved.seed}"
    )


def _row(one: Missed) -> tuple[str, str, str, str]:
    target = one.target
    printed = _interval(target.median, target.low, target.high)
    return target.name, printed, _interval(*one.found), f"{one.distance:.1f}"


def _interval(median: float, low: float, high: float) -> str:
    limits = "no limits" if low != low else f"{low:.1f} to {high:.1f}"  # NaN is not itself
    return f"{median:.1f} ({limits})"
