"""`oncorules analyse`: the tables and figures of a study, computed from an export."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.analysis.agreement.run_study import StudyRun
    from oncorules.analysis.tables.lay_out import LaidTable

StudyNeeded = Annotated[
    str,
    typer.Option(
        "--study",
        metavar="STUDY",
        help="A shipped study by its id, or the folder of your own.",
        show_default=False,
    ),
]
Export = Annotated[
    str | None,
    typer.Argument(
        metavar="[EXPORT]",
        help="The trial's export; without it the study's own rows, or its twin.",
        show_default=False,
    ),
]


def analyse(
    study: StudyNeeded,
    out: flags.OutNeeded,
    export: Export = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Fill a study's tables and draw its figures."""
    from oncorules.analysis.agreement.run_study import run_study
    from oncorules.cli.own_export import own_export, told_of

    output = Output(quiet=quiet, no_color=no_color)
    with ExitStack() as stack:
        if export is None:
            export = own_export(study, stack)
        with showing_progress(output) as progress:
            run = run_study(study, export, progress=progress)
        origin, noted = told_of(export, run.notes)
    if not run.plan.tables and not run.plan.figures:
        raise CallError(
            f"the study {run.published.id} plans no table and no figure; `oncorules reproduce` "
            "compares its numbers"
        )
    from oncorules.report.study_charts import draw_figures
    from oncorules.report.study_files import write_study

    tables = _laid_out(run)
    drawings, missing = draw_figures(run)
    for text in (*origin, *noted, *missing):
        output.note(text)
    written = write_study(out, run, tables, drawings, [*noted, *missing], origin)
    output.grid(Grid(("table", "rows", "title"), [(t.name, len(t.rows), t.title) for t in tables]))
    output.grid(Grid(("figure", "title"), [(one.name, one.title) for one in drawings]))
    output.line(f"Written to {out}: {many(len(written), 'file')}; open {written[0].name} first")
    return 0


def _laid_out(run: StudyRun) -> list[LaidTable]:
    from oncorules.analysis.agreement.notes import filled_notes
    from oncorules.analysis.tables.lay_out import lay_out

    return [
        lay_out(
            name, run.published, planned, run.outcomes, filled_notes(planned.notes, run.parameters)
        )
        for name, planned in run.plan.tables.items()
    ]
