"""`oncorules score`: findings held against the answer key of planted defects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many

if TYPE_CHECKING:
    from oncorules.validation.scoring.score import Score

MOST_SHOWN = 20

FindingsPath = Annotated[
    Path,
    typer.Argument(
        metavar="FINDINGS",
        help="What validate --out wrote: the folder, findings.parquet or findings.csv.",
        show_default=False,
    ),
]
KeyPath = Annotated[
    Path,
    typer.Argument(
        metavar="ANSWER-KEY",
        help="What generate --defects wrote: answer-key.csv, or the export it lies in.",
        show_default=False,
    ),
]
LeastPrecision = Annotated[
    float,
    typer.Option(
        "--precision", min=0, max=1, help="The least precision that ends with exit code 0."
    ),
]


def score(
    findings: FindingsPath,
    answer_key: KeyPath,
    precision: LeastPrecision = 0.98,
    format: flags.FormatFlag = "table",
    no_color: flags.NoColor = False,
) -> int:
    """Tell how well rules found the defects that were planted."""
    from oncorules.validation.scoring.score import score as run

    output = Output(format, no_color=no_color)
    made = run(findings, answer_key)
    if format == "json":
        output.json(made.as_json())
    elif format == "csv":
        output.csv(_kinds(made).columns, _kinds(made).rows)
    else:
        _print(made, output)
    return 0 if made.passes(precision) else 1


def _print(made: Score, output: Output) -> None:
    output.grid(_kinds(made))
    output.line()
    output.grid(_rules(made))
    if made.missed:
        output.line()
        rows = [(one.number, one.kind, one.subject, one.change) for one in made.missed[:MOST_SHOWN]]
        output.grid(Grid(("defect", "not found", "subject", "change"), rows))
    if made.stray:
        output.line()
        strays = [
            (one.rule, one.place, one.subject, one.message) for one in made.stray[:MOST_SHOWN]
        ]
        output.grid(Grid(("answers no defect", "row", "subject", "message"), strays))
    output.line()
    found = made.planted - len(made.missed)
    output.line(
        f"{found:,} of {many(made.planted, 'defect')} found, {made.kinds_found} of "
        f"{many(len(made.kinds), 'kind')}: sensitivity {_share(made.sensitivity)}"
    )
    answering = made.findings - len(made.stray)
    notices = f"; {many(made.notices, 'notice')} not scored" if made.notices else ""
    output.line(
        f"{answering:,} of {many(made.findings, 'finding')} answer a defect: "
        f"precision {_share(made.precision)}{notices}"
    )


def _kinds(made: Score) -> Grid:
    rows = [(one.kind, one.planted, one.found, _share(one.sensitivity)) for one in made.kinds]
    return Grid(("kind", "planted", "found", "sensitivity"), rows)


def _rules(made: Score) -> Grid:
    rows = [
        (
            one.rule,
            one.findings,
            _share(one.precision),
            one.expected or None,
            _share(one.sensitivity),
        )
        for one in made.rules
    ]
    return Grid(("rule", "findings", "precision", "to find", "sensitivity"), rows)


def _share(share: float | None) -> str:
    """Return a share with three decimals; one that is not whole is never shown as 1."""
    if share is None:
        return ""
    return f"{share:.3f}" if share == 1 else f"{min(share, 0.9994):.3f}"
