"""The page of two runs compared: a summary, and what became of each finding, to search."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.report.cell_text import spelled
from oncorules.report.change_data import ChangeBlocks
from oncorules.report.comparison_sheets import TITLE
from oncorules.report.comparison_tables import MEANING, comparison_tables, since_line
from oncorules.report.data_page import write_data_page
from oncorules.report.findings_controls import controls
from oncorules.report.findings_summary import drawn_tables
from oncorules.report.page import paragraph
from oncorules.report.page_index import PageIndex

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison


def write_comparison_page(comparison: Comparison, path: Path) -> None:
    """Write two runs compared as a page: the same runs give the same bytes.

    Args:
        comparison: two runs beside each other.
        path: the file; it is written beside its place and takes it when it is whole.

    Raises:
        OutputError: the file cannot be written.
    """
    index = PageIndex(comparison.before.date)
    blocks = ChangeBlocks(comparison, index)

    def body() -> Iterator[str]:
        yield f'<p class="origin">{escape(spelled(since_line(comparison)))}</p>'
        yield paragraph(MEANING)
        yield from drawn_tables(comparison_tables(comparison))
        yield from controls(blocks.offered, "Neither run has a finding.")

    write_data_page(path, TITLE, blocks.all(), index.as_json, body)
