"""Which columns of derived tables are compared somewhere, so that a number in them is a limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from oncorules.rules.compiler.reach import owner_of
from oncorules.rules.deriving.as_tables import tables_behind
from oncorules.rules.examples.formulas import Formula, formulas
from oncorules.rules.examples.limits import compared_names
from oncorules.rules.grading.formulas import TEST, UNIT
from oncorules.rules.grading.sides import CATEGORY, SPECIMEN
from oncorules.rules.language.formula import names, parse
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import THIS_TABLE, Grading, Rule, Table

Compared = dict[tuple[str, str], set[str]]


def own_compared(
    item: Rule | Table, found: Sequence[Formula], start: Collection[str] = ()
) -> set[tuple[str, str]]:
    """Return the names that a rule or table compares, as (look-up or empty, name).

    Args:
        item: the rule or table.
        found: its formulas.
        start: its columns that others compare.
    """
    own = {"this", *item.windows}
    own |= {name for name, lookup in item.lookups.items() if lookup.from_ == THIS_TABLE}
    compared = {("", name) for name in start}
    while True:
        size = len(compared)
        for formula in found:
            pairs = compared_names(formula.text, compared=("", formula.column) in compared)
            compared |= {("" if alias in own else alias, name) for alias, name in pairs}
        if len(compared) == size:
            return compared


def compared_columns(packs: Sequence[LoadedPack]) -> Compared:
    """Return the columns of each derived table that rules or other tables compare.

    The key is the id of the loaded pack and the name of the table.
    """
    compared: Compared = {(pack.id, name): set() for pack in packs for name in pack.derived_names}
    asked: list[tuple[str, str, str]] = []  # the id of a pack, a table that its rules name, column
    for pack in packs:
        rules: list[Rule | Table] = [one.rule for one in pack.rule_instances]
        for item in (*rules, *pack.tables.values()):
            asked += [(pack.id, *pair) for pair in _handed_on(item)]
        for grading in pack.gradings.values():
            asked += [(pack.id, *pair) for pair in _graded(grading)]
    while asked:
        reader, source, column = asked.pop()
        owner = owner_of(source, reader, packs)
        if owner is None or column in compared[owner.id, source]:
            continue
        compared[owner.id, source].add(column)
        for table in tables_behind(owner, source):
            asked += [(owner.id, *pair) for pair in _handed_on(table, (column,))]
    return compared


def _handed_on(item: Rule | Table, start: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Go through the (table, column) behind the names that a rule or table compares."""
    found = list(formulas(item))
    if isinstance(item, Rule):
        behind = list(item.applies_to.table)
    else:
        behind = [*(item.rows_of or ()), *(part.from_ for part in item.stack or ())]
        behind += [item.from_] if item.from_ else []
    # `parts: sum(parts)` reads the column of its source.
    again = {one.column for one in found if one.column in _bare_names(one.text)}
    for alias, name in own_compared(item, found, start):
        if alias in item.lookups:
            yield item.lookups[alias].from_, name
        elif not alias and (name not in item.columns or name in again):
            yield from ((table, name) for table in behind)


def _graded(grading: Grading) -> Iterator[tuple[str, str]]:
    """Go through the (table, column) behind what a grading reads: its terms compare that."""
    words = (TEST, SPECIMEN, CATEGORY)
    sizes = [
        text
        for label, text in grading.reads.items()
        if label not in words and not label.endswith(UNIT)
    ]
    for formula in sizes:
        for alias, name, _ in names(parse(formula)):
            if alias in grading.lookups:
                yield grading.lookups[alias].from_, name
            elif not alias:
                yield grading.of, name


def _bare_names(text: str) -> set[str]:
    return {name for alias, name, _ in names(parse(text)) if not alias}
