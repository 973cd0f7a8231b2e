"""The process that validates one export: it reads a job, and writes an outcome.

The job is one line of standard input, which then stays open as long as somebody wants the answer.
Once it is closed, because the one who asked was interrupted or is gone, the process ends as on
Ctrl-C: nothing half written is left, and no temporary folder.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from oncorules.errors import OncorulesError, RuleError
from oncorules.report.each.job import Job, Outcome
from oncorules.report.each.names import shown
from oncorules.report.each.share import part_of_engine

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

INTERRUPTED = 130


def main(answer: str) -> None:
    """Read a job from standard input, and write its outcome into a file.

    Args:
        answer: the file.
    """
    gc.set_threshold(1_000_000, 20, 100)  # see `oncorules.cli.main.run`
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    job = Job.from_text(sys.stdin.buffer.readline().decode())
    Thread(target=_end_with_standard_input, daemon=True).start()
    try:
        outcome = run_job(job)
        Path(answer).write_text(json.dumps(outcome.as_json()), encoding="utf-8")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    gc.freeze()


def _end_with_standard_input() -> None:
    while os.read(0, 1):  # not sys.stdin, whose lock would block the end of the process
        pass
    os.kill(os.getpid(), signal.SIGINT)


def run_job(job: Job) -> Outcome:
    """Validate the export of a job, write what it asks for, and return what became of it."""
    from oncorules.validation.run import validate

    blank = Outcome(job.name, shown(job.path), 0)
    asked = dict(job.asked)
    if asked.get("memory") is None and job.parts > 1:
        asked["memory"] = part_of_engine(job.parts)
    try:
        with validate(job.path, date=job.date, **asked) as result:
            _write(result, job)
            return _outcome(result, job, blank)
    except OncorulesError as error:
        problems = error.problems if isinstance(error, RuleError) else [error]
        return replace(blank, exit_code=error.exit_code, problems=tuple(map(str, problems)))


def _write(result: ValidationResult, job: Job) -> None:
    if job.out is None:
        return
    from oncorules.report.choices import Choices
    from oncorules.report.masked import Masking
    from oncorules.report.run_reports import write_reports

    folder = Path(job.out)
    result.write(folder)
    listed = {name: job.asked.get(name) for name in ("preset", "known", "baseline")}
    choices = Choices(listed, job.fail_on, job.allow_not_run)
    masking = Masking(result.session, job.mask_ids)
    write_reports(result, (folder / name for name in job.reports), choices, masking)
    if job.queries is not None:
        from oncorules.report.queries.files import write_queries

        write_queries(result, folder / job.queries, masking.of(for_servers=False))


def _outcome(result: ValidationResult, job: Job, blank: Outcome) -> Outcome:
    from oncorules.validation.status import SEVERITIES

    findings = dict.fromkeys(SEVERITIES, 0)
    for rule, number in result.findings.by_rule():
        findings[rule.severity] += number
    notes = [f"{note.place}: {note.text}" for note in result.export.notes]
    standing = result.standing
    watched = standing.before is not None or job.asked.get("known") is not None
    return replace(
        blank,
        exit_code=result.exit_code(job.fail_on, job.allow_not_run),
        tables=len(result.export.tables),
        rows=sum(table.rows for table in result.export.tables),
        subjects=result.export.subjects,
        rules=result.by_status(),
        findings=findings,
        states=standing.by_state(result.findings.count) if watched else {},
        notes=(*notes, *standing.notes),
    )
