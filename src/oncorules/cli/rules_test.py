"""`oncorules rules test`: the examples of rules, run."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.exits import FOUND, OK
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress


def check_examples(
    packs: flags.PackNames = None,
    pack: flags.Packs = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    format: flags.FormatFlag = "table",
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Run the examples of rules; 1 when one is not as expected."""
    from oncorules.rules.examples.runner import run_examples

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        result = run_examples(
            [*(packs or []), *(pack or [])],
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            progress=progress,
        )
    rows = [(one.place, one.rule_id, one.expected, one.found) for one in result.failures]
    if rows or output.format != "table":
        output.answer(Grid(("place", "rule", "expected", "found"), rows))
    read = f"{many(result.count, 'example')} of {many(result.rules, 'rule')}"
    output.note(f"{read}, {len(rows)} with another answer")
    return FOUND if rows else OK
