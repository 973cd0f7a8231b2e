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
from oncorules.report.findings_controls import Offered, controls
from oncorules.report.findings_summary import drawn_tables
from oncorules.report.page import heading, paragraph
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
    offered = Offered()
    blocks = ChangeBlocks(comparison, index, offered)

    def body() -> Iterator[str]:
        yield f'<p class="origin">{escape(spelled(since_line(comparison)))}</p>'
        yield paragraph(MEANING)
        yield from drawn_tables(comparison_tables(comparison))
        yield from controls(offered, "Neither run has a finding.")

    write_data_page(path, TITLE, blocks.all(), index.as_json, body)


def since_section(comparison: Comparison) -> Iterator[str]:
    """Go through the HTML that tells on the page of a run what became of those of its baseline."""
    yield heading(spelled(since_line(comparison)))
    yield paragraph(f"{MEANING} What is gone is listed below when Change or Reason asks for it.")
    yield from drawn_tables(comparison_tables(comparison))
