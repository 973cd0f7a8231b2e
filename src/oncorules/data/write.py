"""Tables written as Parquet, CSV, XPT or Dataset-JSON: whole or not at all, always the same bytes.

| written as   | numbers                    | days, times           | truth values  |
|--------------|----------------------------|-----------------------|---------------|
| parquet      | as they are, decimals exact| as they are           | as they are   |
| csv          | plain, no zeros at the end | ISO 8601 text         | true, false   |
| xpt          | 64-bit floats              | ISO 8601 text         | Y, N          |
| dataset-json | decimals exact, as text    | ISO 8601 text         | true, false   |

Empty text is written as missing, as it is read. No file says when it was made, so equal tables
give equal bytes; where a format asks for a date it gets 1970-01-01.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from oncorules.data.whole_file import whole_file
from oncorules.errors import CallError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

WriteAs = Literal["parquet", "csv", "xpt", "dataset-json"]
SUFFIXES: dict[WriteAs, str] = {
    "parquet": ".parquet",
    "csv": ".csv",
    "xpt": ".xpt",
    "dataset-json": ".json",
}
_ROWS_AT_ONCE = 122_880
_BATCHES_AHEAD = 2


class Rows(Protocol):
    """Rows that come in batches, such as the result of an engine's query."""

    def schema(self) -> pa.Schema:
        """Return names and types of the columns."""

    def batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows, at most so many at once."""


def write_table(
    table: Rows | pa.Table,
    path: Path,
    as_: WriteAs = "parquet",
    *,
    name: str,
    label: str = "",
    labels: Mapping[str, str] | None = None,
    key: Collection[str] | None = None,
    guard_formulas: bool = False,
) -> None:
    """Write a table to one file, which appears once it is complete.

    Args:
        table: The rows in the order to write them.
        path: The file, in a folder that exists; `SUFFIXES` has the usual endings.
        as_: parquet, csv, xpt or dataset-json.
        name: The name of the table, in upper case; XPT and Dataset-JSON carry it.
        label: What the table holds; CSV has no place for it.
        labels: What the columns hold, by column name.
        key: In Parquet, the columns whose least and greatest values are noted for each group of
            rows, for readers that skip groups; by default all. To find them takes a quarter of the
            time of writing.
        guard_formulas: In CSV, put an apostrophe before text that a spreadsheet would run as a
            formula (see `data.write_csv`). The bytes are then no longer those of the data.

    Raises:
        CallError: `"sas" is not a way to write a table; ...`.
        OutputError: the disk is full or the folder missing; or the table does not fit the format:
            `ADLB.PARAMETER: the name has 9 characters, XPT allows 8; rename the column or write
            Parquet`.
    """
    from oncorules.data import write_csv, write_dataset_json, write_xpt

    rows = TableRows(table) if hasattr(table, "to_batches") else table
    given = dict(labels or {})
    writers: dict[str, Callable[[BinaryIO], None]] = {
        "parquet": lambda file: _write_parquet(rows, file, label, given, key),
        "csv": lambda file: write_csv.write(rows, file, guard_formulas=guard_formulas),
        "xpt": lambda file: write_xpt.write(rows, file, name=name, label=label, labels=given),
        "dataset-json": lambda file: write_dataset_json.write(
            rows, file, name=name, label=label, labels=given
        ),
    }
    if as_ not in writers:
        near = did_you_mean(as_, writers) or f"; there are {', '.join(writers)}"
        raise CallError(f'"{as_}" is not a way to write a table{near}')
    with whole_file(path) as file:
        writers[as_](file)


class TableRows:
    """An Arrow table as `Rows`."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def schema(self) -> pa.Schema:
        """Return names and types of the columns."""
        return self._table.schema

    def batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows, at most so many at once."""
        yield from self._table.to_batches(rows)


def _write_parquet(
    rows: Rows,
    file: BinaryIO,
    label: str,
    labels: Mapping[str, str],
    key: Collection[str] | None,
) -> None:
    """Write Parquet: zstd, one row group per batch, labels as metadata of table and columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [
        field.with_metadata({"label": labels[field.name]}) if field.name in labels else field
        for field in rows.schema().remove_metadata()
    ]
    schema = pa.schema(fields, {"label": label} if label else None)
    noted = True if key is None else [name for name in schema.names if name in key]
    # The next batches are worked out while one is written.
    with (
        pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            max_rows_per_page=_ROWS_AT_ONCE,
            write_statistics=noted,
        ) as writer,
        ThreadPoolExecutor(1) as writing,
    ):
        waiting: deque[Future[None]] = deque()
        for batch in rows.batches(_ROWS_AT_ONCE):
            labelled = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
            if len(waiting) == _BATCHES_AHEAD:
                waiting.popleft().result()
            waiting.append(writing.submit(writer.write_batch, labelled))
        while waiting:
            waiting.popleft().result()
