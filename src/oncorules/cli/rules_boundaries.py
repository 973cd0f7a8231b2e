"""`oncorules rules boundaries`: limits that no example watches."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress


def find_boundaries(
    packs: flags.PackNames = None,
    pack: flags.Packs = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Name each limit that no example watches."""
    from oncorules.rules.examples.boundaries import find_boundaries as run

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        gaps = run(
            [*(packs or []), *(pack or [])],
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            progress=progress,
        )
    rows = [(gap.place, gap.rule_id, gap.text) for gap in gaps]
    if rows or output.format != "table":
        output.answer(Grid(("place", "rule", "what no example notices"), rows))
    return FOUND if rows else OK
