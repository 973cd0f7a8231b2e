"""Which columns of the export decide the answers of each rule, through derived tables as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from oncorules.rules.deriving.reading import Reading, names_in
from oncorules.rules.loading.model import THIS_TABLE, Grading

if TYPE_CHECKING:
    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.rules.session import Session

Reads = Mapping[str, frozenset[str]]


def columns_read(session: Session) -> dict[tuple[str, str], Reads]:
    """Return the tables of the export that each rule reads, with the columns of each.

    A column that only a message shows is left out. A rule that reads a derived table reads what
    that one needs of the export. Where one name stands for columns of several tables, one may be
    named too many.

    Args:
        session: the export, its rules and packs.

    Returns:
        by rule and table.
    """
    found: dict[tuple[str, str], Reads] = {}
    model, tables = session.workspace.model, session.tables
    for one, pack in session.rules:
        reading = Reading(session.packs, model)
        reading.follow_rule(one.rule, one.table, pack)
        _follow_gradings(reading, session.packs)
        reads: dict[str, frozenset[str]] = {}
        for name, columns in reading.found.items():
            declared, loaded = model.table(name), tables.get(name)
            there = set(declared.columns) if declared is not None else set()
            there |= set(loaded.columns) if loaded is not None else set()
            reads[name] = frozenset(columns & there)
        found[one.id, one.table] = reads
    return found


def _follow_gradings(reading: Reading, packs: tuple[LoadedPack, ...]) -> None:
    """Follow what the terms of gradings read, which are no formulas over one table."""
    owners = {pack.id: pack for pack in packs}
    done: set[tuple[str, str]] = set()
    while todo := reading.derived().keys() - done:
        for label in todo:
            done.add(label)
            grading = owners[label[0]].gradings.get(label[1])
            if grading is not None:
                for alias, name in names_in(_formulas(grading)):
                    lookup = grading.lookups.get(alias)
                    near = lookup is None or lookup.from_ == THIS_TABLE
                    source = grading.of if lookup is None or near else lookup.from_
                    reading.follow(source, label[0], {name}, strict=False)


def _formulas(grading: Grading) -> Iterator[str]:
    yield from grading.reads.values()
    for term in grading.terms:
        yield from filter(None, [term.where, term.normal_when])
        yield from (term.grades or {}).values()
        for branch in term.branches or ():
            yield from (branch.when, *branch.grades.values())
