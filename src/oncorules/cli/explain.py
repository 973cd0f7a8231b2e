"""`oncorules explain`: why a rule says what it says about one row, clause by clause."""

from __future__ import annotations

from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

Finding = Annotated[
    str | None,
    typer.Option("--finding", metavar="ID", help="The finding_id that validate printed."),
]
Subject = Annotated[
    str | None,
    typer.Option("--subject", metavar="USUBJID", help="Every row of one subject."),
]
Row = Annotated[
    str | None,
    typer.Option("--row", metavar="FILE:ROW", help="One row of one file, such as lb.xpt:123."),
]


def explain(
    exports: flags.ExportPaths,
    finding: Finding = None,
    subject: Subject = None,
    row: Row = None,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    format: flags.FormatFlag = "table",
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Show the clauses of a rule for a finding, row or subject."""
    if sum(choice is not None for choice in (finding, subject, row)) != 1:
        raise CallError("say what to explain: one of --finding ID, --row FILE:ROW, --subject ID")
    values = flags.settings_from(settings)

    from oncorules.validation.explain import explain as run

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        explanations = run(
            exports,
            finding=finding,
            subject=subject,
            row=row,
            packs=pack or [],
            study=study,
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            memory=memory,
            jobs=jobs,
            progress=progress,
        )
    if output.format == "json":
        output.json([explanation.as_json() for explanation in explanations])
        return 0
    columns = ("rule", "row", "clause", "values", "truth")
    rows = [
        (one.rule_id, one.place, clause.text, clause.values, clause.truth)
        for one in explanations
        for clause in one.clauses
    ]
    output.answer(Grid(columns, rows))
    return 0
