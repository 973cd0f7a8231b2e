"""Plants defects before an export is written, and writes the answer key beside its tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.data.answer_key import NAME
from oncorules.data.write import write_table
from oncorules.generators.defects.plan import Plan
from oncorules.generators.defects.plant import KindPlanted, plant_defects

if TYPE_CHECKING:
    import pyarrow as pa

TOLD = f"Known errors were planted into the tables; {NAME} lists them."


def with_defects(
    tables: Iterable[tuple[str, pa.Table]], plan: Plan, seed: int, folder: Path
) -> tuple[Iterable[tuple[str, pa.Table]], tuple[KindPlanted, ...]]:
    """Return the tables of an export with defects, and what was planted.

    Args:
        tables: names and tables.
        plan: which defects.
        seed: of where they go.
        folder: of the export; gets the answer key and a note of it.

    Raises:
        RuleError: the plan asks for more defects than there are rows.
        OutputError: the answer key cannot be written.
    """
    planted = plant_defects(dict(tables), plan, seed)
    write_table(planted.key, folder / NAME, "csv", name="ANSWER-KEY")
    return planted.tables.items(), planted.kinds
