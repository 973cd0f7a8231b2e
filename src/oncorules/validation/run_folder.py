"""What is remembered of a run, and the folder that `validate --out` wrote, read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.errors import DataError
from oncorules.validation.run_record import FORMAT

if TYPE_CHECKING:
    import polars as pl

FINDINGS, RULES, RECORD = "findings.parquet", "rules.json", "run.json"
_AGAIN = "write it again with oncorules validate ... --out"


@dataclass(frozen=True)
class RunRule:
    """One rule on one table, as a run remembers it.

    Attributes:
        title: the rule in one line.
        source: document and section.
        digest: changes when the rule can find other rows.
        reading: changes when the study reads what the rule sees in another way from a site's own
            files; empty when it does not read it from such.
        reads: the tables of the export that it reads, with the columns of each.
        status: what became of it.
        reason: why it did not run.
        not_met: its findings.
        not_evaluable: the rows that it could not decide.
    """

    title: str
    source: str
    digest: str
    reading: str
    reads: Mapping[str, tuple[str, ...]]
    status: str
    reason: str
    not_met: int
    not_evaluable: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is remembered of a run; the findings stay where they are until they are asked for.

    Attributes:
        name: what the run is called beside another one.
        date: the day of the run.
        study: the id of the study pack, if there was one.
        studies: the values of STUDYID in its export.
        packs: the version of each pack by its id, the study included.
        asked: `rules`, `exclude` and `structure` as they were asked for.
        tables: the tables of its export, with the columns of each.
        subjects: the subjects of its export.
        sites: the site of each subject of which it is known.
        rules: its rules, by id and table.
        rows: makes the findings, with the columns of `findings.parquet`.
        findings: the number of findings.
    """

    name: str
    date: date
    study: str | None
    studies: frozenset[str]
    packs: Mapping[str, str]
    asked: Mapping[str, Any] = field(repr=False)
    tables: Mapping[str, frozenset[str]] = field(repr=False)
    subjects: tuple[str, ...] = field(repr=False)
    sites: Mapping[str, str] = field(repr=False)
    rules: Mapping[tuple[str, str], RunRule] = field(repr=False)
    rows: Callable[[], pl.LazyFrame] = field(repr=False, compare=False)
    findings: int = 0

    def scan(self) -> pl.LazyFrame:
        """Return the findings, with the columns of `findings.parquet`."""
        return self.rows()


@dataclass(frozen=True, kw_only=True)
class RunFolder(Run):
    """A run that lies on the disk.

    Attributes:
        path: the folder.
    """

    path: Path


def read_run(path: str | Path) -> RunFolder:
    """Return a run that `validate --out` wrote.

    Raises:
        DataError: `week1 is not the folder of a run: it has no run.json ...`; a file of it is
            missing, cannot be read, or belongs to another run.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; name one that oncorules validate wrote with --out")
    missing = [name for name in (FINDINGS, RULES, RECORD) if not (folder / name).is_file()]
    if len(missing) == 3:
        raise DataError(
            f"{folder} is not the folder of a run: it has no {RECORD}; "
            "name one that oncorules validate wrote with --out"
        )
    if missing:
        raise DataError(
            f"the run in {folder} is not whole: {' and '.join(missing)} is missing; {_AGAIN}"
        )
    record, rules = _json(folder / RECORD), _json(folder / RULES)
    if isinstance(record, dict) and record.get("format", FORMAT) != FORMAT:
        raise DataError(
            f"{folder / RECORD} has format {record['format']}, and this oncorules reads {FORMAT}; "
            "use the version that wrote it, or validate again"
        )
    try:
        run = RunFolder(
            path=folder, name=str(folder), rows=_scanned(folder), **remembered(record, rules)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"{folder / RECORD} is not what a run writes ({error!r}); {_AGAIN}"
        ) from None
    _check_findings(run)
    return run


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); {_AGAIN}") from None
    except ValueError:
        raise DataError(f"{path} is cut off or damaged; {_AGAIN}") from None


def _scanned(folder: Path) -> Callable[[], pl.LazyFrame]:
    def scan() -> pl.LazyFrame:
        import polars as pl

        return pl.scan_parquet(folder / FINDINGS, glob=False)

    return scan


def remembered(record: Any, rules: Any) -> dict[str, Any]:
    """Return the attributes of a run that its `run.json` and `rules.json` tell, by name.

    Args:
        record: what `run.json` holds.
        rules: what `rules.json` holds.
    """
    statuses = {(one["rule_id"], one["table"]): one for one in rules}
    study = record["study"]
    return {
        "date": date.fromisoformat(record["date"]),
        "study": study["id"] if study else None,
        "studies": frozenset(record["studies"]),
        "packs": {
            one["id"]: one["version"] for one in [*([study] if study else []), *record["packs"]]
        },
        "asked": record["asked"],
        "tables": {one["table"]: frozenset(one["columns"]) for one in record["tables"]},
        "subjects": tuple(record["subjects"]),
        "sites": {subject: one["site"] for one in record["sites"] for subject in one["subjects"]},
        "rules": {
            (one["rule_id"], one["table"]): _rule(one, statuses[one["rule_id"], one["table"]])
            for one in record["rules"]
        },
        "findings": int(record["findings"]),
    }


def _rule(one: Any, status: Any) -> RunRule:
    reads = {table: tuple(columns) for table, columns in one["reads"].items()}
    return RunRule(
        status["title"],
        status["source"],
        one["digest"],
        one.get("reading", ""),
        reads,
        status["status"],
        status["reason"],
        int(status["not_met"]),
        int(status["not_evaluable"]),
    )


def _check_findings(run: RunFolder) -> None:
    """Refuse findings that cannot be read, or that are not those of the record beside them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = run.path / FINDINGS
    try:
        with pq.ParquetFile(path) as file:
            rows, columns = file.metadata.num_rows, set(file.schema_arrow.names)
    except (OSError, pa.ArrowInvalid):
        raise DataError(f"{path} is cut off or damaged; {_AGAIN}") from None
    told = sum(rule.not_met for rule in run.rules.values())
    if not rows == run.findings == told or "finding_id" not in columns:
        raise DataError(
            f"the files of {run.path} are not of one run: {FINDINGS} has {rows} findings, "
            f"{RECORD} {run.findings} and {RULES} {told}; {_AGAIN}"
        )
