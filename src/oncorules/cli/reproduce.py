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

StudyName = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A shipped study by its id, or the folder of your own.",
        show_default=False,
    ),
]
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
    study: StudyName,
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

    output = Output(format, quiet=quiet, no_color=no_color)
    before = None if keep_baseline else known_to_agree(study, baseline)
    with ExitStack() as stack:
        if export is None and not _has_rows(study):
            export = _twin(study, stack, output)
        with showing_progress(output) as progress:
            findings = None if export is None else _count_findings(study, export, progress)
            found = run(study, export, progress=progress)
    for text in found.notes:
        output.note(text)
    agreements = found.agreements
    if keep_baseline:
        before = _keep(agreements, baseline or baseline_of(study), output)
    answer = Answer(agreements, expect(agreements, before), before, findings)
    written = [] if out is None else _write(answer, out, found.notes)
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


def _has_rows(study: str) -> bool:
    """Return whether a study brings the rows of real patients."""
    from oncorules.analysis.plan.read import read_plan
    from oncorules.analysis.published.read import read_published

    return read_plan(study, read_published(study)).data is not None


def _twin(study: str, stack: ExitStack, output: Output) -> str:
    """Return the folder of a study's twin, made for this run.

    Raises:
        CallError: the study has none.
    """
    from oncorules.analysis.published.read import find_study
    from oncorules.data.private import PrivateFolder
    from oncorules.errors import CallError
    from oncorules.generators.generate import generate
    from oncorules.generators.latent import FOLDER

    root = find_study(study)
    if not (root / FOLDER).is_dir():
        raise CallError(
            f"the study {root.name} has no rows of its own; give the trial's export with "
            "--export DIR"
        )
    folder = PrivateFolder()
    stack.callback(folder.close)
    made = generate(root, folder.path / root.name)
    output.note(made.told)
    return str(folder.path / root.name)


def _keep(agreements: Agreements, path: Path, output: Output) -> set[str]:
    """Write the baseline and return what it lists from now on."""
    from oncorules.analysis.agreement.baseline import write_baseline

    write_baseline(agreements, path)
    kept = agreements.agreeing()
    output.note(f"{many(len(kept), 'figure')} kept in {path}")
    return kept
