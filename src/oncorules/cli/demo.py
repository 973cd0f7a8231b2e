"""`oncorules demo`: the main job on the small export that comes with oncorules."""

from __future__ import annotations

from oncorules.cli import flags
from oncorules.cli.validate import validate


def demo(
    pack: flags.Packs = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    structure: flags.StructureFlag = "pandera",
    out: flags.Out = None,
    format: flags.FormatFlag = "table",
    fail_on: flags.FailOnFlag = "never",
    allow_not_run: flags.AllowNotRun = False,
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Validate the small faulty export that ships with oncorules."""
    from oncorules.data.demo import demo_export

    return validate(
        [str(demo_export())],
        pack=pack,
        rules=rules,
        exclude=exclude,
        settings=settings,
        preset=preset,
        structure=structure,
        out=out,
        format=format,
        fail_on=fail_on,
        allow_not_run=allow_not_run,
        memory=memory,
        jobs=jobs,
        quiet=quiet,
        no_color=no_color,
    )
