"""`oncorules rules docs`: the rule book, and what a reviewer wrote into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Output, many
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.rules.catalogue.chapters import Contents

BookFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the book: FILE.html is a page, FILE.xlsx a workbook to review; with "
        "--comments FILE.patch, the changes.",
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

    kind = _kind_of(out, comments)
    output = Output(quiet=quiet)
    with showing_progress(output) as progress:
        contents = read_contents(
            packs or [],
            study=study,
            preset=preset,
            settings=flags.settings_from(settings),
            with_sql=kind == ".html",
            progress=progress,
        )
    if comments is not None:
        _print_review(comments, contents, out, output)
        return 0
    assert out is not None
    if kind == ".html":
        from oncorules.report.rulebook.book_page import write_book_page

        write_book_page(contents, out)
    else:
        from oncorules.report.rulebook.book_workbook import write_book_workbook

        write_book_workbook(contents, out)
    rules = sum(1 for one in contents.chapters if one.tables)
    tables = len(contents.chapters) - rules
    output.line(f"Written to {out}: {many(rules, 'rule')}, {many(tables, 'derived table')}")
    return 0


def _kind_of(out: Path | None, comments: Path | None) -> str:
    """Return the ending of the file that is asked for, or refuse it."""
    if out is None:
        if comments is None:
            raise CallError("say --out FILE to write the book, or --comments FILE to read it back")
        return ""
    kinds = (".html", ".xlsx") if comments is None else (".patch",)
    kind = out.suffix.lower()
    if kind not in kinds:
        with_ = "with --comments " if comments is not None else ""
        raise CallError(
            f"--out {out}: the ending of the name says what is written, {with_}"
            f"{' or '.join(kinds)}; call it {out.stem}{kinds[0]}"
        )
    return kind


def _print_review(comments: Path, contents: Contents, out: Path | None, output: Output) -> None:
    """Print what a reviewer wrote, and the patch unless it goes into a file."""
    from oncorules.data.whole_file import whole_file
    from oncorules.report.rulebook.review import read_review

    review = read_review(comments, contents)
    for line in review.comments:
        output.line(line)
    if out is None:
        for line in review.patch.splitlines():
            output.line(line)
        return
    with whole_file(out) as file:
        file.write(review.patch.encode())
    output.line(f"# written to {out}")
