"""The rows of one part as a DuckDB relation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from ..errors import DataError
from .sources import ArrowRows, CsvFile, ParquetFile, Part

if TYPE_CHECKING:
    import duckdb

ROW_NUMBER = "#row"
_LEAST_ROWS = 100_000  # of a range; fewer are not worth a thread of their own
_MOST_PIECES = 8  # each has to step over what stands before its first row


def rows_relation(con: duckdb.DuckDBPyConnection, part: Part) -> duckdb.DuckDBPyRelation:
    """Return the rows of a part: its columns as named in the file, in file order.

    Where `part.source.has_row_numbers` (Parquet), the relation is lazy, scans the file in place
    and ends with a BIGINT column `#row`, the data row counted from 1. Otherwise (CSV, Arrow) the
    rows come in file order without it: create a table from the relation and use `rowid + 1`.

    By `RawColumn.kind`, types are: text VARCHAR; number DOUBLE, FLOAT or DECIMAL; integer any
    integer; date DATE; datetime TIMESTAMP of any precision, without time zone; boolean BOOLEAN.

    Use the relation inside `explained(part)`, so that a bad line or a damaged file becomes a
    `DataError`.
    """
    source = part.source
    if isinstance(source, ParquetFile):
        return _parquet_rows(con, source, part)
    if isinstance(source, CsvFile):
        from .delimited import read_csv_relation

        return read_csv_relation(con, source)
    return con.from_arrow(source.read())


@contextmanager
def explained(part: Part) -> Iterator[None]:
    """Turn what DuckDB says about a file that cannot be read into a `DataError` with its place.

    Raises:
        DataError: `lb.csv:17: 3 values where the header names 2 columns; ...`, or that the file
            is damaged or gone.
    """
    import duckdb

    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
        if isinstance(part.source, ArrowRows):
            if part.source.failures:
                raise part.source.failures.pop() from None
            raise
        if isinstance(part.source, CsvFile) and not isinstance(error, duckdb.IOException):
            from .csv_errors import explain_csv_error

            raise explain_csv_error(part.source, str(error)) from None
        if not part.source.path.exists():
            raise DataError(
                f"{part.file} is gone since it was first looked at; put it back and try again"
            ) from None
        if "No space left" in str(error) or isinstance(part.source, CsvFile):
            raise
        raise DataError(f"{part.file} is damaged and cannot be read; export it again") from None


def store_rows(con: duckdb.DuckDBPyConnection, part: Part, table: str) -> None:
    """Create a table in DuckDB from the rows of a part, in file order (`rowid + 1` = data row)."""
    with explained(part):
        rows_relation(con, part).create(table)


def _parquet_rows(
    con: duckdb.DuckDBPyConnection, source: ParquetFile, part: Part
) -> duckdb.DuckDBPyRelation:
    import glob

    import duckdb

    path = glob.escape(str(source.path))  # DuckDB reads *, ? and [ as wildcards
    with explained(part):
        scan = con.read_parquet(path, file_row_number=True, hive_partitioning=False)
    types = dict(zip(scan.columns, scan.types, strict=True))
    wanted: list[duckdb.Expression] = []
    for column in part.columns:
        expression = duckdb.ColumnExpression(column.name)
        if column.kind == "text" and str(types[column.name]) != "VARCHAR":
            expression = expression.cast("VARCHAR")
        wanted.append(expression.alias(column.name))
    number = duckdb.ColumnExpression("file_row_number") + duckdb.ConstantExpression(1)
    wanted.append(number.cast("BIGINT").alias(ROW_NUMBER))
    pieces = [scan.select(*wanted) for scan in _pieces(con, scan, source, part.rows or 0)]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole.union(piece)
    return whole


def _pieces(
    con: duckdb.DuckDBPyConnection, scan: duckdb.DuckDBPyRelation, source: ParquetFile, rows: int
) -> list[duckdb.DuckDBPyRelation]:
    """Cut a scan into ranges of rows, so that every thread has one.

    DuckDB gives a thread one row group or several, and many writers put a million rows into one:
    a range leaves the values of other rows unread, and its rows are worked on for themselves.
    """
    import duckdb

    threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    count = min(threads, rows // _LEAST_ROWS, _MOST_PIECES)
    if source.row_groups >= threads or count < 2:
        return [scan]
    number = duckdb.ColumnExpression("file_row_number")
    starts = [duckdb.ConstantExpression(rows * piece // count) for piece in range(1, count)]
    return [
        scan.filter(number < starts[0]),
        *(scan.filter((number >= start) & (number < end)) for start, end in pairwise(starts)),
        scan.filter(number >= starts[-1]),
    ]
