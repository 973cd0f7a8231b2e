"""The analysis of each cell of a printed table, from what its column, block and row say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oncorules.analysis.plan.model import (
    Analysis,
    Count,
    LogRank,
    Part,
    PlannedBlock,
    PlannedTable,
    Spread,
    Survival,
)
from oncorules.analysis.plan.rows import Rows
from oncorules.analysis.published.model import Block, Column, PrintedTable

COUNTS = ("n", "n (%)", "size")
DESCRIPTIONS = ("median (range)", "median (Q1-Q3)")


def cell_analyses(table: PrintedTable, planned: PlannedTable) -> Iterator[tuple[str, Analysis]]:
    """Yield the name and the analysis of each cell of a table; a name is `table-1.sex.male.i`.

    A cell without a table of its own has no analysis; that of a p value by Fisher's test follows
    from the counts beside it.

    Args:
        table: as printed, which says what kind of number a cell holds.
        planned: whom a column is about, what a block and a row select.
    """
    for name, block in table.blocks.items():
        plan = planned.blocks.get(name)
        for row in [cells[0] for cells in block.rows] if plan is not None else []:
            for column in table.columns:
                found = _analysis(table, planned, name, row, column)
                if found is not None:
                    yield f"table-{table.table}.{name}.{row}.{column}", found


def _analysis(
    table: PrintedTable, planned: PlannedTable, name: str, row: str, column: str
) -> Analysis | None:
    block, printed, plan = table.blocks[name], table.columns[column], planned.blocks[name]
    test = block.test or printed.test
    if (printed.test or block.cells == "p") and test == "log-rank":
        return _log_rank(planned, plan, row, printed)
    pattern = _pattern(block, printed)
    if pattern is None or printed.test is not None or row not in plan.rows:
        return None
    counted = pattern in COUNTS
    said = _merged(planned, plan, row, column, counted=counted)
    if "of" not in said:
        return None
    rows = {"of": said["of"], "where": said["where"]}
    if pattern == "size":
        return Analysis(count=Count(**rows))
    if counted:
        return Analysis(count=Count(**rows, having=said["having"], **_only(said, "unknown")))
    if pattern == "median (95% CI)":
        parts = _only(said, "interval", "reverse")
        return Analysis(survival=Survival(**rows, **parts)) if "interval" in parts else None
    parts = _only(said, "column", "quartiles")
    described = pattern in DESCRIPTIONS and "column" in parts
    return Analysis(spread=Spread(**rows, **parts)) if described else None


def _pattern(block: Block, column: Column) -> str | None:
    return column.cells or block.cells


def _log_rank(
    planned: PlannedTable, plan: PlannedBlock, row: str, printed: Column
) -> Analysis | None:
    if printed.compares is None or row not in plan.rows:
        return None
    between = {}
    for column in printed.compares:
        said = _merged(planned, plan, row, column, counted=False)
        if "of" not in said:
            return None
        between[column] = Rows(of=said["of"], where=said["where"])
    return Analysis(log_rank=LogRank(between=between))


def _merged(
    planned: PlannedTable, plan: PlannedBlock, row: str, column: str, *, counted: bool
) -> dict[str, Any]:
    """Return what table, column, block and row say together; the later one wins.

    The values of a row's column are counted in a cell of counts, and are the group elsewhere.
    """
    own = plan.rows.get(row)
    parts = [planned, planned.columns.get(column, Part()), plan]
    if isinstance(own, Part):
        parts.append(own)
    elif own is not None and plan.by is not None:
        values = {plan.by: own}
        parts.append(Part(having=values) if counted else Part(where=values))
    said: dict[str, Any] = {"where": {}, "having": {}}
    for part in parts:
        said["where"] |= part.where
        said["having"] |= part.having
        for key in ("of", "column", "unknown", "quartiles", "interval", "reverse"):
            if getattr(part, key) is not None:
                said[key] = getattr(part, key)
    if not counted:
        said["where"] |= said["having"]
    return said


def _only(said: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: said[key] for key in keys if key in said}
