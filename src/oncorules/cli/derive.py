"""`oncorules derive`: the tables that packs derive from an export."""

from __future__ import annotations

from contextlib import ExitStack

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output
from oncorules.cli.progress import showing_progress


def derive(
    exports: flags.ExportPaths,
    pack: flags.Packs = None,
    study: flags.Study = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    out: flags.Out = None,
    kind: flags.As = None,
    everything: flags.All = False,
    format: flags.FormatFlag = "table",
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Derive the published tables of packs, one file per table."""
    flags.refuse_as_without_out(kind, out)
    values = flags.settings_from(settings)

    from oncorules.rules.deriving.derive import derive as run
    from oncorules.rules.deriving.table_files import TableFiles

    output = Output(format, quiet=quiet, no_color=no_color)
    files = TableFiles(out, kind or "parquet") if out is not None else None
    with ExitStack() as opened:
        with showing_progress(output) as progress:
            result = opened.enter_context(
                run(
                    exports,
                    packs=pack or [],
                    study=study,
                    preset=preset,
                    settings=values,
                    everything=everything,
                    memory=memory,
                    jobs=jobs,
                    progress=progress,
                    files=files,
                )
            )
            written = files.finish() if files is not None else []
        for note in result.notes:
            output.note(f"{note.place}: {note.text}")
        columns = ("table", "rows", "columns", "title")
        rows = [(one.name, one.rows, len(one.columns), one.title) for one in result.tables]
        output.answer(Grid(columns, rows))
    if output.format == "table":
        if out is not None:
            output.line(f"Written to {out}: {', '.join(path.name for path in written)}")
        else:
            output.line("Nothing is written; the same command with --out DIR writes the tables")
    return 0
