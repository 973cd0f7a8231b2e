"""What rules and derived tables read: their formulas, and the columns of the export behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from oncorules.data.model import Model
from oncorules.rules.deriving.as_tables import table_of_rule, tables_behind
from oncorules.rules.language.formula import FormulaError, names, parsed, schedules
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import THIS_TABLE, Column, Lookup, Rule, Run, Table, Window


def formulas_of(part: Rule | Table) -> Iterator[str]:
    """Go through the formulas of a rule or a derived table; codes of lines are among them."""
    if isinstance(part, Rule):
        yield part.condition
        yield from filter(None, [part.applies_to.where])
    else:
        yield from filter(None, [part.where, part.until, part.keep])
        for values in part.if_no_row.values():
            yield from values.values()
        for line in part.decide.lines if part.decide else ():
            yield from (line.when, *line.values.values())
        for stacked in part.stack or ():
            yield from filter(None, [stacked.where, *stacked.columns.values()])
    for spec in part.columns.values():
        yield from _of_column(spec)
    for run in part.runs.values():
        yield run.of
    for lookup in part.lookups.values():
        yield from of_lookup(lookup)


def _of_column(spec: Column) -> Iterator[str]:
    yield from filter(None, [spec.value, spec.if_unknown])
    for line in spec.first_true or ():
        yield from (line.when, line.result)
    yield from (spec.decide_by or ())[:-1]
    for row in spec.rows or ():
        yield str(row[-1])


def of_lookup(lookup: Lookup) -> Iterator[str]:
    """Go through the formulas of a look-up."""
    yield from filter(None, [lookup.where, lookup.accept])
    yield from lookup.columns.values()
    yield from lookup.in_between.values()
    yield from _if_none(lookup)


def _if_none(lookup: Lookup) -> Iterable[str]:
    return lookup.if_none.values() if isinstance(lookup.if_none, Mapping) else ()


def names_in(formulas: Iterable[str]) -> set[tuple[str, str]]:
    """Return the names of formulas as (look-up or empty, name); a code reads like a name."""
    return set().union(*(_names_in(formula) for formula in formulas))


@lru_cache(maxsize=4096)
def _names_in(formula: str) -> frozenset[tuple[str, str]]:
    try:
        tree = parsed(formula)
    except FormulaError:
        return frozenset()  # a code such as NON-CR/NON-PD
    found = {(alias, name) for alias, name, _ in names(tree)}
    return frozenset(found | {("", name) for name in schedules(tree)})


def tables_read(packs: Sequence[LoadedPack]) -> set[str]:
    """Return the tables of the export that anything in some packs names."""
    found: set[str] = set()
    for pack in packs:
        tables = (table for name in pack.derived_names for table in tables_behind(pack, name))
        parts: list[Rule | Table] = [*pack.rules.values(), *tables]
        for part in parts:
            found |= {lookup.from_ for lookup in part.lookups.values()}
            if isinstance(part, Rule):
                found |= set(part.applies_to.table)
            else:
                found |= set(_sources(part))
    return found - {THIS_TABLE} - {name for pack in packs for name in pack.derived_names}


def _sources(table: Table) -> list[str]:
    stacked = [part.from_ for part in table.stack or ()]
    return [*filter(None, [table.from_]), *(table.rows_of or ()), *stacked]


class Reading:
    """The columns of the export that derived tables read, found by following every name.

    Attributes:
        found: the columns by table of the export. A column may be named too many, when one name
            stands for columns of several tables; none that is read is left out.
        strict: those of them that a table reads which does not take what is unreadable as missing.
        whole: derived tables that a grading reads, by pack and name: its terms may name any column.
    """

    def __init__(self, packs: Sequence[LoadedPack], model: Model) -> None:
        """Take the packs in whose tables names are looked up, and the table model."""
        self.packs, self.model = packs, model
        self.found: dict[str, set[str]] = {}
        self.strict: dict[str, set[str]] = {}
        self.whole: set[tuple[str, str]] = set()
        self._read: dict[tuple[str, str, bool], set[str]] = {}

    def follow(self, name: str, pack: str, wanted: Iterable[str], *, strict: bool = True) -> None:
        """Follow columns of a table that a pack names, down to the export.

        Args:
            name: the table.
            pack: the id of the pack.
            wanted: the columns.
            strict: a cell that cannot be read stops the run, unless a table on the way says else.
        """
        owner = next((one for one in self._order(pack) if one.derived(name) is not None), None)
        if owner is None:
            self.found.setdefault(name, set()).update(wanted)
            if strict:
                self.strict.setdefault(name, set()).update(wanted)
            return
        label = (owner.id, name, strict)
        first = label not in self._read
        done = self._read.setdefault(label, set())
        new = set(wanted) - done
        done |= new
        if not first and not new:
            return
        for table in tables_behind(owner, name):
            if table.stack is not None:
                self._follow_stack(table, owner, done, strict and table.if_unreadable == "stop")
                continue
            used = table
            if name in owner.tables:
                used = needed_part(table, done, owner)
            else:
                self._follow_whole(table, owner)
            inner = strict and table.if_unreadable == "stop"
            here = done | self._of_rows(used, owner)
            self._follow_lookups(used, owner, inner)
            built = {*table.columns, *(table.decide.sets if table.decide else ())}
            rest = here - (built - _self_reading(used))
            for source in _sources(table):
                self.follow(source, owner.id, rest, strict=inner)

    def follow_rule(self, rule: Rule, table: str, pack: str) -> None:
        """Follow the columns that decide the answers of a rule; what it only shows is left out.

        Args:
            rule: the rule.
            table: the table that it is applied to.
            pack: the id of the loaded pack that brought it.
        """
        owner = next(one for one in self.packs if one.id == pack)
        read = table_of_rule(rule, table, self._key(table, pack))
        self._follow_lookups(read, owner, False)
        here = self._of_rows(read, owner) - (set(read.columns) - _self_reading(read))
        self.follow(table, pack, here, strict=False)

    def _follow_stack(
        self, table: Table, owner: LoadedPack, wanted: set[str], strict: bool
    ) -> None:
        """Follow the parts of a stack: what one of them reads the others need not have."""
        for part in table.stack or ():
            whole = {*wanted, *table.one_row_per}
            made = {name: text for name, text in part.columns.items() if name in whole}
            read = names_in(filter(None, [part.where, *made.values()]))
            rest = whole - made.keys()
            rest |= {name for alias, name in read if not alias}
            self.follow(part.from_, owner.id, rest, strict=strict)

    def _follow_whole(self, grading: Table, owner: LoadedPack) -> None:
        """Follow all columns of what a grading reads."""
        for source in (*_sources(grading), *(one.from_ for one in grading.lookups.values())):
            behind = owner.tables.get(source)
            if behind is not None:
                sets = behind.decide.sets if behind.decide else ()
                self.follow(source, owner.id, {*behind.columns, *sets}, strict=False)
                self.whole.add((owner.id, source))

    def derived(self) -> dict[tuple[str, str], set[str]]:
        """Return what is read of derived tables, by the id of the pack and the name."""
        found: dict[tuple[str, str], set[str]] = {}
        for (pack, name, _), columns in self._read.items():
            found.setdefault((pack, name), set()).update(columns)
        return found

    def _order(self, pack: str) -> list[LoadedPack]:
        return sorted(self.packs, key=lambda other: other.id != pack)

    def _of_rows(self, table: Table, owner: LoadedPack) -> set[str]:
        """Return the names that a table reads of its own rows."""
        own = {alias for alias, lookup in table.lookups.items() if lookup.from_ == THIS_TABLE}
        read = names_in(formulas_of(table.model_copy(update={"lookups": {}})))
        for lookup in table.lookups.values():
            near = names_in(of_lookup(lookup))
            if lookup.from_ != THIS_TABLE:  # a bare name is a column there
                near = {(alias, name) for alias, name in near if alias == "this"}
                near |= names_in(_if_none(lookup))
            read |= near
        found = {name for alias, name in read if alias in {"", "this", *table.windows, *own}}
        found |= {
            schedule.from_ for name, schedule in owner.schedules.items() if ("", name) in read
        }
        framed: list[Window | Run] = [*table.windows.values(), *table.runs.values()]
        for frame in framed:
            found |= {*frame.per, *(order.name for order in frame.orders)}
        for lookup in table.lookups.values():
            found |= set(lookup.on.values() if lookup.on else self._key_of(lookup, table, owner))
            if lookup.from_ == THIS_TABLE:
                found |= {order.name for order in lookup.orders}
        return found | set(table.one_row_per)

    def _key_of(self, lookup: Lookup, table: Table, owner: LoadedPack) -> Sequence[str]:
        """Return the key of the table that a look-up searches; without `on` it is joined on."""
        if lookup.from_ == THIS_TABLE:
            return table.one_row_per
        return self._key(lookup.from_, owner.id)

    def _follow_lookups(self, table: Table, owner: LoadedPack, strict: bool) -> None:
        read = names_in(formulas_of(table))
        for alias, lookup in table.lookups.items():
            if lookup.from_ == THIS_TABLE:
                continue
            wanted = {name for owner_alias, name in read if owner_alias == alias}
            inner = [f for f in (lookup.where, *lookup.columns.values()) if f is not None]
            wanted |= {name for near, name in names_in(inner) if not near}
            wanted |= {order.name for order in lookup.orders} | set(lookup.on or {})
            wanted |= set(self._key(lookup.from_, owner.id))
            self.follow(lookup.from_, owner.id, wanted, strict=strict)

    def _key(self, name: str, pack: str) -> Sequence[str]:
        owner = next((one for one in self._order(pack) if one.derived(name) is not None), None)
        if owner is not None:
            _, item = owner.derived(name) or ("", None)
            if isinstance(item, Table):
                return item.one_row_per
            return self._key(item.of, owner.id) if item is not None else ()
        declared = self.model.table(name)
        return declared.key if declared is not None else ()


def needed_part(table: Table, wanted: Collection[str], owner: LoadedPack) -> Table:
    """Return a table with those of its columns and look-ups that some columns of it need.

    Args:
        table: the whole table.
        wanted: the columns, perhaps with names that it does not have.
        owner: the pack of the table, for its schedules.
    """
    sets = set(table.decide.sets) if table.decide else set[str]()
    bare = table.model_copy(update={"columns": {}, "lookups": {}, "decide": None})
    decided = table.model_copy(update={"columns": {}, "lookups": {}, "where": None})
    names = {("", name) for name in (*wanted, *table.one_row_per)} | names_in(formulas_of(bare))
    framed: list[Window | Run] = [*table.windows.values(), *table.runs.values()]
    for frame in framed:
        names |= {("", name) for name in (*frame.per, *(order.name for order in frame.orders))}
    columns: set[str] = set()
    lookups: set[str] = set()
    todo = names
    while todo:
        found: set[tuple[str, str]] = set()
        for alias, name in todo:
            if alias in table.lookups and alias not in lookups:
                lookups.add(alias)
                lookup = table.lookups[alias]
                found |= names_in(of_lookup(lookup))
                found |= {("", one) for one in (lookup.on or {}).values()}
                found |= {("", order.name) for order in lookup.orders}
            if not alias and name in owner.schedules:
                found.add(("", owner.schedules[name].from_))
            if name in table.columns and name not in columns:
                columns.add(name)
                found |= names_in(_of_column(table.columns[name]))
            if name in sets:
                columns |= sets
                found |= names_in(formulas_of(decided))
        todo = found - names
        names |= found
    return table.model_copy(
        update={
            "columns": {name: spec for name, spec in table.columns.items() if name in columns},
            "lookups": {name: spec for name, spec in table.lookups.items() if name in lookups},
            "decide": table.decide if columns & sets else None,
        }
    )


def _self_reading(table: Table) -> set[str]:
    """Return the columns that are built from the column of the same name below."""
    return {
        name for name, spec in table.columns.items() if ("", name) in names_in(_of_column(spec))
    }
