"""`oncorules rules lint`: what can never happen in rules, and what changes nothing."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.extras import missing_extra
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress

NEEDS = "rules lint needs the solver z3"


def lint(
    packs: flags.PackNames = None,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Find what can never happen in rules, and what changes nothing."""
    values = flags.settings_from(settings)
    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        try:
            from oncorules.rules.health.lint import find_flaws
        except ModuleNotFoundError as error:
            raise missing_extra(error, "z3", NEEDS, "lint") from None
        flaws = find_flaws(
            [*(packs or []), *(pack or [])],
            study=study,
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            progress=progress,
        )
    rows = [(one.place, one.rule_id, one.text, one.clause, one.known) for one in flaws]
    if rows or output.format != "table":
        output.answer(Grid(("place", "rule", "problem", "clause", "how known"), rows))
    return FOUND if rows else OK
