"""Which tables of an export a column of a published table is read of, and which are not there.

A table counts as missing where the study's own pack names it. One that only an extended pack reads,
as medication beside scans, is what some trials have and others have not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from oncorules.rules.compiler.reach import find_reached, owner_of, sources, sources_of
from oncorules.rules.deriving.as_tables import table_behind
from oncorules.rules.deriving.reading import Reading
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import StackPart
from oncorules.rules.session import Session

Values = Mapping[str, Sequence[object]]
"""What the columns of some rows hold."""

_CODE = re.compile(r"'(?P<quoted>[^']*)'|(?P<bare>[\w/-]+)")


@dataclass(frozen=True)
class _Parts:
    """Some parts of the stack of a pack, by their numbers."""

    pack: str
    name: str
    numbers: tuple[int, ...]
    stack: tuple[StackPart, ...] = field(compare=False, repr=False)

    def within(self, pack: LoadedPack) -> LoadedPack:
        """Return a pack whose stack has these parts alone."""
        if pack.id != self.pack:
            return pack
        kept = tuple(self.stack[number] for number in self.numbers)
        table = pack.tables[self.name].model_copy(update={"stack": kept})
        return replace(pack, tables={**pack.tables, self.name: table})


class Lineage:
    """Answers for the tables of one export; what was asked once is remembered."""

    def __init__(self, session: Session) -> None:
        self._parameters = session.workspace.parameters
        self._model = session.workspace.model
        self.present = frozenset(session.workspace.present)
        self._all = session.packs
        self._packs = [self._without_missing(pack) for pack in session.packs]
        named = set().union(*(_named_by(pack) for pack in session.packs))
        gone = {one for one in named - self.present if self._model.table(one) is not None}
        self._absent = self._reached(gone)
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
        return self._absent.intersection(self._behind(name, column, where))

    def missing_at_all(self, name: str, column: str) -> set[str]:
        """Return the tables that are not there, of all that a column could be read of."""
        return set(self._behind(name, column, {}) - self.present)

    def _reached(self, tables: Collection[str]) -> set[str]:
        """Return those of some tables that a published table reads."""
        found: set[str] = set()
        for pack in self._packs:
            names = [one.from_ for one in pack.publish.values()]
            found |= find_reached(names, pack.id, self._packs, tables).given
        return found

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
                tables[name] = table.model_copy(update={"stack": tuple(there) or table.stack})
        return replace(pack, tables=tables)

    def _behind(self, name: str, column: str, where: Values) -> frozenset[str]:
        source, pack = self._source(name)
        return self._follow(source, pack, column, self._parts(source, pack, where))

    def _parts(self, name: str, pack: str, where: Values) -> _Parts | None:
        """Return the parts of a stack that give the wanted rows; None where no code tells them.

        A part that a code asks for is needed, and no other one can stand for it.
        """
        owner = owner_of(name, pack, self._all)
        table = None if owner is None else owner.tables.get(name)
        if owner is None or table is None:
            return None
        passed = {column: values for column, values in where.items() if column not in table.columns}
        if table.stack is None:
            return self._parts(table.from_, owner.id, passed) if table.from_ else None
        wanted = {(column, str(value)) for column, values in passed.items() for value in values}
        codes = [self._codes(part, owner.id, passed) for part in table.stack]
        if not any(codes):
            return None
        kept = tuple(number for number, own in enumerate(codes) if own.items() <= wanted)
        return _Parts(owner.id, name, kept or tuple(range(len(codes))), tuple(table.stack))

    def _codes(self, part: StackPart, pack: str, columns: Iterable[str]) -> dict[str, str]:
        """Return the columns to which a part of a stack gives one code in every row."""
        found = {}
        for column in columns:
            code = _CODE.fullmatch(part.columns.get(column, ""))
            if code is not None and code["quoted"] is not None:
                found[column] = code["quoted"]
            elif code is not None and code["bare"] not in self._names(part.from_, pack):
                found[column] = code["bare"]
        return found

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

    def _followed(self, name: str, pack: str, column: str, parts: _Parts | None) -> frozenset[str]:
        packs = self._packs if parts is None else [parts.within(one) for one in self._packs]
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
