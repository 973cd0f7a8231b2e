"""A study run on an export, and tables made by hand, for what is written of them."""

from __future__ import annotations

from pathlib import Path

from oncorules.analysis.agreement.run_study import StudyRun, run_study
from oncorules.analysis.tables.lay_out import LaidCell, LaidRow, LaidTable

from ..analysis.agreement.drawn_study import PACK, PLAN, SUBJECTS, write_export, write_study

HOSTILE = ('<script>alert("1")</script>', "=1+1", "+1+cmd", "@SUM(A1)", "-1+1", "http://a.b/c")


def run_small(
    folder: Path, plan: str = PLAN, subjects: str = SUBJECTS, pack: str = PACK
) -> StudyRun:
    """Return the small study, run on its export."""
    return run_study(str(write_study(folder, plan, pack)), write_export(folder, subjects))


def table(*labels: str, name: str = "table-1") -> LaidTable:
    """Return a table of which everything is a label, with a heading above its rows."""
    rows = [LaidRow(label, (LaidCell(label, "12", label), LaidCell("", ""))) for label in labels]
    return LaidTable(
        name, f"Table 1. {labels[0]}", (labels[0], "Control"),
        (LaidRow(labels[0], heading=True), *rows), (f"Method: {labels[0]}.",),
    )  # fmt: skip
