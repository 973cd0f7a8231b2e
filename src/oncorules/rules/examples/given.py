"""The examples of a rule or derived table, read: the tables that are given, the answers expected.

```text
given_of_rule    short form: each row a little export of its own; long form: tables by name
given_of_table   long form, with the rows that the derived table must have
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.checks import OUTCOMES
from oncorules.rules.compiler.relation import EXAMPLE, Relation
from oncorules.rules.examples.tables import Row, cell_text
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import RuleInstance
from oncorules.rules.loading.model import Example, Grid, Table
from oncorules.rules.workspace import Workspace

EXPECT = "expect"
Path = tuple[object, ...]


class Misfit(Exception):
    """An example does not fit its rule; tells where in the rule it stands."""

    def __init__(self, message: str, path: Path) -> None:
        """Take a sentence and the path of the part that does not fit."""
        super().__init__(message)
        self.path = path


@dataclass(frozen=True)
class Expected:
    """One expected answer.

    Attributes:
        answer: what is expected, as it is shown.
        path: where it stands.
        row: the row of the rule's table, from 1; None when the key tells which row.
        label: the key of the row in one text: `A`, or `A / 3`.
        key: columns that tell which row.
        cells: of a derived table, the cells that the row must have.
    """

    answer: str
    path: Path
    row: int | None = None
    label: str | None = None
    key: Mapping[str, str | None] = field(default_factory=dict)
    cells: Mapping[str, str | None] = field(default_factory=dict)

    def compare(self, rows: Sequence[Mapping[str, str | None]]) -> str:
        """Return what a derived table says where this answer was expected."""
        same = [row for row in rows if all(row.get(k) == v for k, v in self.key.items())]
        if len(same) != 1:
            return "no such row" if not same else f"{len(same)} such rows"
        return cells_text({name: same[0][name] for name in self.cells})


@dataclass(frozen=True)
class Given:
    """One example: its tables, parameters and expected answers.

    Attributes:
        tables: rows by table.
        expected: the answers.
        settings: parameters that differ from their defaults, by name.
        path: where it stands.
        complete: the expected rows are all rows that the derived table has.
    """

    tables: Mapping[str, list[Row]]
    expected: tuple[Expected, ...]
    settings: Mapping[str, Any]
    path: Path
    complete: bool = False


def given_of_rule(one: RuleInstance, pack: str, empty: Workspace) -> Iterator[Given]:
    """Go through the examples of a rule; each row of the short form is one of its own.

    Args:
        one: the rule on its table.
        pack: the id of the loaded pack that brought it.
        empty: knows the columns of every table.

    Raises:
        Misfit: an example does not fit the rule or the tables.
    """
    from oncorules.rules.examples.short import given_of_rows

    for number, example in enumerate(one.rule.examples):
        path: Path = ("examples", number)
        if example.grid is not None:
            yield from given_of_rows(one, pack, empty, example, path)
        else:
            yield _long(one, pack, empty, example, path)


def given_of_table(name: str, table: Table, pack: str, empty: Workspace) -> Iterator[Given]:
    """Go through the examples of a derived table; see `given_of_rule`."""
    own = relation_of(name, pack, empty, ("examples",))
    for number, example in enumerate(table.examples):
        path: Path = ("examples", number)
        if example.grid is not None:
            raise Misfit('a derived table has examples with "given" and "expect"', path)
        tables = {
            given: _rows(given, grid, pack, empty, (*path, "given", given))
            for given, grid in example.given.items()
        }
        if not isinstance(example.expect, Grid):
            raise Misfit("a derived table expects a grid of columns and rows", (*path, EXPECT))
        if name in tables:
            raise Misfit(f"{name} is derived: give what it reads", (*path, "given", name))
        expected = tuple(_derived_rows(table, own, example.expect, (*path, EXPECT)))
        yield Given(tables, expected, example.with_, path, complete=True)


def relation_of(name: str, pack: str, empty: Workspace, path: Path) -> Relation:
    """Return what a table looks like.

    Raises:
        Misfit: there is no such table.
    """
    try:
        return empty.relation(name, pack)
    except FormulaError as error:
        raise Misfit(str(error), path) from None


def outcome(cell: object, path: Path) -> str:
    """Return the expected answer that a cell holds.

    Raises:
        Misfit: `expected one of met, not met, not evaluable, not in scope, found "mett" ...`.
    """
    word = cell_text(cell)
    if word in OUTCOMES:
        return word
    near = "" if word is None else did_you_mean(word, OUTCOMES)
    found = "nothing" if word is None else f'"{word}"'
    raise Misfit(f"expected one of {', '.join(OUTCOMES)}, found {found}{near}", path)


def check_column(name: str, table: str, known: Collection[str], path: Path) -> None:
    """Refuse a column that a table does not have.

    Raises:
        Misfit: `LB has no column "LBTEST2"; did you mean "LBTEST"?`.
    """
    if name not in known or name == EXAMPLE:
        near = did_you_mean(name, known)
        raise Misfit(f'{table} has no column "{name}"{near}', path)


def _rows(name: str, grid: Grid, pack: str, empty: Workspace, path: Path) -> list[Row]:
    known = relation_of(name, pack, empty, path).columns
    for label in grid.columns:
        check_column(label, name, known, (*path, "columns", label))
    return [
        Row(dict(zip(grid.columns, row, strict=True)), (*path, "rows", number), number)
        for number, row in enumerate(grid.rows)
    ]


def _derived_rows(table: Table, own: Relation, grid: Grid, path: Path) -> Iterator[Expected]:
    for label in grid.columns:
        check_column(label, "the table", own.columns, (*path, "columns", label))
    for number, row in enumerate(grid.rows):
        cells = {
            label: cell_text(cell, own.columns[label].kind)
            for label, cell in zip(grid.columns, row, strict=True)
        }
        key = {label: cells[label] for label in table.one_row_per if label in cells}
        rest = {label: cell for label, cell in cells.items() if label not in key}
        yield Expected(cells_text(rest), (*path, "rows", number), key=key, cells=rest)


def cells_text(cells: Mapping[str, str | None]) -> str:
    """Return the cells of a row in one text: `organ LIVER, size missing`."""
    shown = (f"{name} {'missing' if c is None else c}" for name, c in cells.items())
    return ", ".join(shown) or "the row"


def _long(one: RuleInstance, pack: str, empty: Workspace, example: Example, path: Path) -> Given:
    tables: dict[str, list[Row]] = {}
    expected: list[Expected] = []
    for name, grid in example.given.items():
        here = (*path, "given", name)
        if EXPECT not in grid.columns:
            tables[name] = _rows(name, grid, pack, empty, here)
            continue
        if name != one.table:
            message = f'"expect" stands beside the rows of {one.table}, the table of the rule'
            raise Misfit(message, (*here, "columns", EXPECT))
        place = grid.columns.index(EXPECT)
        bare = Grid(
            columns=tuple(label for label in grid.columns if label != EXPECT),
            rows=tuple((*row[:place], *row[place + 1 :]) for row in grid.rows),
        )
        tables[name] = _rows(name, bare, pack, empty, here)
        for number, row in enumerate(grid.rows):
            at = (*here, "rows", number)
            if row[place] is not None:
                answer = outcome(row[place], (*at, place))
                expected.append(Expected(answer, at, row=number + 1))
    expected += _by_key(one, pack, empty, example, (*path, EXPECT))
    if not expected:
        raise Misfit(f"the example expects nothing of {one.table}", path)
    return Given(tables, tuple(expected), example.with_, path)


def _by_key(
    one: RuleInstance, pack: str, empty: Workspace, example: Example, path: Path
) -> Iterator[Expected]:
    """Go through the answers that are expected of rows named by their key."""
    if isinstance(example.expect, dict):
        for label, answer in example.expect.items():
            here = (*path, label)
            yield Expected(outcome(answer, here), here, label=str(label))
    elif example.expect is not None:
        grid = example.expect
        own = relation_of(one.table, pack, empty, path)
        if EXPECT not in grid.columns:
            raise Misfit('the last column of "expect" is "expect"', (*path, "columns"))
        for label in grid.columns:
            if label != EXPECT:
                check_column(label, one.table, own.key, (*path, "columns", label))
        for number, row in enumerate(grid.rows):
            cells = dict(zip(grid.columns, row, strict=True))
            here = (*path, "rows", number)
            answer = outcome(cells.pop(EXPECT), (*here, grid.columns.index(EXPECT)))
            key = {label: cell_text(c, own.columns[label].kind) for label, c in cells.items()}
            yield Expected(answer, here, key=key)
