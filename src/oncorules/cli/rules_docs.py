"""`oncorules rules docs`: the rule book, and what a reviewer wrote into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Output, many
from oncorules.errors import CallError

BookFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the book: FILE.html is a page, FILE.xlsx a workbook to review.",
        show_default=False,
    ),
]
Reviewed = Annotated[
    Path | None,
    typer.Option(
        "--comments",
        metavar="FILE.xlsx",
        help="Read a reviewed workbook: its comments, and its changes as a patch.",
        show_default=False,
    ),
]


def write_docs(
    packs: flags.PackNames = None,
    study: flags.Study = None,
    out: BookFile = None,
    comments: Reviewed = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    quiet: flags.Quiet = False,
) -> int:
    """Write the rule book of packs, or read its review back."""
    from oncorules.rules.catalogue.chapters import read_contents

    if (out is None) == (comments is None):
        raise CallError("say either --out FILE to write the book or --comments FILE to read it")
    if out is not None and out.suffix.lower() not in (".html", ".xlsx"):
        raise CallError(
            f"--out {out}: the ending of the name says what is written, .html or .xlsx; call it "
            f"{out.stem}.html for a page"
        )
    output = Output(quiet=quiet)
    contents = read_contents(
        packs or [],
        study=study,
        preset=preset,
        settings=flags.settings_from(settings),
        with_sql=out is not None and out.suffix.lower() == ".html",
    )
    if comments is not None:
        from oncorules.report.rulebook.review import review_lines

        for line in review_lines(comments, contents):
            output.line(line)
        return 0
    assert out is not None
    if out.suffix.lower() == ".html":
        from oncorules.report.rulebook.book_page import write_book_page

        write_book_page(contents, out)
    else:
        from oncorules.report.rulebook.book_workbook import write_book_workbook

        write_book_workbook(contents, out)
    rules = sum(1 for one in contents.chapters if one.tables)
    tables = len(contents.chapters) - rules
    output.line(f"Written to {out}: {many(rules, 'rule')}, {many(tables, 'derived table')}")
    return 0
