"""Validation of an export: structure and content, findings and the status of every rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from oncorules.rules.session import Paths, Session, open_session
from oncorules.validation.content import run_content
from oncorules.validation.content_findings import content_findings
from oncorules.validation.findings import Findings
from oncorules.validation.own_names import with_own_names
from oncorules.validation.run_record import (
    Asked,
    Structure,
    record_of,
    refuse_unknown_structure,
)
from oncorules.validation.standing import Standing, stand
from oncorules.validation.status import STATUSES, RuleStatus, refuse_unknown_fail_on

if TYPE_CHECKING:
    from oncorules.data.export import Export, Note
    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.validation.comparison import Comparison

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TableRead:
    """One table that was read: how many rows and subjects, from which files."""

    name: str
    files: tuple[str, ...]
    rows: int
    subjects: int | None


@dataclass(frozen=True)
class ExportRead:
    """What was read, in numbers, with the guesses that were made."""

    tables: tuple[TableRead, ...]
    subjects: int | None
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ValidationResult:
    """The answer of a validation; prints well, and shows itself as a table in a notebook.

    Attributes:
        export: what was read.
        rules: the status of every rule on every table.
        findings: the rows that break a rule.
        asked: the day of the run, and what it was asked for.
        standing: what is known of the findings from earlier runs.
    """

    export: ExportRead
    rules: tuple[RuleStatus, ...]
    findings: Findings
    session: Session = field(repr=False)
    asked: Asked = field(repr=False)
    standing: Standing = field(default_factory=Standing, repr=False)

    def exit_code(self, fail_on: str = "error", allow_not_run: bool = False) -> int:
        """Return the exit code of a run.

        Args:
            fail_on: the mildest severity that fails: error, warning, notice; or never.
            allow_not_run: whether a rule that could not run is let pass.

        Returns:
            2 when a rule is broken, whatever is let pass, since what it would have found is not
            known; 1 when a rule at or above the severity has findings or did not run; else 0.
            Findings that were accepted do not count; where the run has a baseline, neither does
            what was there before.
        """
        refuse_unknown_fail_on(fail_on)
        if any(rule.status == "broken" for rule in self.rules):
            return 2
        standing = self.standing
        return int(
            any(standing.counts_against(rule, fail_on, allow_not_run) for rule in self.rules)
        )

    @cached_property
    def since(self) -> Comparison | None:
        """What became of the findings of the baseline, None where there is none."""
        from oncorules.validation.since_baseline import compare_with_baseline

        return compare_with_baseline(self)

    def by_status(self) -> dict[str, int]:
        """Return how many rules have each status."""
        counted = Counter(rule.status for rule in self.rules)
        return {status: counted[status] for status in STATUSES if counted[status]}

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as plain data."""
        return {
            "tables": [vars(table) | {"files": list(table.files)} for table in self.export.tables],
            "subjects": self.export.subjects,
            "notes": [{"place": note.place, "text": note.text} for note in self.export.notes],
            "rules": [rule.as_json() for rule in self.rules],
            "findings": [self.standing.as_json(finding) for finding in self.findings.rows()],
        }

    def rules_as_json(self) -> str:
        """Return the text of `rules.json`."""
        return json.dumps([rule.as_json() for rule in self.rules], indent=1) + "\n"

    def record(self) -> str:
        """Return the text of `run.json`: what the run was, for those that come after it."""
        return record_of(self)

    def write(self, folder: str | Path) -> list[Path]:
        """Write findings.parquet, findings.csv, rules.json and run.json into a folder.

        Raises:
            OutputError: a file cannot be written; none of the four is left half written.
        """
        from oncorules.validation.write import write_result

        return write_result(self, Path(folder))

    def close(self) -> None:
        """Free the engine and its temporary files."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __str__(self) -> str:
        """Return tables, rules by status, and findings by rule."""
        read = ", ".join(f"{table.name} {table.rows:,}" for table in self.export.tables)
        rules = ", ".join(f"{number} {status}" for status, number in self.by_status().items())
        return f"rows: {read}\nrules: {rules}\n{self.findings}"

    def _repr_html_(self) -> str:
        """Return the summary and the worst findings; every text is escaped."""
        rules = ", ".join(f"{number} {status}" for status, number in self.by_status().items())
        return f"<p>{escape(rules)}</p>{self.findings._repr_html_()}"


def validate(
    paths: Paths | Export,
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    study: str | Path | None = None,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    structure: Structure = "pandera",
    known: str | Path | None = None,
    baseline: str | Path | None = None,
    date: Date | None = None,
    memory: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ValidationResult:
    """Return the findings of an export and the status of every rule.

    Args:
        paths: an export, or a folder, zip, file or URL to read one from; several form one export.
        packs: ids of shipped packs, or paths of packs and rule files; those that are for
            the export (see `rules.guess`) when neither these nor a study are given.
        study: a study pack.
        rules: ids of the rules to run; all when empty.
        exclude: ids of rules to leave out.
        preset: named sets of parameter values.
        settings: parameter values by address, such as `{"LB-RANGE.highest": 500}`.
        structure: what holds the structure contract of each table: `pandera`, `sql` (the same
            inside the engine, for large exports) or `none`.
        known: the file of known findings; those it accepts do not make the run fail.
        baseline: the folder of an earlier run; only what is new against it makes the run fail.
        date: the day of the run, on which an acceptance may have expired; today when not given.
        memory: the most memory that rows may take, such as `2GB`.
        jobs: the number of threads.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: something named does not exist or has no effect, or the earlier run is of
            another study.
        RuleError: a rule file cannot be used.
        DataError: the export, the known findings or the earlier run cannot be read.
    """
    refuse_unknown_structure(structure)
    session = open_session(
        paths,
        packs,
        study=study,
        rules=rules,
        exclude=exclude,
        preset=preset,
        settings=settings,
        memory=memory,
        jobs=jobs,
    )
    asked = Asked(date or Date.today(), study is not None, tuple(rules), tuple(exclude), structure)
    try:
        return validate_session(session, asked, known, baseline, progress)
    except BaseException:
        session.close()
        raise


def validate_session(
    session: Session,
    asked: Asked,
    known: str | Path | None = None,
    baseline: str | Path | None = None,
    progress: Progress | None = None,
) -> ValidationResult:
    """Return the findings and statuses of an open session; for the arguments see `validate`."""
    from oncorules.validation.since_baseline import read_baseline
    from oncorules.validation.structure_findings import run_structure_checks

    before = read_baseline(baseline, session, asked) if baseline is not None else None
    first, parts = run_structure_checks(
        session, asked.structure, asked.rules, asked.exclude, progress
    )
    statuses, flagged = run_content(session.workspace, session.rules, progress)
    told = with_own_names([*parts, *content_findings(flagged)], session.tables)
    findings = Findings(session.engine, told)
    rules = (*first, *statuses)
    standing = stand(findings, rules, asked.date, known, before)
    return ValidationResult(_read(session), rules, findings, session, asked, standing)


def _read(session: Session) -> ExportRead:
    from oncorules.validation.subjects import count_subjects

    counts = count_subjects(session)
    tables = tuple(
        TableRead(name, tuple(table.files), table.rows, counts.get(name))
        for name, table in session.tables.items()
    )
    return ExportRead(tables, counts.get(""), session.tables.notes)
