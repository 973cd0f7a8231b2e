"""The findings of two runs as data of a page: a block for each rule and what became of them.

Blocks have the form of those of one run (see `findings_data`), with what became of a finding, the
reason, and its values before where they were others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from oncorules.report.change_lines import GONE, ChangeLine, ChangeLines
from oncorules.report.findings_controls import Offered
from oncorules.report.masked import Mask
from oncorules.report.page_columns import PageCell, PageColumn, PageTable, page_json
from oncorules.report.page_index import PageIndex
from oncorules.validation.known import Known

if TYPE_CHECKING:
    import polars as pl

    from oncorules.validation.comparison import Comparison
    from oncorules.validation.known import State

NOT_HAD = 0
"""Stands for a value that a run does not have, or that the earlier run had just so."""
_CHUNK = 10_000  # lines in memory at a time
_PLAIN = ("subject", "visit", "file", "row", "known", "message", "change", "reason")
_BLOCK = ["change", "severity", "rule_id", "table"]


class ChangeBlocks:
    """The blocks of a comparison, which go into the index of a page."""

    def __init__(
        self,
        comparison: Comparison,
        index: PageIndex,
        offered: Offered,
        mask: Mask | None = None,
    ) -> None:
        """Take a comparison.

        Args:
            comparison: two runs beside each other.
            index: takes what blocks share.
            offered: counts what can be chosen.
            mask: hides who the subjects are.
        """
        self._rules = {**comparison.before.rules, **comparison.after.rules}
        self._rows = comparison.rows
        self._lines = ChangeLines(comparison, mask)
        self._index, self._offered = index, offered

    def all(self) -> Iterator[str]:
        """Go through all findings, what needs a person first and what persists unchanged last."""
        import polars as pl

        same = (pl.col("change") == "persisting") & (pl.col("why") == "nothing changed")
        yield from self._of(self._rows.filter(~same))
        yield from self._of(self._rows.filter(same))

    def gone(self) -> Iterator[str]:
        """Go through what the later run lacks; the page shows it only when it is asked for."""
        import polars as pl

        yield from self._of(self._rows.filter(pl.col("change").is_in(GONE)), apart=True)

    def _of(self, rows: pl.DataFrame, apart: bool = False) -> Iterator[str]:
        for part in rows.partition_by(_BLOCK, maintain_order=True):
            yield self._block(part, apart)

    def _block(self, rows: pl.DataFrame, apart: bool) -> str:
        plain = {name: PageColumn() for name in _PLAIN}
        values: dict[str, tuple[PageColumn, PageColumn]] = {}
        ids: list[str] = []
        lines = self._lines.of(rows)
        while chunk := list(islice(lines, _CHUNK)):
            self._index.note_visits(line.visit for line in chunk)
            for line in chunk:
                self._offered.add_change(line.change, line.why)
                if not apart:
                    self._offered.add(line.rule_id, line.severity, line.site, line.shown_state)
                for name in line.variables:
                    if name not in values:
                        values[name] = (PageColumn(), PageColumn())
                        for column in values[name]:
                            column.extend([NOT_HAD] * len(ids))
            ids += [line.finding_id for line in chunk]
            for name, column in plain.items():
                column.extend([self._cell(name, line) for line in chunk])
            for name, (before, now) in values.items():
                before.extend([before_of(name, line) for line in chunk])
                now.extend([_now(name, line) for line in chunk])
        table = PageTable()
        places: dict[str, object] = {name: table.add(column) for name, column in plain.items()}
        places["before"] = [table.add(before) for before, _ in values.values()]
        places["values"] = [table.add(now) for _, now in values.values()]
        places["why"] = None
        self._index.rules.append(self._told(rows, list(values), apart))
        shared = page_json({"ids": "".join(ids), **places})
        return f'{shared[:-1]},"columns":{table.as_json()}}}'

    def _told(self, rows: pl.DataFrame, variables: list[str], apart: bool) -> dict[str, object]:
        """Return what is the same for all findings of a block."""
        first: dict[str, Any] = rows.row(0, named=True)
        rule = self._rules.get((first["rule_id"], first["table"]))
        return {
            "id": first["rule_id"],
            "table": first["table"],
            "severity": first["severity"],
            "title": rule.title if rule is not None else "",
            "source": rule.source if rule is not None else "",
            "expected": "",
            "variables": variables,
            "count": len(rows),
            "apart": apart,
        }

    def _cell(self, name: str, line: ChangeLine) -> PageCell:
        if name == "subject":
            return self._index.subject(line.subject, line.site)
        if name == "known":
            return self._index.known(Known(cast("State", line.shown_state)))
        if name == "reason":
            return line.why
        cell: PageCell = getattr(line, name)
        return cell


def before_of(name: str, line: ChangeLine) -> PageCell:
    """Return the value of a variable in the earlier run, where it was another one."""
    if line.before is None or name not in line.before:
        return NOT_HAD
    return line.before[name] if line.now is None or line.differs(name) else NOT_HAD


def _now(name: str, line: ChangeLine) -> PageCell:
    return NOT_HAD if line.now is None or name not in line.now else line.now[name]
