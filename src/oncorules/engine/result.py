"""The rows that a query yields, and what DuckDB's failures mean to the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.errors import CallError, DataError, OutputError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from oncorules.engine.duckdb import Engine


class Result:
    """The rows of one query, computed anew at each call; of a statement, no rows."""

    def __init__(self, engine: Engine, rows: duckdb.DuckDBPyRelation | None) -> None:
        self._engine, self._rows = engine, rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""
        if self._rows is None:
            return []
        with self._engine.guard():
            return self._rows.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the first row, None if there is none."""
        rows = self.fetchall()
        return rows[0] if rows else None

    def arrow(self) -> pa.Table:
        """Return all rows as an Arrow table."""
        with self._engine.guard():
            return self._query().to_arrow_table()

    def batches(self, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield record batches, for results that need not fit into memory.

        Args:
            rows: The greatest number of rows of a batch.
        """
        with self._engine.guard():
            reader = self._query().to_arrow_reader(rows)
            try:
                yield from reader
            finally:  # an open reader would block the connection
                reader.close()

    def schema(self) -> pa.Schema:
        """Return names and types of the columns as Arrow will have them."""
        with self._engine.guard():
            return self._query().limit(0).to_arrow_table().schema

    def _query(self) -> duckdb.DuckDBPyRelation:
        if self._rows is None:
            raise CallError("a statement has no rows")
        return self._rows


@contextmanager
def explained_failures(folder: Path) -> Iterator[None]:
    """Turn what DuckDB raises inside the block into a sentence for the user.

    Args:
        folder: Where the temporary folder lies, to be named when the disk is full.

    Raises:
        DataError: too little memory; a file of the export has changed or gone.
        OutputError: the disk is full.
        KeyboardInterrupt: Ctrl-C stopped the query.
    """
    import duckdb

    disk_full = OutputError(
        f"the disk is full: rows that do not fit into memory go to {folder}; free some space, set"
        " TMPDIR to a folder on another disk, or allow more memory with --memory"
    )
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" in str(error):
            raise disk_full from None
        raise DataError(
            "the rows need more memory than the engine may take; give it more with --memory"
            " (such as --memory 4GB) or let fewer threads share it with --jobs 1"
        ) from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.PermissionException:
        # The path of a file that is gone is taken for a folder, which the engine may not read.
        raise DataError(
            "a file of the export is gone since it was loaded; put it back and try again"
        ) from None
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        if "No space left" in str(error):
            raise disk_full from None
        reason = str(error).splitlines()[0]
        raise DataError(
            f"a file of the export can no longer be read ({reason}); check that it is complete"
            " and try again"
        ) from None
    except RuntimeError as error:
        # DuckDB looks for Ctrl-C itself and says so with a plain RuntimeError.
        if "interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from None
