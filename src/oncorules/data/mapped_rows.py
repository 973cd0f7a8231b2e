"""The rows of a mapped part: read from the file, selected, and written under their new names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ..errors import DataError
from .relation import ROW_NUMBER, explained, rows_relation
from .sources import Part

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from .mapping import ColumnFrom, TableFrom

_ROWS_AT_ONCE = 50_000
DATE_PARTS = {"DD": r"(\d{1,2}|UK|UNK|NK)", "MM": r"(\d{1,2}|UK|UNK|NK)", "YYYY": r"(\d{4})"}
"""The parts of a date; a day or month that nobody knows is written UK, UNK or NK."""
_TIME = r"(?:[ T](\d{2}:\d{2}(?::\d{2})?))?"
_FORM = re.compile(r"(DD|MM|YYYY)([-/. ])(DD|MM|YYYY)\2(DD|MM|YYYY)")


def is_form_of_dates(text: str) -> bool:
    """Return whether a text says how dates are written.

    >>> is_form_of_dates("DD-MM-YYYY"), is_form_of_dates("DD-MM-YY")
    (True, False)
    """
    match = _FORM.fullmatch(text)
    return match is not None and len({match[1], match[3], match[4]}) == 3


def mapped_rows(
    part: Part, way: TableFrom, steps: tuple[int, int], failures: list[DataError]
) -> pa.RecordBatchReader:
    """Return the rows of a part as a study maps them, with the data row as the column `#row`.

    They are read while they are taken, so that a file may be larger than the memory.

    Args:
        part: the file.
        way: how it is mapped, columns as the file spells them.
        steps: in how many parts the table comes and which of them this is, so that `#row` as a
            value is another number in each.
        failures: gets the reason when the file cannot be read.
    """
    import pyarrow as pa

    with _caught(part, failures):
        con, rows = _mapped(part, way, steps)
        reader = rows.to_arrow_reader(_ROWS_AT_ONCE)

    def batches() -> Iterator[pa.RecordBatch]:
        with closing(con), _caught(part, failures):
            try:
                yield from reader
            except OSError as error:  # so Arrow tells what the engine said
                raise _as_told_by_engine(error) from None

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _as_told_by_engine(error: OSError) -> Exception:
    import duckdb

    text = str(error)
    is_io = not text.startswith(("Invalid Input Error", "Conversion Error"))
    return duckdb.IOException(text) if is_io else duckdb.InvalidInputException(text)


@contextmanager
def _caught(part: Part, failures: list[DataError]) -> Iterator[None]:
    """Keep the reason of a failure: who takes the batches gets it as a text of the engine."""
    try:
        with explained(part):
            yield
    except DataError as error:
        failures.append(error)
        raise


def _mapped(
    part: Part, way: TableFrom, steps: tuple[int, int]
) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation]:
    """Return the rows as a query of an engine of their own, and this engine."""
    import duckdb

    named = {column.name: f"c{number}" for number, column in enumerate(part.columns)}
    con = duckdb.connect(config={"threads": 1})
    rows = rows_relation(con, part)
    given = [duckdb.ColumnExpression(name).alias(short) for name, short in named.items()]
    if part.source.has_row_numbers:
        held = rows.select(*given, duckdb.ColumnExpression(ROW_NUMBER).alias("n"))
    else:  # counted in the order of the file, which the engine keeps
        held = rows.select(*given, duckdb.SQLExpression("row_number() OVER ()").alias("n"))
    for name, values in way.where.items():
        wanted = [duckdb.ConstantExpression(value) for value in values]
        held = held.filter(_text(named[name]).isin(*wanted))
    if way.filled:
        some = duckdb.ConstantExpression(False)
        for name in way.filled:
            some = some | (_text(named[name]) != duckdb.ConstantExpression(""))
        held = held.filter(some)
    made = [_value(one, named, steps).alias(name) for name, one in way.columns.items()]
    number = duckdb.ColumnExpression("n").cast("BIGINT")
    return con, held.select(*made, number.alias(ROW_NUMBER))


def _text(column: str) -> duckdb.Expression:
    """Return a column as text, empty where it has no value."""
    import duckdb

    text = duckdb.ColumnExpression(column).cast("VARCHAR")
    return duckdb.CoalesceOperator(text, duckdb.ConstantExpression(""))


def _value(one: ColumnFrom, named: dict[str, str], steps: tuple[int, int]) -> duckdb.Expression:
    import duckdb

    if not one.source:
        return duckdb.ConstantExpression(one.value).cast("VARCHAR")
    if one.source.startswith("#"):
        parts, place = map(duckdb.ConstantExpression, steps)
        one_less = duckdb.ColumnExpression("n") - duckdb.ConstantExpression(1)
        return (one_less * parts + place + duckdb.ConstantExpression(1)).cast("BIGINT")
    column = duckdb.ColumnExpression(named[one.source])
    if not one.codes and not one.date:
        return column
    text = column.cast("VARCHAR")
    return _coded(text, one.codes) if one.codes else _iso(text, one.date)


def _coded(text: duckdb.Expression, codes: Mapping[str, str]) -> duckdb.Expression:
    import duckdb

    found: duckdb.Expression = text
    for code, meaning in codes.items():
        same = text == duckdb.ConstantExpression(code)
        found = duckdb.CaseExpression(same, duckdb.ConstantExpression(meaning)).otherwise(found)
    return found


def _iso(text: duckdb.Expression, form: str) -> duckdb.Expression:
    """Return a date as ISO 8601, without what is not known; any other text as it is."""
    import duckdb

    def constant(value: str | int) -> duckdb.Expression:
        return duckdb.ConstantExpression(value)

    match = _FORM.fullmatch(form)
    assert match is not None
    order = (match[1], match[3], match[4])
    sign = re.escape(match[2])
    pattern = sign.join(DATE_PARTS[one] for one in order) + _TIME

    def group(number: int) -> duckdb.Expression:
        return duckdb.FunctionExpression(
            "regexp_extract", text, constant(pattern), constant(number)
        )

    def padded(name: str) -> duckdb.Expression:
        return duckdb.FunctionExpression(
            "lpad", group(order.index(name) + 1), constant(2), constant("0")
        )

    def joined(*parts: duckdb.Expression | str) -> duckdb.Expression:
        given = [constant(one) if isinstance(one, str) else one for one in parts]
        return duckdb.FunctionExpression("concat", *given)

    def is_number(name: str) -> duckdb.Expression:
        digits = constant("[0-9]+")
        return duckdb.FunctionExpression("regexp_full_match", group(order.index(name) + 1), digits)

    year, month, day, time = group(order.index("YYYY") + 1), padded("MM"), padded("DD"), group(4)
    has_time = time != constant("")
    whole = duckdb.CaseExpression(
        has_time, joined(year, "-", month, "-", day, "T", time)
    ).otherwise(joined(year, "-", month, "-", day))
    known = (
        duckdb.CaseExpression(is_number("MM") & is_number("DD"), whole)
        .when(is_number("MM"), joined(year, "-", month))
        .otherwise(year)
    )
    full = duckdb.FunctionExpression("regexp_full_match", text, constant(pattern))
    return duckdb.CaseExpression(full, known).otherwise(text)
