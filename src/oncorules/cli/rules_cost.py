"""`oncorules rules cost`: which rules take longest on an export."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

Budget = Annotated[
    str | None,
    typer.Option(
        "--budget",
        metavar="TIME",
        help="The most time that one rule may take, such as 50ms or 2s.",
        show_default=False,
    ),
]
SHOWN = 20
_TIME = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s)")


def measure(
    exports: flags.ExportPaths,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    budget: Budget = None,
    format: flags.FormatFlag = "table",
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Measure the time and rows of each rule on an export."""
    most = milliseconds_from(budget)
    values = flags.settings_from(settings)

    from oncorules.rules.session import open_session
    from oncorules.validation.rule_cost import above, measure_rules

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        session = open_session(
            exports,
            pack or [],
            study=study,
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            memory=memory,
            jobs=jobs,
        )
        with session:
            costs = measure_rules(session, progress)
    over = None if most is None else above(costs, most)
    listed = costs if over is None else over
    cut = listed[:SHOWN] if output.format == "table" else listed
    rows = [
        (one.rule_id, one.table, one.rows, one.in_scope, round(one.milliseconds, 1)) for one in cut
    ]
    if rows or output.format != "table":
        output.answer(Grid(("rule", "table", "rows", "in scope", "ms"), rows))
    if len(cut) < len(listed):
        output.note(f"and {many(len(listed) - len(cut), 'rule')} that take less")
    if over is not None:
        output.note(f"{many(len(over), 'rule')} of {len(costs)} above the budget of {budget}")
    return FOUND if over else OK


def milliseconds_from(text: str | None) -> float | None:
    """Return the time of `--budget` in milliseconds.

    Raises:
        CallError: it is not a time.

    >>> milliseconds_from("50ms"), milliseconds_from("1.5s")
    (50.0, 1500.0)
    """
    if text is None:
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise CallError(f'--budget "{text}" is not a time; write 50ms or 2s')
    return float(found[1]) * (1 if found[2] == "ms" else 1000)
