"""`oncorules rules new`: a pack to start from, with one rule that passes its examples."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated

import typer

from oncorules.cli.output import Output
from oncorules.cli.rules_schema import schema_text
from oncorules.errors import CallError, OutputError

NewFolder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        help="The folder to make; its name becomes the id of the pack.",
        show_default=False,
    ),
]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PACK = """\
# yaml-language-server: $schema=schema.json
id: {id}
title: Rules of our own
version: "0.1"
language: 1
source: ours
"""
_CHECKS = """\
# yaml-language-server: $schema=schema.json
# A rule names the rows it looks at, says in one condition what must hold, and proves with
# examples where its limits are. Try it: oncorules rules test {path}
rules:
  - id: AE-ENDS-BEFORE-IT-STARTS
    title: An adverse event ends on or after the day it starts
    kind: check
    severity: error
    source: ours
    applies_to: {{table: AE}}
    parameters:
      tolerance: {{value: 0, unit: day, source: ours}}
    condition: days_between(AESTDTC, AEENDTC) >= -tolerance
    if_missing: {{AEENDTC: met}}
    message: The event starts on {{AESTDTC}} and ends on {{AEENDTC}}.
    examples:
      columns: [AESTDTC, AEENDTC, expect]
      rows:
        - [2020-01-02, 2020-01-02, met]
        - [2020-01-02, 2020-01-01, not met]
        - [2020-01-02, null, met]
        - [null, 2020-01-02, not evaluable]
        - [2020-01, 2020-01-15, not evaluable]
"""


def new_pack(folder: NewFolder) -> int:
    """Make a pack to start from, with one tested rule."""
    if not _ID.fullmatch(folder.name):
        raise CallError(
            f'"{folder.name}" cannot be the id of a pack; take letters, digits, ".", "_" and "-"'
        )
    files = {
        "pack.yaml": _PACK.format(id=folder.name),
        "checks.yaml": _CHECKS.format(path=folder),
        "schema.json": schema_text(),
    }
    made = False
    try:
        folder.mkdir(parents=True)
        made = True
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except FileExistsError:
        raise CallError(f"{folder} is there already; take another name") from None
    except OSError as problem:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        reason = problem.strerror or str(problem)
        raise OutputError(
            f"{folder} cannot be written ({reason}); free some space or choose another folder"
        ) from problem
    output = Output()
    output.line(f"Written to {folder}: {', '.join(files)}")
    output.line(f"Next: oncorules rules test {folder}")
    return 0
