"""Writing the answer of a validation: findings.parquet, findings.csv, rules.json and run.json.

People open `findings.csv` in a spreadsheet program, and its texts come out of an export that
strangers may have filled: what such a program would run as a formula gets an apostrophe in front
(see `data.write_csv`). `findings.parquet` beside it has every text exactly as it is.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.data.whole_file import whole_file
from oncorules.errors import OutputError
from oncorules.validation.standing import STANDING_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.validation.run import ValidationResult

FILES = ("findings.parquet", "findings.csv", "rules.json", "run.json")
_BATCHES_WAITING = 3


def write_result(result: ValidationResult, folder: Path) -> list[Path]:
    """Write the four files; they appear together, once all of them are whole and on the disk.

    The same findings and the same day give the same bytes.

    Raises:
        OutputError: `the findings cannot be written to out (No space left on device); ...`;
            nothing half written is left, and what an earlier run wrote stays.
    """
    paths = [folder / name for name in FILES]
    with _translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        parquet, csv, rules, record = files = [
            stack.enter_context(whole_file(path)) for path in paths
        ]
        with _translated(folder):
            _write_findings(result, parquet, csv)
            rules.write(result.rules_as_json().encode())
            record.write(result.record().encode())
            for file in files:  # a disk that is full may say so only now
                file.flush()
                os.fsync(file.fileno())
    return paths


def _write_findings(result: ValidationResult, parquet: Any, csv: Any) -> None:
    """Write both forms in one pass over the findings."""
    import pyarrow.parquet as pq

    from oncorules.data import write_csv

    rows = _Rows(result)
    schema = schema_of(result)
    with (
        pq.ParquetWriter(parquet, schema, compression="zstd") as writer,
        ThreadPoolExecutor(1) as beside,
    ):
        waiting: deque[Future[None]] = deque()

        def also(batch: pa.RecordBatch) -> None:
            """Let the other processor write Parquet while this one writes CSV."""
            waiting.append(beside.submit(writer.write_batch, batch))
            if len(waiting) > _BATCHES_WAITING:
                waiting.popleft().result()

        rows.also = also
        write_csv.write(rows, csv, guard_formulas=True)
        for written in waiting:
            written.result()


def schema_of(result: ValidationResult) -> pa.Schema:
    """Return the columns of `findings.parquet`."""
    import pyarrow as pa

    return pa.schema(
        [
            (name, pa.int64() if name == "row" else pa.string())
            for name in (*result.findings.columns, *STANDING_COLUMNS)
        ]
    )


def batches_of(result: ValidationResult) -> Iterator[pa.RecordBatch]:
    """Go through the findings of a run, with what is known of each."""
    import pyarrow as pa

    schema = schema_of(result)
    for batch in result.findings.batches():
        columns = [*batch.columns, *result.standing.columns_of(batch["finding_id"])]
        yield pa.RecordBatch.from_arrays(columns, schema.names).cast(schema)


class _Rows:
    """The findings as rows to write; each batch also goes to a second writer."""

    def __init__(self, result: ValidationResult) -> None:
        self._result = result
        self.also: Any = None

    def schema(self) -> pa.Schema:
        return schema_of(self._result)

    def batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        for batch in self._even(rows):
            self.also(batch)
            yield batch

    def _even(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield batches of just so many rows; the engine's own depend on its threads."""
        import pyarrow as pa

        schema, waiting, count = self.schema(), list[Any](), 0
        for batch in batches_of(self._result):
            waiting.append(batch)
            count += len(batch)
            if count >= rows:
                whole = pa.Table.from_batches(waiting, schema)
                full = count - count % rows
                yield from whole.slice(0, full).combine_chunks().to_batches(rows)
                waiting, count = whole.slice(full).to_batches(), count - full
        if count:
            yield from pa.Table.from_batches(waiting, schema).combine_chunks().to_batches()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise OutputError(f"{folder} is no folder; choose another one with --out") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"the findings cannot be written to {folder} ({reason}); nothing was left half "
            "written: free some space or choose another folder with --out"
        ) from None
