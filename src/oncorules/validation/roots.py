"""Tables of the export behind derived tables: whose files, rows and units a derived row has."""

from __future__ import annotations

from collections.abc import Sequence

from oncorules.rules.deriving.as_tables import tables_behind
from oncorules.rules.deriving.reading import formulas_of, names_in
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import THIS_TABLE, Column, Decide
from oncorules.rules.workspace import Workspace


def root_of(workspace: Workspace, table: str, pack: str, name: str | None = None) -> str | None:
    """Return the table of the export whose rows a table has, following `from`.

    Args:
        workspace: the packs.
        table: a table of the export, or a derived one.
        pack: the pack that names it.
        name: follow this column, and stop where a derived table builds it.
    """
    order = sorted(workspace.packs, key=lambda other: other.id != pack)
    for _ in range(100):
        owner = next((one for one in order if one.derived(table)), None)
        if owner is None:
            return table
        derived = tables_behind(owner, table)[0]
        sets = derived.decide.sets if derived.decide else ()
        if derived.from_ is None or (name is not None and name in (*derived.columns, *sets)):
            return None
        table = derived.from_
    return None


def decided_by(
    workspace: Workspace, table: str, pack: str, name: str
) -> tuple[str, Column | Decide] | None:
    """Return what decides a column of a derived table line by line, and the table that does.

    Args:
        workspace: the packs.
        table: the derived table.
        pack: the pack that names it.
        name: the column.
    """
    order = sorted(workspace.packs, key=lambda other: other.id != pack)
    for _ in range(100):
        owner = next((one for one in order if one.derived(table)), None)
        if owner is None:
            return None
        derived = tables_behind(owner, table)[0]
        if derived.decide is not None and name in derived.decide.sets:
            return table, derived.decide
        if name in derived.columns:
            spec = derived.columns[name]
            return (table, spec) if spec.value is None else None
        if derived.from_ is None:
            return None
        table = derived.from_
    return None


def files_of(workspace: Workspace, table: str, pack: str) -> Sequence[str]:
    """Return what `#file` of a table counts; nothing for a table that has no rows of files."""
    root = root_of(workspace, table, pack)
    return () if root is None else workspace.files.get(root, ())


def unit_columns(
    workspace: Workspace, one: RuleInstance, owner: LoadedPack
) -> dict[tuple[str, str], str]:
    """Return the columns that hold units: {(look-up or empty, name): column of its unit}."""
    found: dict[tuple[str, str], str] = {}
    for alias, name in names_in(formulas_of(one.rule)):
        lookup = one.rule.lookups.get(alias)
        if alias and lookup is None:
            continue
        table = one.table if lookup is None or lookup.from_ == THIS_TABLE else lookup.from_
        root = root_of(workspace, table, owner.id, name)
        declared = None if root is None else workspace.model.table(root)
        if declared is not None and name in declared.columns:
            unit_from = declared.columns[name].unit_from
            if unit_from is not None:
                found[alias, name] = unit_from
    return found
