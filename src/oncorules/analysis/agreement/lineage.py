"""Which tables of an export a column of a published table is read of, and which are not there.

A table counts as missing where the study's own pack names it. One that only an extended pack reads,
as medication beside scans, is what some trials have and others have not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from oncorules.rules.compiler.reach import owner_of, sources, sources_of
from oncorules.rules.deriving.as_tables import table_behind
from oncorules.rules.deriving.reading import Reading, tables_read
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import StackPart, Table
from oncorules.rules.session import Session

Values = Mapping[str, Sequence[object]]
"""What the columns of some rows hold."""

_CODE = re.compile(r"'(?P<quoted>[^']*)'|(?P<bare>[\w/-]+)")


class Lineage:
    """Answers for the tables of one export; what was asked once is remembered."""

    def __init__(self, session: Session) -> None:
        self._parameters = session.workspace.parameters
        self._model = session.workspace.model
        self.present = frozenset(session.workspace.present)
        self._all = session.packs
        self._packs = [self._without_missing(pack) for pack in session.packs]
        named = set().union(*(_named_by(pack) for pack in session.packs))
        self._absent = (named & tables_read(self._packs)) - self.present
        self._follow = cache(self._followed)

    def missing_rows(self, name: str) -> set[str]:
        """Return the tables that are not there, and without which a published table has no row."""
        source, pack = self._source(name)
        return self._rows(source, pack, ())

    def missing_for(self, name: str, column: str, where: Values) -> set[str]:
        """Return the tables that are not there, and without which a column is not known.

        Args:
            name: a published table.
            column: its column; without one, the rows are meant.
            where: what the columns of the rows hold that are looked at; what a stack makes of
                other tables for other rows is not needed.
        """
        if not self._absent:
            return set()
        return self._absent & self._behind(name, column, where)

    def missing_at_all(self, name: str, column: str) -> set[str]:
        """Return the tables that are not there, of all that a column could be read of."""
        return self._behind(name, column, {}) - self.present

    def _source(self, name: str) -> tuple[str, str]:
        """Return the derived table behind a published one, and the id of its pack."""
        for pack in self._all:
            if name in pack.publish:
                return pack.publish[name].from_, pack.id
        return name, ""

    def _rows(self, name: str, pack: str, above: tuple[str, ...]) -> set[str]:
        owner = None if name in above else owner_of(name, pack, self._all)
        table = None if owner is None else table_behind(owner, name)
        if owner is None or table is None:
            return set() if name in self.present or self._model.table(name) is None else {name}
        own = [*filter(None, [table.from_]), *(table.rows_of or ())]
        own += [part.from_ for part in table.stack or ()]
        found = [self._rows(source, owner.id, (*above, name)) for source in own]
        return set().union(*found) if all(found) else set()

    def _without_missing(self, pack: LoadedPack) -> LoadedPack:
        """Return a study whose stacks read what is there: one of several sources is enough."""
        tables = dict(pack.tables)
        for name, table in pack.tables.items():
            if table.stack is not None and pack.origin("tables", name) == pack.id:
                there = [one for one in table.stack if not self._rows(one.from_, pack.id, ())]
                tables[name] = _stacked(table, there)
        return replace(pack, tables=tables)

    def _behind(self, name: str, column: str, where: Values) -> frozenset[str]:
        source, pack = self._source(name)
        stack = self._stack_of(source, pack, where)
        kept = ("", ()) if stack is None else stack
        return self._follow(source, pack, column, *kept)

    def _stack_of(self, name: str, pack: str, where: Values) -> tuple[str, tuple[int, ...]] | None:
        """Return the stack that rows come from, and those of its parts that have such rows."""
        owner = owner_of(name, pack, self._packs)
        table = None if owner is None else owner.tables.get(name)
        if owner is None or table is None:
            return None
        passed = {column: values for column, values in where.items() if column not in table.columns}
        if table.stack is None:
            return self._stack_of(table.from_, owner.id, passed) if table.from_ else None
        kept = [
            number
            for number, part in enumerate(table.stack)
            if not any(self._is_other(part, owner.id, *one) for one in passed.items())
        ]
        return name, tuple(kept)

    def _is_other(self, part: StackPart, pack: str, column: str, values: Sequence[object]) -> bool:
        """Tell whether a part gives a column one code, and one that is not among some values."""
        code = _CODE.fullmatch(part.columns.get(column, ""))
        if code is None:
            return False
        bare = code["bare"]
        if bare is not None and bare in self._names(part.from_, pack):
            return False
        return (bare or code["quoted"]) not in {str(value) for value in values}

    def _names(self, name: str, pack: str) -> set[str]:
        """Return every name that could be a column of a table or a parameter there."""
        owner = owner_of(name, pack, self._packs)
        table = None if owner is None else table_behind(owner, name)
        if owner is None or table is None:
            declared = self._model.table(name)
            return set(declared.columns) if declared is not None else set()
        found = {*self._parameters.of(owner.id, ""), *table.columns, *table.one_row_per}
        found |= set(table.decide.sets if table.decide else ())
        for part in table.stack or ():
            found |= {*part.columns, *self._names(part.from_, owner.id)}
        for source in filter(None, (table.from_, *(table.rows_of or ()))):
            found |= self._names(source, owner.id)
        return found

    def _followed(
        self, name: str, pack: str, column: str, stack: str, kept: tuple[int, ...]
    ) -> frozenset[str]:
        packs = self._packs
        if stack:
            packs = [_with_parts(one, stack, kept) for one in packs]
        reading = Reading(packs, self._model)
        reading.follow(name, pack, (column,) if column else ())
        return frozenset(one for one in reading.found if self._model.table(one) is not None)


def _named_by(pack: LoadedPack) -> set[str]:
    """Return the tables that the files of a pack name, those of packs that it extends left out."""
    found = set(pack.export_tables)
    for section in ("tables", "gradings", "selections"):
        for name in getattr(pack, section):
            if pack.origin(section, name) == pack.id:
                found |= sources_of(pack, name)
    for id, rule in pack.rules.items():
        if pack.origin("rules", id) == pack.id:
            found |= sources(rule)
    return found


def _stacked(table: Table, parts: Sequence[StackPart]) -> Table:
    """Return a stack of some of its parts; of all where none is left."""
    return table.model_copy(update={"stack": tuple(parts)}) if parts else table


def _with_parts(pack: LoadedPack, name: str, kept: Sequence[int]) -> LoadedPack:
    table = pack.tables.get(name)
    if table is None or table.stack is None:
        return pack
    parts = [table.stack[number] for number in kept]
    return replace(pack, tables={**pack.tables, name: _stacked(table, parts)})
