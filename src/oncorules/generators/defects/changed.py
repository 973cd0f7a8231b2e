"""A table with changed cells, copied and missing rows; a text makes a column of numbers a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from oncorules.data.write_values import as_text

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.generators.defects.sheets import Cell


def changed_table(
    table: pa.Table,
    copied: Sequence[int],
    gone: Collection[int],
    cells: Mapping[str, Mapping[int, Cell]],
) -> pa.Table:
    """Return a table with changes.

    Args:
        table: as it was.
        copied: rows that stand twice; a copy follows its row.
        gone: rows that are left out.
        cells: new values by column and row; the n-th copy is the n-th row after the last one.
    """
    if not (copied or gone or cells):
        return table
    rows = np.concatenate([np.arange(table.num_rows), np.array(copied, np.int64)])
    table = table.take(rows)
    for name, values in cells.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, _changed(table.column(name), values))
    kept = np.array([row for row in range(len(rows)) if row not in gone], np.int64)
    return table.take(kept[np.argsort(rows[kept], kind="stable")])


def _changed(column: pa.ChunkedArray, values: Mapping[int, Cell]) -> pa.Array:
    import pyarrow as pa

    of = pa.types
    whole = column.combine_chunks()
    numbers = of.is_integer(whole.type) or of.is_floating(whole.type)
    if not numbers or any(isinstance(value, str) for value in values.values()):
        listed = as_text(whole).to_pylist()
        for row, value in values.items():
            listed[row] = None if value is None else str(value)
        return pa.array(listed, pa.string())
    listed = whole.to_pylist()
    for row, value in values.items():
        listed[row] = value
    if any(isinstance(value, float) for value in values.values()):
        return pa.array([None if one is None else float(one) for one in listed], pa.float64())
    return pa.array(listed, whole.type)
