"""Validation of several exports, each for itself, some of them at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path
from typing import Any, Literal

from oncorules.data.new_folder import new_folder
from oncorules.data.whole_file import whole_file
from oncorules.errors import CallError
from oncorules.report.each.asked import refuse_before
from oncorules.report.each.earlier import FORMAT, read_earlier
from oncorules.report.each.job import Job, Outcome
from oncorules.report.each.names import RECORD, listed, name_exports
from oncorules.report.each.share import share
from oncorules.report.each.workers import run_jobs

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EachResult:
    """What became of several exports.

    Attributes:
        outcomes: one for each export, in the order in which they were named.
        notes: what of a baseline and these exports does not match.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The worst exit code."""
        return max(one.exit_code for one in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "format": FORMAT,
            "exit_code": self.exit_code,
            "notes": list(self.notes),
            "exports": [one.as_json() for one in self.outcomes],
        }

    def record(self) -> str:
        """Return the text of `each.json`: the same exports on the same day give the same text."""
        told = self.as_json()
        for one in told["exports"]:
            del one["seconds"]
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    def __str__(self) -> str:
        """Return one line for each export."""
        return "\n".join(
            f"{one.name}: exit code {one.exit_code}, "
            + (", ".join(one.problems) or f"{sum(one.findings.values()):,} findings")
            for one in self.outcomes
        )


def validate_each(
    paths: Sequence[str | Path],
    packs: Sequence[str | Path] = (),
    *,
    study: str | Path | None = None,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    structure: Literal["pandera", "sql", "none"] = "pandera",
    known: str | Path | None = None,
    baseline: str | Path | None = None,
    date: Date | None = None,
    out: str | Path | None = None,
    reports: Sequence[str] = (),
    queries: str | None = None,
    mask_ids: bool | None = None,
    fail_on: str = "error",
    allow_not_run: bool = False,
    memory: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> EachResult:
    """Validate several exports, each for itself in a process of its own.

    An export that cannot be read does not stop the others: its outcome tells why. What would stop
    all of them, such as a rule file that cannot be used, is raised before the first begins.

    Args:
        paths: the exports: folders, zips, files or URLs.
        packs: ids of shipped packs, or paths of packs and rule files; guessed for each export when
            neither these nor a study are given.
        study: a study pack.
        rules: ids of the rules to run; all when empty.
        exclude: ids of rules to leave out.
        preset: named sets of parameter values.
        settings: parameter values by address.
        structure: what holds the structure contract: `pandera`, `sql` or `none`.
        known: the file of known findings, of all exports.
        baseline: the `out` of an earlier call; exports are compared by their names.
        date: the day of the runs; today when not given.
        out: a new or empty folder, which gets a folder for each export and `each.json`; it appears
            once all of them have ended.
        reports: names of reports in the folder of each export, such as `findings.xlsx`.
        queries: the name of a folder of queries in the folder of each export.
        mask_ids: whether reports hide who the subjects are; those for servers do when not given.
        fail_on: the mildest severity that fails: error, warning, notice; or never.
        allow_not_run: whether a rule that could not run is let pass.
        memory: what the engines of all exports at a time may take together, such as `2GB`.
        jobs: the number of threads of all together.
        progress: called with the name of an export that begins, how many have ended, of how many.

    Raises:
        CallError: something named does not exist or has no effect; two exports have one name.
        RuleError: a rule file cannot be used.
        DataError: the known findings or the baseline cannot be read.
        OutputError: the folder is not empty or cannot be made.
    """
    names = name_exports(paths)
    if not names:
        raise CallError("no export is given; name folders, zip archives, files or databases")
    asked = {
        "packs": [str(pack) for pack in packs],
        "study": None if study is None else str(study),
        "rules": list(rules),
        "exclude": list(exclude),
        "preset": preset,
        "settings": dict(settings or {}),
        "structure": structure,
        "known": None if known is None else str(known),
    }
    refuse_before(asked, fail_on, out, reports, queries)
    shared = share(len(names), jobs, memory)
    earlier = None if baseline is None else read_earlier(baseline, names)
    with ExitStack() as stack:
        folder = None if out is None else stack.enter_context(new_folder(Path(out)))
        work = [
            Job(
                name=name,
                path=str(path),
                asked={
                    **asked,
                    "baseline": earlier and earlier.run_of(name),
                    "memory": shared.memory,
                },
                date=date or Date.today(),
                parts=shared.at_once,
                fail_on=fail_on,
                allow_not_run=allow_not_run,
                out=None if folder is None else str(folder / name),
                reports=tuple(reports),
                queries=queries,
                mask_ids=mask_ids,
            )
            for name, path in zip(names, paths, strict=True)
        ]
        found = _run(work, shared.threads, progress)
        if folder is not None:
            found = [_placed(one, folder, Path(out or "")) for one in found]
        result = EachResult(tuple(found), tuple(earlier.notes(names)) if earlier else ())
        if folder is not None:
            with whole_file(folder / RECORD) as file:
                file.write(result.record().encode())
    return result


def _run(work: Sequence[Job], threads: Sequence[int], progress: Progress | None) -> list[Outcome]:
    """Return the outcomes in the order of the jobs."""
    found: dict[str, Outcome] = {}
    running: dict[str, None] = {}

    def begin(job: Job) -> None:
        running[job.name] = None
        if progress is not None:
            progress(listed(running), len(found), len(work))

    with closing(run_jobs(work, threads, begin)) as outcomes:
        for one in outcomes:
            found[one.name] = one
            del running[one.name]
    if progress is not None:
        progress("exports", len(work), len(work))
    return [found[job.name] for job in work]


def _placed(outcome: Outcome, part: Path, out: Path) -> Outcome:
    """Return an outcome that names the folder by the name it will have."""
    told = tuple(text.replace(str(part), str(out)) for text in outcome.problems)
    return replace(outcome, problems=told)
