"""What became of the findings of a run since an earlier one, for the blocks of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from oncorules.report.change_data import before_of
from oncorules.report.change_lines import GONE, ChangeLine, ChangeLines
from oncorules.report.finding_lines import RuleLines
from oncorules.report.findings_controls import Offered
from oncorules.report.masked import Mask
from oncorules.report.page_columns import PageColumn, PageTable

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison


class BlockChanges:
    """What became of the findings of one rule, as columns of its block."""

    def __init__(
        self, lines: Mapping[str, ChangeLine], variables: Iterable[str], offered: Offered
    ) -> None:
        """Take the lines of the comparison, by identity, and the variables of the rule."""
        self._lines, self._offered = lines, offered
        self._change, self._reason = PageColumn(), PageColumn()
        self._before = {name: PageColumn() for name in variables}

    def extend(self, identities: Iterable[str]) -> None:
        """Add more findings of the rule."""
        lines = [self._lines[one] for one in identities]
        for line in lines:
            self._offered.add_change(line.change, line.why)
        self._change.extend([line.change for line in lines])
        self._reason.extend([line.why for line in lines])
        for name, column in self._before.items():
            column.extend([before_of(name, line) for line in lines])

    def places(self, table: PageTable) -> dict[str, object]:
        """Add the columns to those of the block, and return where they stand."""
        return {
            "change": table.add(self._change),
            "reason": table.add(self._reason),
            "before": [table.add(column) for column in self._before.values()],
        }


class RunChanges:
    """What became of the findings that a run has, rule by rule."""

    def __init__(self, comparison: Comparison, offered: Offered, mask: Mask | None = None) -> None:
        """Take a comparison.

        Args:
            comparison: the run beside an earlier one.
            offered: counts what can be chosen.
            mask: hides who the subjects are.
        """
        import polars as pl

        there = comparison.rows.filter(~pl.col("change").is_in(GONE))
        self._rows = there.partition_by(["rule_id", "table"], as_dict=True)
        self._lines, self._offered = ChangeLines(comparison, mask), offered

    def of(self, rule: RuleLines) -> BlockChanges:
        """Return what became of the findings of a rule."""
        rows = self._rows[rule.part.status.rule_id, rule.part.status.table]
        lines = {line.finding_id: line for line in self._lines.of(rows)}
        return BlockChanges(lines, rule.shown, self._offered)
