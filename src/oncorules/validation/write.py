"""Writing the answer of a validation: findings.parquet, findings.csv and rules.json."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.errors import OutputError

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

FILES = ("findings.parquet", "findings.csv", "rules.json")


def write_result(result: ValidationResult, folder: Path) -> list[Path]:
    """Write the three files beside their names first and rename them at the end.

    Raises:
        OutputError: a file cannot be written; nothing half written is left.
    """
    with _translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        drafts = [folder / f".{name}.{os.getpid()}.part" for name in FILES]
        try:
            _write_findings(result, drafts[0], drafts[1])
            drafts[2].write_text(result.rules_as_json(), encoding="utf-8")
            final = [folder / name for name in FILES]
            for draft, path in zip(drafts, final, strict=True):
                draft.replace(path)
        finally:
            for draft in drafts:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
    return final


def _write_findings(result: ValidationResult, parquet: Path, csv: Path) -> None:
    """Write both forms in one pass over the findings, batch by batch."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pa_parquet

    schema = pa.schema(
        [(name, pa.int64() if name == "row" else pa.string()) for name in result.findings.columns]
    )
    with (
        pa_parquet.ParquetWriter(parquet, schema, compression="zstd") as columns,
        pa_csv.CSVWriter(csv, schema) as lines,
    ):
        for batch in result.findings.batches():
            plain = pa.RecordBatch.from_arrays(
                [array.cast(kind.type) for array, kind in zip(batch.columns, schema, strict=True)],
                schema=schema,
            )
            columns.write_batch(plain)
            lines.write_batch(plain)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"the findings cannot be written to {folder} ({reason}); nothing was left half "
            "written: free some space or choose another folder with --out"
        ) from None
