"""What became of the findings of an earlier run in one that is not written to a folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.validation.compare import compare_runs, refuse_other_study
from oncorules.validation.comparison import Comparison
from oncorules.validation.run_folder import Run, RunFolder, read_run, remembered
from oncorules.validation.run_record import STUDY, Asked
from oncorules.validation.subjects import list_values

if TYPE_CHECKING:
    import polars as pl

    from oncorules.rules.session import Session
    from oncorules.validation.run import ValidationResult

NAME = "this run"


def read_baseline(path: str | Path, session: Session, asked: Asked) -> RunFolder:
    """Return the earlier run that a session is to be held against, before anything else is done.

    Args:
        path: its folder.
        session: the run that is to come.
        asked: what it was asked for.

    Raises:
        DataError: the folder is not that of a whole run.
        CallError: `week1 is a run of the study S1, and this run of S2; compare two runs of one
            study`.
    """
    before = read_run(path)
    study = session.packs[0].id if asked.study else None
    refuse_other_study(before, NAME, list_values(session, STUDY), study)
    return before


def compare_with_baseline(result: ValidationResult) -> Comparison | None:
    """Return what became of the findings of the baseline; None where there is none."""
    before = result.standing.before
    return None if before is None else compare_runs(before, run_of(result))


def run_of(result: ValidationResult) -> Run:
    """Return a run as it would be remembered, had it been written to a folder."""

    @cache
    def rows() -> pl.LazyFrame:
        import polars as pl
        import pyarrow as pa

        from oncorules.validation.write import batches_of, schema_of

        table = pa.Table.from_batches(batches_of(result), schema_of(result))
        return pl.DataFrame(table).lazy()

    record, rules = json.loads(result.record()), json.loads(result.rules_as_json())
    return Run(name=NAME, rows=rows, **remembered(record, rules))
