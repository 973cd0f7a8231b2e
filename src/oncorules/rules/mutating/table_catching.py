"""Examples in the long form that would notice an edit of a derived table or rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from oncorules.errors import OncorulesError
from oncorules.rules.compiler.relation import EXAMPLE
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.formulas import formulas
from oncorules.rules.examples.given import EXPECT, Given
from oncorules.rules.examples.stage import Stage, rows_of
from oncorules.rules.examples.subject import Subject, Variant
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.model import Example, Grid, Rule, Table
from oncorules.rules.mutating.catching import Catch, Search, with_examples
from oncorules.rules.mutating.cohort import changed_pack
from oncorules.rules.mutating.edit import Edit
from oncorules.rules.mutating.given_near import examples_beside

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
Rows = Mapping[int, list[dict[str, str | None]]]


def find_table_catches(bench: Bench, subject: Subject, edits: Sequence[Edit]) -> Search:
    """Return examples that notice edits, where any is found beside the long ones there are.

    Args:
        bench: runs examples.
        subject: the derived table or rule.
        edits: those that no example notices.
    """
    item = subject.item
    assert isinstance(item, Rule | Table)
    near = examples_beside(subject.examples, [one.text for one in formulas(item)])
    if not near or not edits:
        return Search(0, {})
    asked = with_examples(subject, [_expecting_nothing(subject, one) for one in near])
    try:
        stages = bench.stages(asked)
    except OncorulesError:
        return Search(0, {})
    caught: dict[int, Catch] = {}
    for stage in stages:
        of_stage = _of_rule if subject.rule is not None else _of_table
        for number, catch in of_stage(stage, subject, edits, near).items():
            caught.setdefault(number, catch)
        stage.drop()
    return Search(len(near), caught)


def _expecting_nothing(subject: Subject, example: Example) -> Example:
    """Return an example with some answer for every row: which one does not matter."""
    if isinstance(subject.item, Table):
        [*key] = subject.item.one_row_per
        return example.model_copy(update={"expect": Grid(columns=tuple(key), rows=())})
    assert subject.rule is not None
    name = subject.rule.table
    grid = example.given.get(name)
    if grid is None:
        return example
    columns = tuple(label for label in grid.columns if label != EXPECT)
    places = [grid.columns.index(label) for label in columns]
    rows = tuple((*(row[place] for place in places), "met") for row in grid.rows)
    filled = Grid(columns=(*columns, EXPECT), rows=rows)
    return example.model_copy(update={"given": {**example.given, name: filled}, "expect": None})


def _example_number(given: Given) -> int:
    number = given.path[1]
    assert isinstance(number, int)
    return number


def _of_rule(
    stage: Stage, subject: Subject, edits: Sequence[Edit], near: Sequence[Example]
) -> dict[int, Catch]:
    wanted = [(given, one) for given in stage.group for one in given.expected]
    as_written, *edited = stage.answers_of([Variant(subject.item), *edits])
    caught: dict[int, Catch] = {}
    if as_written is None or subject.rule is None:
        return caught
    name = subject.rule.table
    for number, answers in enumerate(edited):
        for (given, _), one, other in zip(wanted, as_written, answers or (), strict=False):
            if one.found != other.found:
                found = [
                    a.found for (g, _), a in zip(wanted, as_written, strict=True) if g is given
                ]
                example = _expecting_nothing(subject, near[_example_number(given)])
                grid = example.given[name]
                rows = [(*row[:-1], word) for row, word in zip(grid.rows, found, strict=True)]
                own = {"columns": list(grid.columns), "rows": rows}
                caught[number] = Catch(_written(example, {name: own}, None), other.found)
                break
    return caught


def _of_table(
    stage: Stage, subject: Subject, edits: Sequence[Edit], near: Sequence[Example]
) -> dict[int, Catch]:
    import duckdb

    caught: dict[int, Catch] = {}
    name, pack = subject.name, subject.pack.id
    numbers = [_example_number(given) for given in stage.group]
    try:
        relation = stage.workspace.relation(name, pack)
        before = _by_example(rows_of(stage.workspace, relation))
    except (OncorulesError, FormulaError, duckdb.Error):
        return caught
    for number, edit in enumerate(edits):
        changed = changed_pack(subject, edit)
        values = stage.resolved(pack, name, edit.settings)
        prefix = stage.bench.next_prefix()
        workspace = stage.workspace.changed(changed, name, values, prefix)
        try:
            after = _by_example(rows_of(workspace, workspace.relation(name, pack)))
        except (OncorulesError, FormulaError, duckdb.Error):
            continue
        finally:
            workspace.drop()
        for place in range(len(stage.group)):
            one, other = (_sorted(rows.get(place, [])) for rows in (before, after))
            if one != other:
                example = near[numbers[place]]
                caught[number] = _table_catch(subject, example, one, other)
                break
    return caught


def _by_example(rows: Sequence[dict[str, str | None]]) -> Rows:
    found: dict[int, list[dict[str, str | None]]] = defaultdict(list)
    for row in rows:
        shown = {label: cell for label, cell in row.items() if "#" not in label}  # none of its own
        found[int(row[EXAMPLE] or 0)].append(shown)
    return found


def _sorted(rows: Sequence[dict[str, str | None]]) -> list[dict[str, str | None]]:
    return sorted(rows, key=lambda row: [(cell is not None, cell or "") for cell in row.values()])


def _table_catch(
    subject: Subject,
    example: Example,
    one: Sequence[Mapping[str, str | None]],
    other: Sequence[Mapping[str, str | None]],
) -> Catch:
    """Return the example with the rows of the table: its key, and the columns that differ."""
    table = subject.item
    assert isinstance(table, Table)
    differing = {
        label
        for label in (one or other)[0]
        if [row.get(label) for row in one] != [row.get(label) for row in other]
    }
    columns = [*table.one_row_per, *sorted(differing - {*table.one_row_per})]
    told = [_cells(rows, columns) for rows in (one, other)]
    expect = {"columns": columns, "rows": told[0]}
    words = [["missing" if cell is None else str(cell) for cell in row] for row in told[1]]
    otherwise = "; ".join(map(", ".join, words))
    return Catch(_written(example, {}, expect), otherwise or "no row")


def _cells(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[list[Any]]:
    return [[_cell(row.get(label)) for label in columns] for row in rows]


def _cell(text: str | None) -> Any:
    """Return a shown cell as a rule file has it: a number without quotes."""
    return Decimal(text) if text is not None and _NUMBER.fullmatch(text) else text


def _written(
    example: Example, own: Mapping[str, Any], expect: Mapping[str, Any] | None
) -> dict[str, Any]:
    given = {
        name: {"columns": list(grid.columns), "rows": [list(row) for row in grid.rows]}
        for name, grid in example.given.items()
    }
    told: dict[str, Any] = {"with": dict(example.with_)} if example.with_ else {}
    told["given"] = {**given, **own}
    return told if expect is None else {**told, "expect": dict(expect)}
