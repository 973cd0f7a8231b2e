"""`oncorules rules show`: one rule as its own page, with where each value came from."""

from __future__ import annotations

from typing import Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Output

RuleId = Annotated[
    str, typer.Argument(metavar="RULE", help="RULE or PACK:RULE.", show_default=False)
]


def show_rule(
    rule: RuleId,
    pack: flags.Packs = None,
    study: flags.Study = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
) -> int:
    """Show one rule, and where each of its values came from."""
    from oncorules.rules.catalogue.catalogue import describe_rule

    output = Output()
    for line in describe_rule(
        rule,
        packs=pack or [],
        study=study,
        preset=preset,
        settings=flags.settings_from(settings),
    ):
        output.line(line)
    return 0
