"""`oncorules rules mutate`: small edits of rules that no example notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.extras import missing_extra
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress

if TYPE_CHECKING:
    from oncorules.rules.mutating.mutate import Score, Survivor

NEEDS = "rules mutate needs the solver z3"
COLUMNS = ("pack", "rules", "edits", "noticed", "refused", "equivalent", "survived", "score")
SURVIVORS = (
    "pack", "place", "rule", "kind", "at", "was", "now", "verdict", "how known", "example",
    "rows changed", "rows",
)  # fmt: skip

Export = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        metavar="EXPORT",
        help="An export on which to count the rows that each survivor changes. May be repeated.",
        show_default=False,
    ),
]
AtLeast = Annotated[
    float,
    typer.Option(
        "--at-least",
        metavar="PERCENT",
        min=0,
        max=100,
        help="The score that every pack must reach; below it the exit code is 1.",
    ),
]


def mutate_rules(
    packs: flags.PackNames = None,
    pack: flags.Packs = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    export: Export = None,
    at_least: AtLeast = 95,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Find small edits of rules that no example notices."""
    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        try:
            from oncorules.rules.mutating.mutate import mutate
        except ModuleNotFoundError as error:
            raise missing_extra(error, "z3", NEEDS, "lint") from None
        scores = mutate(
            [*(packs or []), *(pack or [])],
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            export=export,
            progress=progress,
        )
    _answer(output, scores)
    return OK if all(one.percent >= at_least for one in scores) else FOUND


def _answer(output: Output, scores: Sequence[Score]) -> None:
    from oncorules.rules.mutating.written import yaml_lines

    totals: list[tuple[Any, ...]] = [_total(one) for one in scores]
    found = [_row(score.pack, one) for score in scores for one in score.survivors]
    if output.format == "csv":
        output.csv(SURVIVORS, found)
    elif output.format == "json":
        output.json(
            {
                "scores": [dict(zip(COLUMNS, row, strict=True)) for row in totals],
                "survivors": [dict(zip(SURVIVORS, row, strict=True)) for row in found],
            }
        )
    else:
        for score in scores:
            for one in score.survivors:
                for line in yaml_lines(one):
                    output.line(line)
        output.grid(Grid(COLUMNS, totals))


def _total(score: Score) -> tuple[object, ...]:
    edits = score.noticed + score.refused + len(score.survivors)
    return (
        score.pack, score.rules, edits, score.noticed, score.refused, score.equivalent,
        score.survived, f"{score.percent:.1f} %",
    )  # fmt: skip


def _row(pack: str, one: Survivor) -> tuple[Any, ...]:
    from oncorules.rules.mutating.mutate import EQUIVALENT, SURVIVED
    from oncorules.rules.mutating.written import flow

    edit, changed = one.edit, one.changed
    return (
        pack,
        edit.place(one.subject),
        one.subject.name,
        edit.kind,
        edit.at(one.subject),
        flow(edit.was),
        flow(edit.now),
        EQUIVALENT if one.equivalent else SURVIVED,
        one.known,
        None if one.catch is None else flow(dict(one.catch.example)),
        None if changed is None else changed.rows,
        None if changed is None else changed.of,
    )
