"""An export held against its rules twice: by `validate`, and by great-expectations."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.data.private import PrivateFolder
from oncorules.data.whole_file import write_whole_files
from oncorules.errors import OutputError
from oncorules.rules.session import Paths, open_session
from oncorules.validation.expectations.library import great_expectations
from oncorules.validation.expectations.queries import CheckQueries, queries_of
from oncorules.validation.expectations.read_back import read_back
from oncorules.validation.expectations.run import DOCS, SuiteRun
from oncorules.validation.findings import Finding, Findings
from oncorules.validation.run import ValidationResult, validate_session
from oncorules.validation.run_record import Asked
from oncorules.validation.standing import stand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.rules.session import Session
    from oncorules.validation.findings import FindingRows
    from oncorules.validation.status import RuleStatus

Progress = Callable[[str, int, int], None]
SUITE, RESULT = "suite.json", "result.json"


@dataclass(frozen=True)
class RuleCompared:
    """A rule on a table on which the two do not agree.

    Attributes:
        ours: its status by `validate`.
        theirs: its status by great-expectations.
        same: the findings that both have, alike in every column.
    """

    ours: RuleStatus
    theirs: RuleStatus
    same: int


@dataclass(frozen=True)
class SecondOpinion:
    """Both answers; close it, or use it in a `with` block.

    Attributes:
        ours: the answer of `validate`.
        theirs: the answer of great-expectations, read back.
        same: how many findings are alike in every column.
        differing: the rules on which they do not agree.
        expectations: how many of the rules could be asked.
        seconds: how long each took, by what was done.
        written: what was written into the folder.
    """

    ours: ValidationResult
    theirs: ValidationResult
    same: int
    differing: tuple[RuleCompared, ...]
    expectations: int
    seconds: Mapping[str, float] = field(repr=False)
    written: tuple[Path, ...] = ()

    def exit_code(self, fail_on: str = "error", allow_not_run: bool = False) -> int:
        """Return that of great-expectations' answer, as `validate` has it; 2 when they differ."""
        code = self.theirs.exit_code(fail_on, allow_not_run)
        return 2 if self.differing else code

    def close(self) -> None:
        """Free the engine and its temporary files."""
        self.ours.close()

    def __enter__(self) -> SecondOpinion:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def run_expectations(
    study: str | Path,
    export: Paths,
    out: Path,
    *,
    packs: Sequence[str | Path | LoadedPack] = (),
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    preset: str | None = None,
    settings: Mapping[str, Any] | None = None,
    memory: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> SecondOpinion:
    """Return the findings of an export by `validate` and by great-expectations.

    Writes what `validate` writes, of the findings that were read back, and beside it `suite.json`,
    `result.json` and the Data Docs.

    Args:
        study: a study, or any other pack.
        export: what to read.
        out: the folder to write into.
        packs: more packs.
        rules: ids of the rules to run; all when empty.
        exclude: ids of rules to leave out.
        preset: named sets of parameter values.
        settings: parameter values by address.
        memory: the most memory that rows may take, such as `2GB`.
        jobs: the number of threads.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: great-expectations is not installed; something named does not exist.
        RuleError: a rule file cannot be used.
        DataError: the export cannot be read.
        OutputError: the folder cannot be written.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "import"), great_expectations():
        pass  # before the export is read, since it may not be there
    session = open_session(
        export,
        packs,
        study=study,
        rules=rules,
        exclude=exclude,
        preset=preset,
        settings=settings,
        memory=memory,
        jobs=jobs,
    )
    try:
        asked = Asked(Date.today(), True, tuple(rules), tuple(exclude))
        return _both(session, asked, out, seconds, progress)
    except BaseException:
        session.close()
        raise


def _both(
    session: Session,
    asked: Asked,
    out: Path,
    seconds: dict[str, float],
    progress: Progress | None,
) -> SecondOpinion:
    with _timed(seconds, "oncorules"):
        ours = validate_session(session, asked, progress=progress)
        found = _by_id(ours)
    name = session.packs[0].id
    with _timed(seconds, "queries"):
        checks = queries_of(session, asked.rules, asked.exclude)
    live = [one for one in checks if isinstance(one, CheckQueries)]
    if progress is not None:
        progress(f"great-expectations: {len(live)} expectations", 0, 2)
    with great_expectations() as gx:
        with _timed(seconds, "suite"):
            suite = SuiteRun(gx, session.engine, name, live)
        with _timed(seconds, "great-expectations"):
            told = suite.run()
        result = json.dumps(told, indent=1, ensure_ascii=False)
        statuses, parts = read_back(session.engine, checks, json.loads(result))
        findings = Findings(session.engine, _in_order_of(ours, parts))
        rules = tuple(statuses)
        standing = stand(findings, rules, asked.date, None, None)
        theirs = replace(ours, rules=rules, findings=findings, standing=standing)
        if progress is not None:
            progress("great-expectations: Data Docs", 1, 2)
        files = {
            SUITE: json.dumps(_without_ids(suite.suite.to_json_dict()), indent=1) + "\n",
            RESULT: result + "\n",
        }
        written = write_whole_files(out, {file: text.encode() for file, text in files.items()})
        with _timed(seconds, "Data Docs"):
            written.append(_write_docs(suite, out))
    written += theirs.write(out)
    same, differing = _compared(ours, theirs, found)
    if progress is not None:
        progress("great-expectations", 2, 2)
    return SecondOpinion(ours, theirs, same, differing, len(live), seconds, tuple(written))


@contextmanager
def _timed(seconds: dict[str, float], what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[what] = time.perf_counter() - start


def _in_order_of(ours: ValidationResult, parts: Sequence[FindingRows]) -> list[FindingRows]:
    """Return the findings of rules in the order in which `validate` lists them."""
    places = {
        (part.status.rule_id, part.status.table): place
        for place, part in enumerate(ours.findings.parts)
    }

    def place(part: FindingRows) -> int:
        return places.get((part.status.rule_id, part.status.table), len(places))

    return sorted(parts, key=place)


def _by_id(result: ValidationResult) -> dict[str, Finding]:
    return {finding.finding_id: finding for finding in result.findings.rows()}


def _compared(
    ours: ValidationResult, theirs: ValidationResult, found: Mapping[str, Finding]
) -> tuple[int, tuple[RuleCompared, ...]]:
    same: dict[tuple[str, str], int] = {}
    for finding in theirs.findings.rows():
        if found.get(finding.finding_id) == finding:
            place = (finding.rule_id, finding.table)
            same[place] = same.get(place, 0) + 1
    differing = []
    for mine, other in zip(ours.rules, theirs.rules, strict=True):
        alike = same.get((mine.rule_id, mine.table), 0)
        if mine != other or alike != mine.not_met:
            differing.append(RuleCompared(mine, other, alike))
    return sum(same.values()), tuple(differing)


def _without_ids(suite: dict[str, Any]) -> dict[str, Any]:
    """Return a suite without the numbers that are drawn anew for each one."""
    kept = {name: value for name, value in suite.items() if name != "id"}
    kept["expectations"] = [
        {name: value for name, value in one.items() if name != "id"}
        for one in suite["expectations"]
    ]
    return kept


def _write_docs(suite: SuiteRun, out: Path) -> Path:
    """Write the pages beside those of an earlier run, and put them in their place."""
    beside = PrivateFolder(out)
    try:
        suite.write_docs(beside.path / DOCS)
        if (out / DOCS).exists():
            shutil.rmtree(out / DOCS)
        os.replace(beside.path / DOCS, out / DOCS)
    except OSError as error:
        raise OutputError(
            f"the Data Docs cannot be written to {out} ({error.strerror}); free some space or "
            "choose another folder with --out"
        ) from error
    finally:
        beside.close()
    return out / DOCS / "index.html"
