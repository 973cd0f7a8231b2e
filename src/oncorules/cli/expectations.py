"""`oncorules expectations`: the rules of a study as a suite of great-expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress

if TYPE_CHECKING:
    from oncorules.validation.expectations.bridge import SecondOpinion

StudyOrPack = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A study or any other rule pack, by id or path.",
        show_default=False,
    ),
]
Exports = Annotated[
    list[str],
    typer.Option(
        "--export",
        metavar="EXPORT",
        help="A folder, a zip, a file or the URL of a database. May be repeated.",
        show_default=False,
    ),
]


def expectations(
    study: StudyOrPack,
    export: Exports,
    out: flags.OutNeeded,
    pack: flags.Packs = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    fail_on: flags.FailOnFlag = "error",
    allow_not_run: flags.AllowNotRun = False,
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Run rules in great-expectations, beside validate."""
    flags.refuse_allow_without_fail(allow_not_run, fail_on)
    values = flags.settings_from(settings)

    from oncorules.validation.expectations.bridge import run_expectations

    output = Output(quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        opinion = run_expectations(
            study,
            export,
            out,
            packs=pack or [],
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            memory=memory,
            jobs=jobs,
            progress=progress,
        )
    with opinion:
        for note in opinion.ours.export.notes:
            output.note(f"{note.place}: {note.text}")
        _print(opinion, output)
        names = [path.relative_to(out).as_posix() for path in opinion.written]
        output.line(f"Written to {out}: {', '.join(names)}")
        return opinion.exit_code(fail_on, allow_not_run)


def _print(opinion: SecondOpinion, output: Output) -> None:
    ours, theirs = opinion.ours, opinion.theirs
    by_status, by_theirs = ours.by_status(), theirs.by_status()
    statuses = list(dict.fromkeys([*by_status, *by_theirs]))
    rows: list[tuple[object, ...]] = [
        (f"rules {status}", by_status.get(status, 0), by_theirs.get(status, 0))
        for status in statuses
    ]
    rows.append(("findings", ours.findings.count, theirs.findings.count))
    rows.append(("findings alike in all columns", opinion.same, opinion.same))
    output.grid(Grid(("", "validate", "great-expectations"), rows))
    output.line()
    seconds = opinion.seconds
    written = seconds["queries"] + seconds["suite"]
    output.line(
        f"validate took {seconds['oncorules']:.1f} s, great-expectations "
        f"{seconds['great-expectations']:.1f} s for {many(opinion.expectations, 'expectation')}; "
        f"beside it {seconds['import']:.1f} s to import it, {written:.1f} s to write the suite, "
        f"{seconds['Data Docs']:.1f} s for Data Docs"
    )
    if opinion.differing:
        columns = (
            "rule",
            "table",
            "validate",
            "findings",
            "great-expectations",
            "findings",
            "alike",
        )
        differing = [
            (
                one.ours.rule_id,
                one.ours.table,
                one.ours.status,
                one.ours.not_met,
                " ".join(filter(None, (one.theirs.status, one.theirs.reason))),
                one.theirs.not_met,
                one.same,
            )
            for one in opinion.differing
        ]
        output.line()
        output.grid(Grid(columns, differing, "They do not agree on:"))
    output.line()
