"""The figures of a table: each cell gives its numbers, and the table says what must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from oncorules.analysis.published.cells import read_cell
from oncorules.analysis.published.figure import Figure, Follows, Place, Published, Sum
from oncorules.analysis.published.model import Block, Cells, Column, Paper, PrintedTable
from oncorules.analysis.published.printed import read_printed
from oncorules.analysis.published.sentences import BRACED, read_sentence
from oncorules.errors import Problem, RuleError

UNKNOWN = "unknown"
"""The row of a block that counts those whose value is not known."""


@dataclass
class _Cell:
    text: str
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def n(self) -> str | None:
        return self.figures["n"].id if "n" in self.figures else None


def read_table(
    table: PrintedTable,
    paper: Paper,
    published: Published,
    place: Callable[..., str],
) -> Iterator[Figure]:
    """Yield the figures of a table, row by row, and note what must hold between them.

    Args:
        table: as read.
        paper: its names and phrases with numbers.
        published: gets sums, orders and intervals.
        place: `file:line:column` of a part of the table.

    Raises:
        RuleError: a row has too few or too many cells, or a cell does not read as it should.
    """
    id, part = f"table-{table.table}", f"Table {table.table}"
    yield from _labels(f"{id}.title", table.title, part, "title", "", None, place("title"))
    for name, column in table.columns.items():
        where = place("columns", name)
        yield from _labels(
            f"{id}.{name}", column.header, part, "heading", column.header, column.group, where
        )
    for name, block in table.blocks.items():
        yield from _Rows(table, id, part, name, block, published, place).read()
    for name, note in table.notes.items():

        def note_place(*path: object, name: str = name) -> str:
            return place("notes", name, *path)

        row = f"note {name}"
        yield from read_sentence(f"{id}.{name}", part, row, note, paper, published, note_place)


def _labels(
    id: str, text: str, part: str, row: str, column: str, group: str | None, line: str
) -> Iterator[Figure]:
    """Yield the numbers of a label: `n = {168}` is the size of the group, others are names."""
    for number, found in enumerate(BRACED.finditer(text), 1):
        size = group if text[: found.start()].endswith("n = ") else None
        name = f"{id}.n" if size else f"{id}.label_{number}"
        where = Place(part, BRACED.sub(r"\1", row), BRACED.sub(r"\1", column), number, _line(line))
        if size:
            yield Figure(name, where, read_printed(found[1]), "group size", size, size_of=size)
        else:
            printed = read_printed(found[1])
            source = BRACED.sub(r"\1", text)
            yield Figure(name, where, printed, "part of a name", source=source, kind="design")


def _filled(template: str, **names: str) -> str:
    """Return the analysis that a template names for a cell."""
    for name, value in names.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _line(place: str) -> str:
    return place.rpartition(":")[0]


@dataclass
class _Rows:
    """The rows of one block."""

    table: PrintedTable
    id: str
    part: str
    name: str
    block: Block
    published: Published
    place: Callable[..., str]
    cells: dict[tuple[str, str], _Cell] = field(default_factory=dict)

    def read(self) -> Iterator[Figure]:
        base, block = f"{self.id}.{self.name}", self.block
        if block.header:
            line = self.place("blocks", self.name)
            yield from _labels(base, block.header, self.part, block.header, "", None, line)
        for number, row in enumerate(block.rows):
            line = self.place("blocks", self.name, "rows", number)
            if len(row) != len(self.table.columns) + 2:
                message = (
                    f"the row has {len(row) - 2} cells behind its id and its line, the table has "
                    f"{len(self.table.columns)} columns"
                )
                raise RuleError([Problem(line, message)])
            yield from _labels(f"{base}.{row[0]}", row[1], self.part, row[1], "", None, line)
            for (name, column), text in zip(self.table.columns.items(), row[2:], strict=True):
                try:
                    self._read_cell(row[0], row[1], name, column, text, line)
                except ValueError as error:
                    raise RuleError([Problem(line, str(error))]) from None
        self._relate()
        for row in block.rows:
            for name in self.table.columns:
                yield from self.cells[row[0], name].figures.values()

    def _read_cell(
        self, row: str, label: str, name: str, column: Column, text: str, line: str
    ) -> None:
        test = column.test is not None
        pattern: Cells | None = "p" if test else column.cells or self.block.cells
        if pattern is None:
            raise ValueError(f"neither the column {name} nor the block {self.name} has cells")
        group = column.group or self.block.row_groups.get(row)
        cell = self.cells[row, name] = _Cell(text)
        header = f"{self.block.header}: {label}" if self.block.header else label
        found = read_cell(text, pattern)
        template = column.analysis or self.block.analysis
        for position, (role, printed) in enumerate(found.items(), 1):
            where = Place(
                self.part, BRACED.sub(r"\1", header), BRACED.sub(r"\1", column.header), position,
                _line(line),
            )  # fmt: skip
            cell.figures[role] = Figure(
                f"{self.id}.{self.name}.{row}.{name}.{role}", where, printed, role, group,
                size_of=group if pattern == "size" else None,
                analysis=template and _filled(
                    template, block=self.name, row=row, column=name, role=role
                ),
            )  # fmt: skip

    def _relate(self) -> None:
        """Note what the figures follow from, and what must hold between them."""
        for (row, name), cell in self.cells.items():
            column = self.table.columns[name]
            group = column.group or self.block.row_groups.get(row)
            figures = cell.figures
            if "percent" in figures and group is not None:
                follows = Follows(
                    "percent", ((figures["n"].id,), (f"group:{group}",)),
                    unknown=self._unknown(name) if row != UNKNOWN else (),
                )  # fmt: skip
                self._set(row, name, "percent", follows=follows, kind="recomputable")
            if "p" in figures:
                self._relate_p(self.block.p_of.get(row, row), row, name, column)
            if "q1" in figures or "min" in figures:
                low, high = ("q1", "q3") if "q1" in figures else ("min", "max")
                ids = [figures[role].id for role in (low, "median", high)]
                self.published.ordered.append((ids[0], ids[1], ids[2]))
            if figures.keys() >= {"median", "low", "high"}:
                ids = [figures[role].id for role in ("median", "low", "high")]
                self.published.intervals.append((ids[0], ids[1], ids[2]))
            if figures.keys() >= {"ratio", "low", "high"}:  # centred on a logarithmic scale only
                ids = [figures[role].id for role in ("low", "ratio", "high")]
                self.published.ordered.append((ids[0], ids[1], ids[2]))
            self._repeat(row, name, column)
        self._add_up()

    def _set(self, row: str, name: str, role: str, **changes: object) -> None:
        figures = self.cells[row, name].figures
        figures[role] = replace(figures[role], **changes)  # type: ignore[arg-type]

    def _unknown(self, name: str) -> tuple[tuple[str, ...], ...]:
        cell = self.cells.get((UNKNOWN, name))
        return ((cell.n,),) if cell is not None and cell.n is not None else ()

    def _relate_p(self, tested: str, row: str, name: str, column: Column) -> None:
        test = self.block.test or column.test
        if test != "fisher" or column.compares is None:
            self._set(row, name, "p", statistic=f"{test} p")
            return
        counts = [self.cells[tested, one].n for one in column.compares]
        if None in counts:
            return
        operands = tuple((str(count),) for count in counts)
        unknown = tuple(next(iter(self._unknown(one)), ()) for one in column.compares)
        follows = Follows("test", operands, test=test, unknown=unknown)
        self._set(row, name, "p", follows=follows, statistic="Fisher p", kind="recomputable")

    def _repeat(self, row: str, name: str, column: Column) -> None:
        """Say that a column prints what another one printed, row by row."""
        prefix = self.block.repeats.get(name)
        other = None
        if prefix is not None:
            table, block, column_name = prefix.split(".")
            other = f"{table}.{block}.{row}.{column_name}"
        elif column.repeats is not None:
            table, column_name = column.repeats.split(".")
            other = f"{table}.{self.name}.{row}.{column_name}"
        for role in self.cells[row, name].figures if other is not None else ():
            if f"{other}.{role}" in self.published.figures or self.id in str(other):
                same = (f"{other}.{role}",)
                self._set(row, name, role, same_as=same, kind="recomputable")

    def _add_up(self) -> None:
        block = self.block
        rows = [row[0] for row in block.rows]
        for name, column in self.table.columns.items():
            cells = {row: self.cells[row, name] for row in rows}
            counts = {row: cell.n for row, cell in cells.items() if cell.n is not None}
            parts = tuple(id for row, id in counts.items() if row != block.pooled)
            blank = any(not cell.text for row, cell in cells.items() if row not in block.p_of)
            if block.partition and parts and column.group and not blank:
                self.published.sums.append(Sum(parts, f"group:{column.group}"))
            for whole, names in block.sum.items():
                if whole in counts:
                    added = tuple(counts[one] for one in names)
                    self.published.sums.append(Sum(added, counts[whole]))
            if block.largest in counts:
                others = tuple(id for row, id in counts.items() if row != block.largest)
                self.published.largest.append((counts[str(block.largest)], others))
            medians = {
                row: cell.figures["median"].id
                for row, cell in cells.items()
                if "median" in cell.figures
            }
            if block.pooled in medians and len(medians) == len(rows):
                inner = tuple(id for row, id in medians.items() if row != block.pooled)
                self.published.pooled.append((medians[str(block.pooled)], inner))
        for row in rows if block.across else ():
            for names in block.across:
                found = [self.cells[row, one].n for one in names]
                added = tuple(id for id in found if id is not None)
                if added:
                    self.published.sums.append(Sum(added, f"group:{block.row_groups[row]}"))
