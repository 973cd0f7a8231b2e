"""`oncorules validate`: an export held against its rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from oncorules.cli import flags
from oncorules.cli.output import Output
from oncorules.cli.progress import showing_progress


def validate(
    exports: flags.ExportPaths,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    structure: flags.StructureFlag = "pandera",
    known: flags.KnownFile = None,
    baseline: flags.Baseline = None,
    date: flags.RunDate = None,
    out: flags.Out = None,
    report: flags.Reports = None,
    queries: flags.QueriesFolder = None,
    mask_ids: flags.MaskIds = None,
    format: flags.FindingsFormatFlag = "table",
    fail_on: flags.FailOnFlag = "error",
    allow_not_run: flags.AllowNotRun = False,
    each: flags.Each = False,
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Check an export and list the rows that break a rule."""
    flags.refuse_allow_without_fail(allow_not_run, fail_on)
    flags.refuse_date_without_use(date, out, report, queries, known)
    flags.refuse_mask_without_use(mask_ids, report or queries, format)
    reports = list(dict.fromkeys(report or ()))
    output = Output(format, quiet=quiet, no_color=no_color)
    asked: dict[str, Any] = {
        "packs": pack or [],
        "study": study,
        "rules": flags.ids_from(rules),
        "exclude": flags.ids_from(exclude),
        "preset": preset,
        "settings": flags.settings_from(settings),
        "structure": structure,
        "known": known,
        "baseline": baseline,
        "date": flags.day_from(date),
        "memory": memory,
        "jobs": jobs,
    }
    if each:
        from oncorules.cli.validate_each import validate_each

        return validate_each(
            exports,
            output,
            **asked,
            out=out,
            reports=[str(path) for path in reports],
            queries=None if queries is None else str(queries),
            mask_ids=mask_ids,
            fail_on=fail_on,
            allow_not_run=allow_not_run,
        )

    from oncorules.cli.verdict import print_annotations, print_queries, print_verdict
    from oncorules.report.choices import Choices
    from oncorules.report.masked import SALT, Masking
    from oncorules.report.run_reports import refuse_unknown_report, write_reports
    from oncorules.validation.run import validate as run

    for path in reports:
        refuse_unknown_report(path)
    with showing_progress(output) as progress:
        result = run(exports, **asked, progress=progress)
    with result:
        written = result.write(out) if out is not None else []
        choices = Choices(
            {"preset": preset, "known": known, "baseline": baseline}, fail_on, allow_not_run
        )
        masking = Masking(result.session, mask_ids)
        write_reports(result, reports, choices, masking)
        command = ["oncorules", "explain", *exports]
        command += flags.words_of(pack=pack, study=study, settings=settings, preset=preset)
        if queries is not None:
            from oncorules.report.queries.files import write_queries

            questions = write_queries(result, queries, masking.of(for_servers=False))
            print_queries(questions, queries, output)
        if format == "github":
            print_annotations(result, exports, replace(choices, mask=masking.of(True)), output)
        else:
            print_verdict(
                result, output, command=command, out=out, written=written, reports=reports
            )
        if masking.mask is not None and not masking.mask.lasting:
            output.note(f"masked ids differ from run to run; set {SALT} to a secret to keep them")
        return result.exit_code(fail_on, allow_not_run)
