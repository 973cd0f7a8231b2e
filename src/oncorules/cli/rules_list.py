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
    from oncorules.rules.catalogue.catalogue import find_rules

    found = find_rules(
        [*(packs or []), *(pack or [])],
        study=study,
        rules=flags.ids_from(rules),
        exclude=flags.ids_from(exclude),
    )
    short = format == "table"
    rows = [
        (
            one.pack,
            one.id,
            one.kind,
            _short(one.table) if short else one.table,
            one.severity,
            one.title,
        )
        for one in found
    ]
    grid = Grid(("pack", "rule", "kind", "table", "severity", "title"), rows)
    Output(format, no_color=no_color).answer(grid)
    return 0


def _short(tables: str) -> str:
    """Return a list of tables, cut after three.

    >>> _short("AE, CM, EX, LB, MH")
    'AE, CM, EX and 2 more'
    """
    listed = tables.split(", ")
    if len(listed) <= 4:
        return tables
    return f"{', '.join(listed[:3])} and {len(listed) - 3} more"
