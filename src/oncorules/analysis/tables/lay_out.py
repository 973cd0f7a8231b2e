"""Lays a table out as the paper prints it, with what an export gives in its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncorules.analysis.agreement.evaluate import Evaluator
from oncorules.analysis.plan.model import PlannedTable
from oncorules.analysis.plan.outcome import Outcome, Value
from oncorules.analysis.published.cells import ROLES
from oncorules.analysis.published.figure import Published
from oncorules.analysis.published.model import Cells
from oncorules.analysis.published.printed import shown
from oncorules.analysis.published.sentences import BRACED
from oncorules.analysis.published.tables import UNKNOWN
from oncorules.analysis.tables.cells import NOT_REACHED, write_cell

NOTHING = "\u2013"
SIGNS = f"{NOTHING}: nothing to compute; {NOT_REACHED}: not reached, or not computable."


@dataclass(frozen=True)
class LaidCell:
    """A cell.

    Attributes:
        text: what the export gives, in the pattern of the paper.
        printed: what the paper prints there.
        note: method and size, or why there is nothing.
    """

    text: str
    printed: str
    note: str = ""


@dataclass(frozen=True)
class LaidRow:
    """A row; a heading has no cells, but perhaps a p value in its line."""

    label: str
    cells: tuple[LaidCell, ...] = ()
    heading: bool = False


@dataclass(frozen=True)
class LaidTable:
    """A table as it is laid out.

    Attributes:
        name: of its file, such as `table-1`.
        title: with the number that it has in the paper.
        columns: headings of all columns but that of the labels.
        rows: in the order of the paper.
        footnotes: methods, conventions, and what the study notes.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[LaidRow, ...]
    footnotes: tuple[str, ...]


def lay_out(
    name: str,
    published: Published,
    planned: PlannedTable,
    outcomes: Mapping[str, Outcome],
    notes: Sequence[str] = (),
) -> LaidTable:
    """Return a table of the paper, filled.

    Args:
        name: of the table, such as `table-1`.
        published: the figures of the paper and its tables.
        planned: what the plan says of the table.
        outcomes: what the analyses gave, by name.
        notes: further footnotes.
    """
    return _Layout(name, published, planned, outcomes).table(notes)


class _Layout:
    def __init__(
        self,
        name: str,
        published: Published,
        planned: PlannedTable,
        outcomes: Mapping[str, Outcome],
    ) -> None:
        self.name, self.published, self.planned = name, published, planned
        self.outcomes, self.printed = outcomes, published.tables[name]
        self.evaluator = Evaluator(published, outcomes)
        self.decimals = _decimals(name, published)
        self.methods: dict[str, None] = {}

    def table(self, notes: Sequence[str]) -> LaidTable:
        rows: list[LaidRow] = []
        for block_name, block in self.printed.blocks.items():
            heading: tuple[LaidCell, ...] = ()
            body = []
            for key, label, *texts in block.rows:
                cells = tuple(
                    self._cell(block_name, key, column, text)
                    for column, text in zip(self.printed.columns, texts, strict=True)
                )
                if key in block.p_of:  # a p value that stands in the line of the heading
                    heading = cells
                else:
                    body.append(LaidRow(_plain(label), cells))
            if block.header or heading:
                rows.append(LaidRow(_plain(block.header or ""), heading, heading=True))
            rows += body
        columns = [self._header(column) for column in self.printed.columns]
        title = f"Table {self.printed.table}. {_plain(self.printed.title)}"
        methods = [f"{method[:1].upper()}{method[1:]}." for method in self.methods]
        beside = [
            f"Beside the paper: {label}. {self.outcomes[analysis].footnoted()}."
            for label, analysis in self.planned.beside.items()
        ]
        signs = [SIGNS] if any(map(_needs_signs, rows)) else []
        printed = self.printed.source
        source = [f"Printed in: {printed}."] if printed else []
        footnotes = (*methods, *signs, *notes, *beside, *source)
        return LaidTable(self.name, title, tuple(columns), tuple(rows), footnotes)

    def _header(self, column: str) -> str:
        """Return a heading with the size of its group as the export has it."""
        header = self.printed.columns[column].header
        figure = self.published.figures.get(f"{self.name}.{column}.n")
        if figure is not None:
            found = self.evaluator.value_of(figure)
            size = NOTHING if found.value is None else shown(found.value, 0)
            header = BRACED.sub(lambda match: size, header)
        return _plain(header)

    def _cell(self, block: str, row: str, column: str, printed: str) -> LaidCell:
        pattern = self._pattern(block, column)
        if pattern is None or not printed:
            return LaidCell("", printed)
        id = f"{self.name}.{block}.{row}.{column}"
        values, note, method = self._values(id, pattern)
        nothing = printed == NOTHING  # it does not apply, unless the export has some all the same
        if not values or (nothing and (row == UNKNOWN or not any(values.values()))):
            return LaidCell(NOTHING, printed, note)
        if method:
            self.methods.setdefault(method)
        decimals = {role: self._decimals(block, row, column, role) for role in ROLES[pattern]}
        text = write_cell(pattern, values, decimals, printed)
        return LaidCell(text, printed, note)

    def _values(self, id: str, pattern: Cells) -> tuple[dict[str, Value], str, str]:
        """Return the numbers of a cell, what is to be said of them, and their method."""
        outcome = self.outcomes.get(id)
        if outcome is not None and outcome.reason:
            return {}, outcome.reason, ""
        if outcome is not None:
            values = {role: outcome.values.get(role) for role in ROLES[pattern]}
            return values, outcome.footnote, outcome.method
        figures = {
            role: self.published.figures[f"{id}.{role}"]
            for role in ROLES[pattern]
            if f"{id}.{role}" in self.published.figures
        }
        found = {role: self.evaluator.value_of(figure) for role, figure in figures.items()}
        reasons = [one.reason for one in found.values() if one.reason]
        if reasons or not found:
            return {}, "; ".join(reasons), ""
        note = next(iter(found.values())).note
        return {role: one.value for role, one in found.items()}, note, note.rpartition("; ")[0]

    def _pattern(self, block: str, column: str) -> Cells | None:
        printed = self.printed.columns[column]
        return "p" if printed.test else printed.cells or self.printed.blocks[block].cells

    def _decimals(self, block: str, row: str, column: str, role: str) -> int:
        """Return how many decimals the block prints of such a number, its column first.

        Where each row of a block holds something else, such as a ratio and a p value, the cell
        itself says so.
        """
        cell = self.published.figures.get(f"{self.name}.{block}.{row}.{column}.{role}")
        if cell is not None and cell.analysis is not None:
            return cell.printed.decimals
        same = self.decimals.get((block, role), {})
        usual = max(same.values(), default=1 if role == "percent" else 0)
        return same.get(column, usual)


def _decimals(name: str, published: Published) -> dict[tuple[str, str], dict[str, int]]:
    """Return the most decimals that each column prints, by the block and what a number is."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for id, figure in published.figures.items():
        table, _, rest = id.partition(".")
        if table == name and rest.count(".") == 3:  # block, row, column, what it is
            block, _, column, role = rest.split(".")
            columns = found.setdefault((block, role), {})
            columns[column] = max(columns.get(column, 0), figure.printed.decimals)
    return found


def _needs_signs(row: LaidRow) -> bool:
    return any(cell.text == NOTHING or NOT_REACHED in cell.text for cell in row.cells)


def _plain(text: str) -> str:
    return BRACED.sub(r"\1", text)
