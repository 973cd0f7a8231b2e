"""Which tables a rule or derived table reads, directly or through others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import THIS_TABLE, Grading, Rule, Selection, Table


@dataclass
class Reached:
    """What is read.

    Attributes:
        derived: derived tables as (id of the loaded pack, name); each after those it reads.
        given: tables that were given, at which the search ended.
    """

    derived: list[tuple[str, str]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)


def sources(item: Rule | Table | Grading) -> set[str]:
    """Return the names of the tables that a rule or table reads itself, without its own."""
    names = {lookup.from_ for lookup in item.lookups.values()} - {THIS_TABLE}
    if isinstance(item, Rule):
        return names | set(item.applies_to.table)
    if isinstance(item, Grading):
        return names | {item.of}
    stacked = {part.from_ for part in item.stack or ()}
    return names | stacked | set(item.rows_of or ()) | ({item.from_} if item.from_ else set())


def sources_of(pack: LoadedPack, name: str) -> set[str]:
    """Return the names of the tables that a derived table of a pack reads itself."""
    found = pack.derived(name)
    assert found is not None
    _, item = found
    if not isinstance(item, Selection):
        return sources(item)
    steps = [one.rule for one in pack.rule_instances if one.id in item.steps]
    return {item.of}.union(*(sources(rule) for rule in steps))


def owner_of(name: str, pack: str, packs: Sequence[LoadedPack]) -> LoadedPack | None:
    """Return the pack whose derived table a name means to the rules of a pack, if any."""
    for owner in sorted(packs, key=lambda other: other.id != pack):
        if owner.derived(name) is not None:
            return owner
    return None


def find_reached(
    names: Iterable[str], pack: str, packs: Sequence[LoadedPack], given: Collection[str]
) -> Reached:
    """Return every derived table behind some names.

    Args:
        names: tables, as the rules of `pack` name them.
        pack: the id of a loaded pack.
        packs: all loaded packs.
        given: names that stand for tables of an example; nothing behind them is read.
    """
    found, seen = Reached(), set[tuple[str, str]]()

    def visit(name: str, pack: str) -> None:
        if name in given:
            found.given.add(name)
            return
        owner = owner_of(name, pack, packs)
        if owner is None or (owner.id, name) in seen:
            return
        seen.add((owner.id, name))
        for source in sorted(sources_of(owner, name)):
            visit(source, owner.id)
        found.derived.append((owner.id, name))

    for name in sorted(set(names)):
        visit(name, pack)
    return found
