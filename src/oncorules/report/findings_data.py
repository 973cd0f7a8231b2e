"""The findings of a run as data of a page: a block for each rule, and an index of them all.

A block holds columns, and says which of them is what. The index holds what blocks share: rules,
subjects with their sites, and what is known of findings; their columns hold places in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from oncorules.report.change_data import ChangeBlocks
from oncorules.report.finding_lines import FindingLines, Line, RuleLines
from oncorules.report.findings_controls import Offered
from oncorules.report.findings_why import FindingsWhy
from oncorules.report.masked import Mask
from oncorules.report.page_columns import PageCell, PageColumn, PageTable, page_json
from oncorules.report.page_index import PageIndex
from oncorules.report.run_changes import RunChanges
from oncorules.validation.explain_rule import ask_rule
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

SHARED_KEY = "Rows of this table share a key; which of them this finding is about is not known."
MASKED = "Subjects are masked; reasons are left out, as anything may stand in their values."
_CHUNK = 10_000  # lines in memory at a time
_PLAIN = ("subject", "visit", "file", "row", "known", "message")


class FindingsData:
    """The data of a page; the index is whole when all blocks were made."""

    def __init__(self, result: ValidationResult, mask: Mask | None = None) -> None:
        """Take the run.

        Args:
            result: the run.
            mask: hides who the subjects are.
        """
        self._result, self._mask = result, mask
        self.lines = FindingLines(result, mask)
        rank = SEVERITIES.index
        self.rules = sorted(self.lines.rules(), key=lambda one: rank(one.part.status.severity))
        since = result.since
        self._index = PageIndex(since.before.date if since is not None else None)
        self.offered = Offered()
        self._changes = RunChanges(since, self.offered, mask) if since is not None else None
        self._gone = (
            ChangeBlocks(since, self._index, self.offered, mask) if since is not None else None
        )

    def blocks(self) -> Iterator[str]:
        """Go through the rules, those of the worst severity first; each is one block of JSON.

        What the earlier run had and this one has not comes after them.
        """
        for rule in self.rules:
            yield self._block(rule)
        if self._gone is not None:
            yield from self._gone.gone()

    def index(self) -> str:
        """Return the index as JSON; its rules are in the order of the blocks."""
        return self._index.as_json()

    def _block(self, rule: RuleLines) -> str:
        plain = {name: PageColumn() for name in _PLAIN}
        values = [PageColumn() for _ in rule.shown]
        changes = self._changes.of(rule) if self._changes is not None else None
        ids: list[str] = []
        lines = self.lines.of(rule)
        while chunk := list(islice(lines, _CHUNK)):
            ids += [line.finding_id for line in chunk]
            self._index.note_visits(line.visit for line in chunk)
            for line in chunk:
                status = rule.part.status
                self.offered.add(status.rule_id, status.severity, line.site, line.known.state)
            for name, column in plain.items():
                column.extend(self._cells(name, chunk))
            for place, column in enumerate(values):
                column.extend([line.values[place] for line in chunk])
            if changes is not None:
                changes.extend([line.finding_id for line in chunk])
        table = PageTable()
        places: dict[str, object] = {name: table.add(column) for name, column in plain.items()}
        places["values"] = [table.add(column) for column in values]
        if changes is not None:
            places |= changes.places(table)
        places["why"] = self._why(rule, table)
        self._index.rules.append(_told(rule))
        shared = page_json({"ids": "".join(ids), **places})
        return f'{shared[:-1]},"columns":{table.as_json()}}}'

    def _why(self, rule: RuleLines, table: PageTable) -> dict[str, object] | str | None:
        """Return why the findings of a rule are so, or why nobody knows.

        A check of the structure says so itself.
        """
        session, status = self._result.session, rule.part.status
        if self._mask is not None:
            return MASKED
        for one, pack in session.rules:
            if (one.id, one.table) == (status.rule_id, status.table):
                why = FindingsWhy(ask_rule(session.workspace, one, pack))
                assert len(why) == status.not_met
                return why.as_data(table) if why.are_certain else SHARED_KEY
        return None

    def _cells(self, name: str, chunk: list[Line]) -> list[PageCell]:
        if name == "subject":
            return [self._index.subject(line.subject, line.site) for line in chunk]
        if name == "known":
            return [self._index.known(line.known) for line in chunk]
        return [getattr(line, name) for line in chunk]


def _told(rule: RuleLines) -> dict[str, object]:
    """Return what is the same for all findings of a rule."""
    status = rule.part.status
    return {
        "id": status.rule_id,
        "table": status.table,
        "severity": status.severity,
        "title": status.title,
        "source": status.source,
        "expected": rule.words.expected,
        "variables": rule.variables,
        "count": status.not_met,
    }
