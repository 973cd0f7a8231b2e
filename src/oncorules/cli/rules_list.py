"""`oncorules rules list`: one line per rule."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output


def list_rules(
    packs: flags.PackNames = None,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    format: flags.FormatFlag = "table",
    no_color: flags.NoColor = False,
) -> int:
    """List the rules of packs, or of every shipped pack."""
    from oncorules.rules.catalogue import find_rules

    found = find_rules(
        [*(packs or []), *(pack or [])],
        study=study,
        rules=flags.ids_from(rules),
        exclude=flags.ids_from(exclude),
    )
    grid = Grid(
        ("pack", "rule", "kind", "table", "severity", "title"),
        [(one.pack, one.id, one.kind, one.table, one.severity, one.title) for one in found],
    )
    Output(format, no_color=no_color).answer(grid)
    return 0
