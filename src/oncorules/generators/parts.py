"""Writes a large cohort as Parquet in parts: a folder per table, in bounded memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.data.whole_file import whole_file
from oncorules.generators.blocks import BLOCK, Sampler
from oncorules.generators.sdtm_columns import label_of

if TYPE_CHECKING:
    import pyarrow as pa

BLOCKS = 8
"""Blocks of a part, each a group of rows."""
Counts = dict[str, tuple[str, int]]
"""By table, its file or folder and its rows."""


def write_parts(draws: Sampler, folder: Path, subjects: int, *, visits: bool = True) -> Counts:
    """Write the tables of a cohort, two parts at once, and return what was written.

    Args:
        draws: the subjects.
        folder: where each table gets a folder of its own, such as `lb.parquet`.
        subjects: how many.
        visits: write the tables of a trial; else what each subject was assigned.
    """
    counts: Counts = {}
    part_size = BLOCK * BLOCKS
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        parts = range(-(-subjects // part_size))
        for rows in pool.map(
            lambda part: _write_part(draws, folder, subjects, part, visits), parts
        ):
            for table, count in rows.items():
                file, before = counts.get(table, (f"{table.lower()}.parquet", 0))
                counts[table] = (file, before + count)
    return counts


def _write_part(
    draws: Sampler, folder: Path, subjects: int, part: int, visits: bool
) -> dict[str, int]:
    """Write one part of each table and return how many rows each got."""
    rows: dict[str, int] = {}
    writers: dict[str, Any] = {}
    with ExitStack() as stack:
        for block in range(part * BLOCKS, (part + 1) * BLOCKS):
            count = min(BLOCK, subjects - block * BLOCK)
            if count <= 0:
                break
            tables = draws.tables(block, count) if visits else draws.assigned(block, count)
            for name, table in tables:
                labelled = table.replace_schema_metadata({"label": label_of(name)})
                if name not in writers:
                    path = folder / f"{name.lower()}.parquet" / f"part-{part:05}.parquet"
                    path.parent.mkdir(exist_ok=True)
                    file = stack.enter_context(whole_file(path))
                    writers[name] = stack.enter_context(_writer(file, labelled))
                writers[name].write_table(labelled, row_group_size=table.num_rows or 1)
                rows[name] = rows.get(name, 0) + table.num_rows
    return rows


def _writer(file: object, table: pa.Table) -> Any:
    """Return what writes the groups of rows of one part."""
    import pyarrow.parquet as pq

    return pq.ParquetWriter(file, table.schema, compression="zstd", write_statistics=False)
