"""`oncorules rules sql`: the statement that a rule becomes."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.output import Output
from oncorules.cli.rules_show import RuleId


def print_sql(
    rule: RuleId,
    pack: flags.Packs = None,
    study: flags.Study = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    plan: flags.Plan = False,
) -> int:
    """Print the SQL of one rule, or of its table with --plan."""
    from oncorules.rules.catalogue.catalogue import render_rule

    text = render_rule(
        rule,
        packs=pack or [],
        study=study,
        preset=preset,
        settings=flags.settings_from(settings),
        plan=plan,
    )
    output = Output()
    for line in text.splitlines():
        output.line(line)
    return 0
