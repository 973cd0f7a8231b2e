"""Which columns of derived tables are compared somewhere, so that a number in them is a limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from oncorules.rules.formulas import Formula, formulas
from oncorules.rules.limits import compared_names
from oncorules.rules.loaded import LoadedPack
from oncorules.rules.model import THIS_TABLE, Rule, Table
from oncorules.rules.reach import owner_of

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
    items = [(pack, one.id, one.rule) for pack in packs for one in pack.rule_instances]
    tables = [(pack, name, table) for pack in packs for name, table in pack.tables.items()]
    read = {(pack.id, name): list(formulas(item)) for pack, name, item in (*items, *tables)}
    compared: Compared = {(pack.id, name): set() for pack, name, _ in tables}
    grown = True
    while grown:
        grown = False
        for pack, name, item in (*items, *tables):
            start = compared.get((pack.id, name), set()) if isinstance(item, Table) else set()
            pairs = own_compared(item, read[pack.id, name], start)
            for source, column in _handed_on(item, pairs):
                owner = owner_of(source, pack.id, packs)
                if owner is not None and column not in compared[owner.id, source]:
                    compared[owner.id, source].add(column)
                    grown = True
    return compared


def _handed_on(item: Rule | Table, pairs: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Go through the columns of other tables behind names that are compared."""
    if isinstance(item, Rule):
        behind = list(item.applies_to.table)
    else:
        behind = [*(item.rows_of or ()), *(part.from_ for part in item.stack or ())]
        behind += [item.from_] if item.from_ else []
    for alias, name in pairs:
        if alias in item.lookups:
            yield item.lookups[alias].from_, name
        elif not alias and name not in item.columns:
            yield from ((table, name) for table in behind)
