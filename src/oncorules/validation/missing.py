"""Which tables a rule needs and the export does not have, derived tables followed to their ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oncorules.rules.deriving.as_tables import table_behind
from oncorules.rules.loading.loaded import RuleInstance
from oncorules.rules.loading.model import THIS_TABLE, Lookup, Table
from oncorules.rules.workspace import Workspace


def missing_tables(
    workspace: Workspace, rule: RuleInstance, pack: str
) -> tuple[set[str], set[str]]:
    """Return the missing tables that a rule's rows come from, and those that it looks into.

    A rule without rows has nothing to check; a rule without a table that it looks into would call
    every row a finding, and is not run.
    """
    base, others = _of_table(workspace, rule.table, pack, ())
    for lookup in _read(rule.rule.lookups):
        others |= set().union(*_of_table(workspace, lookup, pack, ()))
    return base, others


def _read(lookups: Mapping[str, Lookup]) -> Iterable[str]:
    return [lookup.from_ for lookup in lookups.values() if lookup.from_ != THIS_TABLE]


def _of_table(
    workspace: Workspace, name: str, pack: str, above: tuple[str, ...]
) -> tuple[set[str], set[str]]:
    table = _derived(workspace, name, pack)
    if table is None or name in above:
        there = name in workspace.present or name in workspace.given
        known = workspace.model.table(name) is not None
        return (set() if there or not known else {name}), set()
    sources = [table.from_] if table.from_ else [*(table.rows_of or ())]
    sources += [part.from_ for part in table.stack or ()]
    found = [_of_table(workspace, source, pack, (*above, name)) for source in sources if source]
    bases = [base for base, _ in found]
    missing = set().union(*bases) if all(bases) else set()
    # A part that gives no row looks into nothing.
    others = set().union(*(other for base, other in found if missing or not base))
    for lookup in _read(table.lookups):
        others |= set().union(*_of_table(workspace, lookup, pack, (*above, name)))
    return missing, others


def _derived(workspace: Workspace, name: str, pack: str) -> Table | None:
    if name in workspace.given:
        return None
    packs = sorted(workspace.packs, key=lambda other: other.id != pack)
    return next((table_behind(owner, name) for owner in packs if owner.derived(name)), None)
