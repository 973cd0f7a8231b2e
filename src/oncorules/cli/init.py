"""`oncorules init`: a study file from what an export holds."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output
from oncorules.cli.rules_schema import schema_text
from oncorules.errors import CallError

NewStudy = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="DIR",
        help="The folder to make; its name becomes the id of the study.",
        show_default=False,
    ),
]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def init(
    exports: flags.ExportPaths,
    out: NewStudy,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Write a study file from what an export holds."""
    name = out.name
    if not _ID.fullmatch(name):
        raise CallError(
            f'"{name}" cannot be the id of a study; take letters, digits, ".", "_" and "-"'
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CallError(f"{out} is there already and not empty; take another name")

    from oncorules.data.export import read_export
    from oncorules.data.whole_file import write_whole_files
    from oncorules.rules.starting.start import start_study

    export = read_export(*exports)
    started = start_study(export, name)
    texts = {"pack.yaml": started.text, "schema.json": schema_text()}
    write_whole_files(out, {file: text.encode() for file, text in texts.items()})
    output = Output(quiet=quiet, no_color=no_color)
    for note in export.notes:
        output.note(str(note))
    if started.tables:
        columns = ("table", "read from", "columns", "not sure")
        output.grid(Grid(columns, started.tables))
    if started.kept:
        output.line(f"Read as they are: {', '.join(started.kept)}")
    if started.unused:
        output.line(f"Not recognised: {', '.join(started.unused)}")
    packs = ", ".join(started.packs) or "no shipped pack; none has rules for these tables"
    output.line(f"Rules: {packs}")
    output.line(f"Written to {out}: pack.yaml, schema.json")
    output.line("Read pack.yaml: each line says why it stands there, what is not sure is a comment")
    words = ["oncorules", "validate", *exports, "--study", str(out)]
    output.line(f"Next: {shlex.join(words)}")
    return 0
