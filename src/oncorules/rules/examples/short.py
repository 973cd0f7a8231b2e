"""The short form of examples: each row is a little export, its columns named as in the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.checks import fields, resolved_name
from oncorules.rules.compiler.lookup import match_columns
from oncorules.rules.compiler.relation import EXAMPLE, Relation
from oncorules.rules.examples.given import (
    EXPECT,
    Expected,
    Given,
    Misfit,
    Path,
    check_column,
    outcome,
    relation_of,
)
from oncorules.rules.examples.tables import Row
from oncorules.rules.language.formula import FormulaError, names, parse
from oncorules.rules.language.values import Kind
from oncorules.rules.loading.loaded import RuleInstance
from oncorules.rules.loading.model import OTHERWISE, THIS_TABLE, Example, Grid, Rule
from oncorules.rules.workspace import Workspace

Cells = dict[str, Any]
MADE_UP: Mapping[Kind, object] = {"integer": 1, "number": 1, "date": "2020-01-01", "boolean": True}
"""What a key column holds that an example does not name; a text is A."""


def given_of_rows(
    one: RuleInstance, pack: str, empty: Workspace, example: Example, path: Path
) -> Iterator[Given]:
    """Go through the rows of an example in the short form.

    Raises:
        Misfit: a column is nobody's, or an answer is not one of the four.
    """
    assert example.grid is not None
    grid = example.grid
    if EXPECT not in grid.columns:
        raise Misfit('the last column of an example is "expect"', (*path, "columns"))
    if example.expect is not None or example.given:
        raise Misfit('rows of the short form take no "given" and no "expect" beside them', path)
    own = relation_of(one.table, pack, empty, path)
    found = _Found(one, pack, empty, own)
    mine, looked_up, settings = _owners(one, pack, empty, own, grid, path)
    for number, row in enumerate(grid.rows):
        here = (*path, "rows", number)
        cells = dict(zip(grid.columns, row, strict=True))
        first = {name: cells[name] for name in mine}
        tables = {one.table: [Row(first, here)]}
        for alias, columns in looked_up.items():
            given = {name: cells[label] for name, label in columns.items()}
            found.add(tables, alias, given, first, here)
        for label in own.key:
            first.setdefault(label, _made_up(own, label))
        set_here = {name: cells[name] for name in settings if cells[name] is not None}
        answer = outcome(cells[EXPECT], (*here, grid.columns.index(EXPECT)))
        expected = Expected(answer, here, row=1)
        yield Given(tables, (expected,), {**example.with_, **set_here}, here)


def _owners(
    one: RuleInstance, pack: str, empty: Workspace, own: Relation, grid: Grid, path: Path
) -> tuple[list[str], dict[str, dict[str, str]], list[str]]:
    """Tell for each column whose it is: the row's, a look-up's (by alias), or a parameter."""
    rule = one.rule
    known = own.columns.keys() - {EXAMPLE}
    parameters = {*rule.parameters, *empty.parameters.of(pack)}
    mine: list[str] = []
    settings: list[str] = []
    found: dict[str, dict[str, str]] = {}
    for label in grid.columns:
        if label == EXPECT:
            continue
        here = (*path, "columns", label)
        alias, _, name = _lookup_name(label, rule, known).rpartition(".")
        if alias:
            lookup = rule.lookups.get(alias)
            if lookup is None:
                near = did_you_mean(alias, rule.lookups)
                raise Misfit(f'"{alias}" is no lookup of the rule{near}', here)
            if lookup.from_ == THIS_TABLE:
                raise Misfit(f'"{alias}" finds rows of this table: give them with "given"', here)
            there = relation_of(lookup.from_, pack, empty, here).columns
            check_column(name, lookup.from_, there, here)
            found.setdefault(alias, {})[name] = label
        elif name in known:
            mine.append(name)
        elif name in parameters:
            settings.append(name)
        elif name in rule.columns:
            raise Misfit(f'"{name}" is computed by the rule: give what it reads', here)
        else:
            near = did_you_mean(name, [*sorted(known), *rule.parameters])
            raise Misfit(f'"{label}" is no column of {one.table}{near}', here)
    return mine, found, settings


def _lookup_name(label: str, rule: Rule, own: Any) -> str:
    """Return `alias.NAME` for a bare name that one look-up alone is asked for."""
    if "." in label or label in own:
        return label
    resolved = resolved_name(label, rule, own)
    if "." in resolved:
        return resolved
    formulas = [rule.condition, *(c.value for c in rule.columns.values() if c.value)]
    for spec in rule.columns.values():
        formulas += [line.when for line in spec.first_true or () if line.when != OTHERWISE]
    owners = {
        alias
        for formula in formulas
        for alias, name, _ in names(parse(formula))
        if name == label and alias in rule.lookups
    }
    shown = fields(rule.message or "")
    owners |= {alias for alias in rule.lookups if f"{alias}.{label}" in shown}
    return f"{owners.pop()}.{label}" if len(owners) == 1 else label


class _Found:
    """Adds the rows that the look-ups of a rule find."""

    def __init__(self, one: RuleInstance, pack: str, empty: Workspace, own: Relation) -> None:
        self.one, self.pack, self.empty, self.own = one, pack, empty, own

    def add(
        self, tables: dict[str, list[Row]], alias: str, given: Cells, mine: Cells, path: Path
    ) -> None:
        """Add the row of one look-up; a key column given as null means that there is none."""
        lookup = self.one.rule.lookups[alias]
        there = relation_of(lookup.from_, self.pack, self.empty, path)
        try:
            matched = match_columns(lookup, self.own, there)
        except FormulaError as error:
            raise Misfit(str(error), ("lookups", alias)) from None
        matched.pop(EXAMPLE, None)
        if any(name in given and given[name] is None for name in matched):
            return
        row = dict(given)
        for name, label in matched.items():
            if label not in self.own.columns:
                message = f'"{alias}" matches {label}, which the rule computes: use "given"'
                raise Misfit(message, path)
            value = mine.setdefault(label, _made_up(self.own, label))
            row.setdefault(name, value)
        others = tables.setdefault(lookup.from_, [])
        for other in others:
            if lookup.from_ != self.one.table and all(
                other.cells.get(name, cell) == cell for name, cell in row.items()
            ):
                other.cells.update(row)
                return
        others.append(Row(row, path, number=len(others)))


def _made_up(relation: Relation, label: str) -> object:
    return MADE_UP.get(relation.columns[label].kind, "A") if label in relation.columns else "A"
