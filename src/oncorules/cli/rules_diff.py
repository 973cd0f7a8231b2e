"""`oncorules rules diff`: what changes between two packs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress

if TYPE_CHECKING:
    from oncorules.rules.catalogue.differences import Change, PackDifference
    from oncorules.rules.examples.changed_answers import ChangedAnswer

Before = Annotated[
    str, typer.Argument(metavar="A", help="A shipped pack by its id, or the path of your own.")
]
After = Annotated[str, typer.Argument(metavar="B", help="The pack to compare it with.")]
COLUMNS = ("kind", "name", "part", "before", "after")


def compare(
    before: Before,
    after: After,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Compare two packs, and the answers of their examples."""
    from oncorules.rules.catalogue.differences import compare_packs
    from oncorules.rules.examples.changed_answers import find_changed_answers
    from oncorules.rules.loading.loader import load_pack

    output = Output(format, quiet=quiet, no_color=no_color)
    old, new = load_pack(before), load_pack(after)
    difference = compare_packs(old, new)
    with showing_progress(output) as progress:
        answers = find_changed_answers(old, new, difference.pairs, progress)
    if output.format != "table":
        output.answer(Grid(COLUMNS, [*map(_row, difference.changes), *map(_example, answers)]))
    elif not difference and not answers:
        output.line("no difference")
    else:
        _print(output, _sections(difference, answers, before, after))
    return 0


def _sections(
    difference: PackDifference, answers: Sequence[ChangedAnswer], before: str, after: str
) -> list[Grid]:
    """Return the parts of the answer in which something differs."""
    packs, named = (before, after), ("kind", "name", "part", before, after)
    terms = [(one.part, one.before, one.after) for one in difference.terms]
    sections = [
        Grid(("change", *packs), terms, "Terms"),
        Grid(("term", "grade", *packs), [_row(one)[1:] for one in difference.limits], "Limits"),
        Grid(named, [_row(one) for one in difference.parts], "Rules and tables"),
        Grid(named, [_row(one) for one in difference.parameters], "Parameters"),
        Grid(
            ("example of", "given", *packs),
            [_example(one)[1:] for one in answers],
            "Examples with another answer",
        ),
    ]
    return [grid for grid in sections if grid.rows]


def _print(output: Output, sections: Sequence[Grid]) -> None:
    for number, grid in enumerate(sections):
        if number:
            output.line()
        output.grid(grid)


def _row(one: Change) -> tuple[str | None, ...]:
    return one.kind, one.name, one.part, one.before, one.after


def _example(one: ChangedAnswer) -> tuple[str | None, ...]:
    return "example", one.name, one.given, one.before, one.after
