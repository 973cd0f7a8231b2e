"""The rows of a mapped part: read from the file, selected, and written under their new names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .relation import ROW_NUMBER, explained, rows_relation
from .sources import Part

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from .mapping import ColumnFrom, TableFrom

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


def mapped_rows(part: Part, way: TableFrom, steps: tuple[int, int]) -> pa.Table:
    """Return the rows of a part as a study maps them, with the data row as the column `#row`.

    Args:
        part: the file.
        way: how it is mapped, columns as the file spells them.
        steps: in how many parts the table comes and which of them this is, so that `#row` as a
            value is another number in each.

    Raises:
        DataError: the file cannot be read.
    """
    import duckdb

    named = {column.name: f"c{number}" for number, column in enumerate(part.columns)}
    with duckdb.connect() as con, explained(part):
        rows = rows_relation(con, part)
        given = [duckdb.ColumnExpression(name).alias(short) for name, short in named.items()]
        if part.source.has_row_numbers:
            number = duckdb.ColumnExpression(ROW_NUMBER)
            rows.select(*given, number.alias("n")).create("held")
        else:  # the engine counts the rows it stores, in the order of the file
            rows.select(*given).create("raw")
            number = duckdb.ColumnExpression("rowid") + duckdb.ConstantExpression(1)
            con.table("raw").select(duckdb.StarExpression(), number.alias("n")).create("held")
        held = con.table("held").order("n")
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
        return held.select(*made, number.alias(ROW_NUMBER)).to_arrow_table()


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
