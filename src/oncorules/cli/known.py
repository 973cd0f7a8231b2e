"""`oncorules known`: the file of known findings, brought up to date with a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.exits import OK
from oncorules.cli.output import Grid, Output

if TYPE_CHECKING:
    from oncorules.validation.known_file import KnownLine

File = Annotated[
    Path,
    typer.Option(
        "--file",
        metavar="FILE",
        help="The file of known findings; it is made when it is not there.",
        show_default=False,
    ),
]

Edited = Annotated[
    Path | None,
    typer.Option(
        "--workbook",
        metavar="FILE.xlsx",
        help="The workbook of the run: take over what was written about its findings.",
        show_default=False,
    ),
]


def known(
    run: flags.RunFolderName,
    file: File,
    workbook: Edited = None,
    format: flags.FormatFlag = "table",
    no_color: flags.NoColor = False,
) -> int:
    """Bring a file of known findings up to date with a run."""
    from oncorules.validation.known_file import read_known, write_known
    from oncorules.validation.known_update import update_known
    from oncorules.validation.run_folder import read_run

    lines, folder = read_known(file) if file.exists() else {}, read_run(run)
    edited: Mapping[str, KnownLine] = {}
    if workbook is not None:
        from oncorules.report.workbook_states import read_workbook_states

        edited = read_workbook_states(workbook, folder, lines)
    update = update_known({**lines, **edited}, folder)
    write_known(file, update.lines)
    output = Output(format, no_color=no_color)
    counts = [
        ("added", update.added, "findings of the run that the file did not have; open"),
        ("reopened", update.reopened, "acceptances that no longer hold; open again"),
        ("kept", update.kept, "findings of the run, as the file had them"),
        ("gone", update.gone, "not in the run; they stay in the file"),
    ]
    if workbook is not None:
        counts.insert(0, ("taken over", len(edited), f"changed in {workbook}; counted below too"))
    output.answer(Grid(("lines", "findings", "meaning"), counts))
    if format == "table":
        output.line(f"Written to {file}")
    return OK
