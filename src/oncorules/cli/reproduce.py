"""`oncorules reproduce`: do the figures of a paper come out of an export?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.output import Output, many
from oncorules.cli.progress import Progress, showing_progress

if TYPE_CHECKING:
    from oncorules.analysis.agreement.compare import Agreements
    from oncorules.cli.agreement import Answer

Export = Annotated[
    str | None,
    typer.Option(
        "--export",
        metavar="DIR",
        help="The trial's export; without it the study's own rows, or its synthetic twin.",
        show_default=False,
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="The figures that agreed before; one that no longer does ends with exit code 1.",
        show_default="published/agreed.txt of the study",
    ),
]
KeepBaseline = Annotated[
    bool,
    typer.Option("--keep-baseline", help="Write the baseline anew from the figures that agree."),
]


def reproduce(
    study: flags.StudyName,
    export: Export = None,
    baseline: Baseline = None,
    keep_baseline: KeepBaseline = False,
    out: flags.Out = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Compare the figures of a paper with an export."""
    from oncorules.analysis.agreement.baseline import baseline_of, known_to_agree
    from oncorules.analysis.agreement.expect import expect
    from oncorules.analysis.agreement.reproduce import reproduce as run
    from oncorules.cli.agreement import Answer, print_answer
    from oncorules.cli.own_export import own_export, told_of

    output = Output(format, quiet=quiet, no_color=no_color)
    before = None if keep_baseline else known_to_agree(study, baseline, export)
    with ExitStack() as stack:
        if export is None:
            export = own_export(study, stack)
        with showing_progress(output) as progress:
            findings = None if export is None else _count_findings(study, export, progress)
            found = run(study, export, progress=progress)
        origin, others = told_of(export, found.notes)
    notes = (*origin, *others)
    for text in notes:
        output.note(text)
    agreements = found.agreements
    if keep_baseline:
        before = _keep(agreements, baseline or baseline_of(study), output)
    answer = Answer(agreements, expect(agreements, before), before, findings)
    written = [] if out is None else _write(answer, out, notes)
    print_answer(answer, output)
    if out is not None and output.format == "table":
        output.line(f"Written to {out}: {', '.join(path.name for path in written)}")
    return FOUND if answer.drifted else OK


def _count_findings(study: str, export: str, progress: Progress | None) -> dict[str, int]:
    """Return how many findings of each severity the checks of the study have in an export."""
    from oncorules.validation.run import validate
    from oncorules.validation.status import SEVERITIES

    with validate(export, study=study, progress=progress) as result:
        return {
            severity: sum(one.not_met for one in result.rules if one.severity == severity)
            for severity in SEVERITIES
        }


def _write(answer: Answer, folder: Path, notes: Sequence[str]) -> list[Path]:
    from oncorules.report.agreement_files import write_agreements

    remarks = [*([answer.validated] if answer.validated else []), *notes]
    return write_agreements(folder, answer.agreements, answer.tests, remarks)


def _keep(agreements: Agreements, path: Path, output: Output) -> set[str]:
    """Write the baseline and return what it lists from now on."""
    from oncorules.analysis.agreement.baseline import write_baseline

    write_baseline(agreements, path)
    kept = agreements.agreeing()
    output.note(f"{many(len(kept), 'figure')} kept in {path}")
    return kept
