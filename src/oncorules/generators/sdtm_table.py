"""Columns of a table of SDTM, from arrays to Arrow: sorted by subject and day, and numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, Rows
from oncorules.generators.sdtm_columns import COLUMNS, NUMBERS

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Days:
    """Days from 1970 on, written as ISO 8601; missing where `known` is false."""

    days: Rows
    known: Rows | None = None


@dataclass(frozen=True)
class Figures:
    """Numbers in steps of their last decimal, as text or as numbers; missing where negative."""

    steps: Rows
    decimals: Rows | int = 0
    text: bool = False


Column = Coded | Days | Figures | Rows
"""A column: in codes, days, figures or whole numbers."""
Cells = Column | str
"""A column, or one word in all rows."""


def sdtm_table(
    name: str, study: str, ids: Coded, subject: Rows, order: Rows, columns: Mapping[str, Cells]
) -> pa.Table:
    """Return a table of SDTM.

    Args:
        name: of the table, such as LB.
        study: the identifier of the study.
        ids: the unique identifier of each subject.
        subject: the row of each row's subject.
        order: by what the rows of a subject follow one another.
        columns: by name; a column of the table that is not given is missing.
    """
    import pyarrow as pa

    sorted_ = np.lexsort((order, subject))
    subject = subject[sorted_]
    found: dict[str, pa.Array] = {
        "STUDYID": Coded.same(study, subject.size).arrow(),
        "DOMAIN": Coded.same(name, subject.size).arrow(),
        "USUBJID": ids[subject].arrow(),
    }
    if name != "DM":
        first = np.searchsorted(subject, np.arange(subject.max(initial=0) + 1))
        found[f"{name}SEQ"] = pa.array(np.arange(1, subject.size + 1) - first[subject])
    for column in COLUMNS[name]:
        cells = columns.get(column)
        if cells is None:
            found[column] = pa.nulls(
                subject.size, pa.float64() if column in NUMBERS else pa.string()
            )
        elif isinstance(cells, str):
            found[column] = Coded.same(cells, subject.size).arrow()
        else:
            found[column] = arrow_of(cells, sorted_)
    return pa.table(found)


def arrow_of(cells: Column, rows: Rows | slice) -> pa.Array:
    """Return some rows of a column."""
    import pyarrow as pa

    if isinstance(cells, Coded):
        return cells[rows].arrow()
    if isinstance(cells, Days):
        known = None if cells.known is None else cells.known[rows]
        return _days(cells.days[rows], known)
    if isinstance(cells, Figures):
        decimals = cells.decimals
        if not isinstance(decimals, int):
            decimals = decimals[rows]
        return _figures(cells.steps[rows], decimals, text=cells.text)
    return pa.array(cells[rows], from_pandas=True)  # what is no number is missing


FIRST_DAY, LAST_DAY = -25_567, 47_481
"""1900-01-01 and 2099-12-31, in days from 1970 on."""


@cache
def _calendar() -> pa.Array:
    """Return every day as text, once."""
    import pyarrow as pa

    days = np.arange(FIRST_DAY, LAST_DAY + 1).astype("datetime64[D]")
    return pa.array(np.datetime_as_string(days).tolist(), pa.string())


def _days(days: Rows, known: Rows | None) -> pa.Array:
    """Return days as text: each day is written once."""
    import pyarrow as pa

    known = np.ones(days.size, bool) if known is None else known
    there = days[known]
    first, last = (int(there.min()), int(there.max())) if there.size else (0, 0)
    codes = pa.array((days - first).astype(np.int32), mask=~known)
    words = _calendar().slice(first - FIRST_DAY, last - first + 1)
    return pa.DictionaryArray.from_arrays(codes, words)


def _figures(steps: Rows, decimals: Rows | int, *, text: bool) -> pa.Array:
    import pyarrow as pa

    missing = steps < 0
    if not text:
        whole = isinstance(decimals, int) and decimals == 0
        numbers = steps if whole else steps / np.power(10.0, decimals)
        return pa.array(numbers, mask=missing)
    keys = steps * 10 + decimals
    encoded = pa.array(keys, mask=missing).dictionary_encode()
    words = [
        f"{key // 10 / 10 ** (key % 10):.{key % 10}f}" for key in encoded.dictionary.to_pylist()
    ]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(words, pa.string()))


def plain(table: pa.Table) -> pa.Table:
    """Return a table whose text is written out in each row, as every format takes it."""
    import pyarrow as pa

    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, table.column_names)
