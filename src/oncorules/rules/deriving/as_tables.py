"""Gradings and selections as plain derived tables, for those who ask only what a table reads."""

from __future__ import annotations

from collections.abc import Sequence

from oncorules.rules.deriving.selections import SELECTED, outcome_column
from oncorules.rules.grading.rows import CONVERTED_UNIT, GRADED
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Column, Grading, Rule, Selection, Table

_MADE = Column(value="null", type="text")


def tables_behind(pack: LoadedPack, name: str) -> list[Table]:
    """Return a derived table, or tables that read what a grading or selection reads.

    A grading gives one, without the formulas under `reads` and in its terms: a cell there that
    cannot be read makes a row not evaluable, which needs no warning. A selection gives one for
    each criterion. None is meant to be compiled.

    Args:
        pack: the pack that has it.
        name: an entry of `tables`, `gradings` or `selections`.
    """
    found = pack.derived(name)
    if found is None:
        return []
    _, item = found
    if isinstance(item, Table):
        return [item]
    if isinstance(item, Grading):
        return [_of_grading(item)]
    steps = [one.rule for one in pack.rule_instances if one.id in item.steps]
    return [_of_criterion(rule, item) for rule in steps] or [_rows(item)]


def table_behind(pack: LoadedPack, name: str) -> Table | None:
    """Return one table with the source and the look-ups of a derived table, if there is one."""
    tables = tables_behind(pack, name)
    if len(tables) < 2:
        return tables[0] if tables else None
    lookups = {
        f"{number}.{alias}": lookup
        for number, table in enumerate(tables)
        for alias, lookup in table.lookups.items()
    }
    return tables[0].model_copy(update={"lookups": lookups})


def table_of_rule(rule: Rule, table: str, key: Sequence[str] = ()) -> Table:
    """Return a table that reads what a rule reads; it is not meant to be compiled.

    Args:
        rule: the rule.
        table: the table that it is applied to.
        key: the columns that name a row of it.
    """
    parts = {
        "where": rule.applies_to.where,
        "until": rule.condition,  # a formula over the rows, like any other
        "lookups": rule.lookups,
        "windows": rule.windows,
        "runs": rule.runs,
        "columns": rule.columns,
        "one_row_per": tuple(key),
    }
    return _empty(table).model_copy(update=parts)


def _of_grading(grading: Grading) -> Table:
    parts = {
        "where": grading.where,
        "lookups": grading.lookups,
        "windows": grading.windows,
        "runs": grading.runs,
        "if_unreadable": "missing",  # the row is not evaluable, with what stands there as a reason
        "columns": {
            **grading.columns,
            **dict.fromkeys((*GRADED, *grading.converted, CONVERTED_UNIT), _MADE),
        },
    }
    return _empty(grading.of).model_copy(update=parts)


def _of_criterion(rule: Rule, selection: Selection) -> Table:
    table = table_of_rule(rule, selection.of)
    columns = {**rule.columns, **_rows(selection).columns}
    return table.model_copy(update={"columns": columns})


def _rows(selection: Selection) -> Table:
    steps = range(1, len(selection.steps) + 1)
    made = dict.fromkeys((*SELECTED, *(outcome_column(step) for step in steps)), _MADE)
    return _empty(selection.of).model_copy(update={"columns": made})


def _empty(of: str) -> Table:
    return Table.model_validate({"one_row_per": ["row"], "from": of}).model_copy(
        update={"one_row_per": ()}
    )
