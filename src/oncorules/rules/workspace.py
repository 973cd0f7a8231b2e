"""Packs, parameters and tables brought together: what every name of every rule means in one run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.model import Model
from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.compiler.checks import BoundRule, Plan, RuleFault, plan_checks
from oncorules.rules.compiler.reach import find_reached, owner_of, sources_of
from oncorules.rules.compiler.relation import (
    EXAMPLE,
    FILE,
    ROW,
    Relation,
    absent,
    column,
    source_relation,
    to_be_stored,
    without_texts,
)
from oncorules.rules.compiler.value_lists import without_lists
from oncorules.rules.deriving.derivations import compile_derived, key_of_derived
from oncorules.rules.deriving.selection_flow import refuse_undecided
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import RankedCodes, Schedule, Scope
from oncorules.rules.language.values import MONTH_DAYS, Kind, Value, constant
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.parameters import Resolved

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine

DAYS_IN = {"day": Decimal(1), "week": Decimal(7), "month": MONTH_DAYS, "year": 12 * MONTH_DAYS}
"""Days of a planned interval; months and years have their mean length, rounded to whole days."""


@dataclass
class Workspace:
    """Everything that rules are compiled against.

    Attributes:
        engine: holds the tables; derived tables are stored in it when they are first read, and
            those that are made row by row are only named.
        model: the table model, with the packs' own export tables.
        packs: the packs, in the order in which their tables are searched.
        parameters: the value of every parameter.
        present: for each table of the export, its columns and their kinds.
        files: for each table of the export, the names of its files.
        rows: for each table of the export, how many rows it has.
        prefix: stands before the engine's names, so that several workspaces share an engine.
        given: tables known by now.
        stored: the engine's names of what this workspace stored or named.
        read: for derived tables, by the id of their pack and their name, the columns that are
            read of them; all are where a table is not listed.
        readable: for tables of the export, columns in which every cell could be read; what is
            shown of their numbers is what they are.
        to_come: all derived tables of the run, where they are known before; what none of them reads
            any more is dropped.
        wanted: those of them that people get.
        examples: every table says of which example each row is.
        empty: a workspace without any row; what reads nothing that is given is taken from it.
    """

    engine: Engine
    model: Model
    packs: Sequence[LoadedPack]
    parameters: Resolved
    present: Mapping[str, Mapping[str, Kind]]
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    prefix: str = ""
    given: dict[str, Relation] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    read: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    examples: bool = False
    empty: Workspace | None = None
    readable: Mapping[str, Collection[str]] = field(default_factory=dict)
    to_come: AbstractSet[tuple[str, str]] = frozenset()
    wanted: Collection[tuple[str, str]] = ()
    _derived: dict[tuple[str, str], Relation] = field(default_factory=dict)
    _gone: set[tuple[str, str]] = field(default_factory=set)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def relation(self, name: str, pack: str) -> Relation:
        """Return a table as rules of a pack see it: given, derived by a pack, or of the export."""
        if name in self.given:
            return self.given[name]
        owner = owner_of(name, pack, self.packs)
        return self._source(name, pack) if owner is None else self._derive(name, owner)

    def _source(self, name: str, pack: str) -> Relation:
        declared = self.model.table(name)
        if declared is None:
            raise FormulaError(f'there is no table "{name}"{did_you_mean(name, self._names())}')
        if self.empty is not None:
            return self.empty.relation(name, pack)
        present = self.present.get(name)
        files = max(1, len(self.files.get(name, ())))
        rows = self.rows.get(name, 0)
        found = source_relation(self.prefix + name, declared, present, files, rows)
        found = without_texts(found, self.readable.get(name, ()))
        if self.examples:
            mark = Value("integer", column(EXAMPLE))
            found = replace(found, columns={**found.columns, EXAMPLE: mark})
        if present is None:
            self._make_empty(found)
        self.given[name] = found
        return found

    def give(self, name: str, engine_name: str, columns: Mapping[str, Value], pack: str) -> None:
        """Take a stored table in the place of the one that rules would find under a name.

        Args:
            name: the name that rules use.
            engine_name: where its rows are stored, with `#file` and `#row`.
            columns: what it holds; other columns of its model read as missing.
            pack: the pack whose derived table it may stand for.
        """
        known = self._known(name, pack)
        filled = {label: absent(one.kind, one.unit) for label, one in known.items()}
        typed = {
            label: replace(value, unit=known[label].unit, codes=known[label].codes)
            for label, value in columns.items()
            if label in known
        }
        key = self.key(name, pack)
        gone = frozenset(filled) - frozenset(columns)
        whole = {**filled, **columns, **typed}
        self.given[name] = Relation(engine_name, whole, key, True, gone)

    def kinds(self, name: str, pack: str) -> dict[str, Kind]:
        """Return the columns of a table and their kinds, as the model or its formulas say."""
        return {label: value.kind for label, value in self._known(name, pack).items()}

    def _known(self, name: str, pack: str) -> dict[str, Value]:
        if owner_of(name, pack, self.packs) is not None:
            bare = self.empty or Workspace(
                self.engine,
                self.model,
                self.packs,
                self.parameters,
                {},
                prefix=f"{self.prefix}kinds.",
            )
            columns = bare.relation(name, pack).columns
            if self.empty is None:
                bare.drop()
            return {label: value for label, value in columns.items() if label != EXAMPLE}
        declared = self.model.table(name)
        if declared is None:
            raise FormulaError(f'there is no table "{name}"{did_you_mean(name, self._names())}')
        present = {label: one.type for label, one in declared.columns.items()}
        return dict(source_relation(name, declared, present).columns)

    def drop(self) -> None:
        """Remove everything that this workspace stored from the engine."""
        for name in self.stored:
            self.engine.drop(name)

    @property
    def derived(self) -> Mapping[tuple[str, str], Relation]:
        """The derived tables stored by now, by the id of their pack and their name."""
        return self._derived

    def changed(self, pack: LoadedPack, name: str, parameters: Resolved, prefix: str) -> Workspace:
        """Return a workspace in which one derived table is another; it shares all that stays.

        Args:
            pack: the pack with the changed table.
            name: the table.
            parameters: the values that hold now.
            prefix: stands before the names of what is stored anew.
        """
        packs = [pack if one.id == pack.id else one for one in self.packs]
        kept: dict[tuple[str, str], Relation] = {}
        gone = {name}
        for (owner, label), relation in self._derived.items():  # each after those it reads
            home = next(one for one in packs if one.id == owner)
            if label in gone or (sources_of(home, label) & gone) - self.given.keys():
                gone.add(label)
            else:
                kept[owner, label] = relation
        other = replace(self, packs=packs, parameters=parameters, prefix=prefix, _derived=kept)
        return replace(other, given=dict(self.given), stored=[])

    def _names(self) -> list[str]:
        return [*self.model.tables, *(name for pack in self.packs for name in pack.derived_names)]

    def key(self, name: str, pack: str) -> tuple[str, ...]:
        """Return the columns that name a row of a table."""
        owner = owner_of(name, pack, self.packs)
        if owner is not None:
            return key_of_derived(self, name, owner)
        declared = self.model.table(name)
        return declared.key if declared is not None else ()

    def _make_empty(self, relation: Relation) -> None:
        """Store a table without rows, so that a look-up into it finds nothing."""
        columns = [exp.alias_(exp.cast(exp.Null(), "BIGINT"), ROW, quoted=True)]
        columns.append(exp.alias_(exp.cast(exp.Null(), "SMALLINT"), FILE, quoted=True))
        if self.examples:
            columns.append(exp.alias_(exp.cast(exp.Null(), "BIGINT"), EXAMPLE, quoted=True))
        self.engine.store(relation.name, exp.select(*columns).where(exp.false()))
        self.stored.append(relation.name)

    def _derive(self, name: str, pack: LoadedPack) -> Relation:
        label = (pack.id, name)
        if label in self._derived:
            return self._derived[label]
        if label in self._open:
            circle = " > ".join(table for _, table in (*self._open, label))
            raise FormulaError(f"the tables read each other in a circle: {circle}")
        if self.empty is not None and not self._reads_given(name, pack):
            return self.empty.relation(name, pack.id)
        self._open.append(label)
        try:
            query, found = self.compile(name, pack)
            if not self.examples:  # of which each has lists of its own
                query, lists = without_lists(query)
                for label_of_list, constants in lists.items():
                    self.engine.keep(label_of_list, constants)
            if not self.examples and (name in pack.tables and pack.tables[name].stack):
                self.engine.name(found.name, query)  # to store what only stands elsewhere is dear
            elif self.examples or not found.in_order:
                self.engine.store_unordered(found.name, query)
            elif self._readers(name, pack) < 2 or self._is_plain(name, pack):
                self.engine.name(found.name, query)
            else:  # as long and as wide as the export
                query, found = to_be_stored(query, found, self.read.get(label))
                self.engine.store_unordered(found.name, query, on_disk=True)
            self.stored.append(found.name)
            if name in pack.selections:
                refuse_undecided(self.engine, name, pack.selections[name], found)
        finally:
            self._open.pop()
        self._derived[label] = found
        if self.to_come:
            self._forget()
        return found

    def _forget(self) -> None:
        """Drop the stored tables that nothing which is still to come reads."""
        by_id = {pack.id: pack for pack in self.packs}
        todo = [*self.wanted, *(self.to_come - self._derived.keys() - self._gone)]
        seen: set[tuple[str, str]] = set()
        while todo:
            label = todo.pop()
            if label in seen:
                continue
            seen.add(label)
            made = self._derived.get(label)
            if made is None or not self.engine.is_stored(made.name):  # else its rows are there
                pack, name = label
                for source in sources_of(by_id[pack], name):
                    owner = owner_of(source, pack, self.packs)
                    todo += [(owner.id, source)] if owner is not None else []
        for label in self._derived.keys() - seen:
            relation = self._derived.pop(label)
            self._gone.add(label)
            self.stored.remove(relation.name)
            self.engine.drop(relation.name)

    def _readers(self, name: str, pack: LoadedPack) -> int:
        """Return how often a derived table is read on the way to the tables that are published.

        To publish it reads it twice: rows that are worked out one by one have to be put in order.
        """
        wanted = [one.from_ for one in pack.publish.values()]
        reached = find_reached(wanted, pack.id, [pack], ()).derived
        derived = sum(name in sources_of(pack, other) for _, other in reached)
        return derived + 2 * wanted.count(name)

    def _is_plain(self, name: str, pack: LoadedPack) -> bool:
        """Tell whether rows are so quickly made from the export that to store them takes longer."""
        table = pack.tables.get(name)
        published = {one.from_ for one in pack.publish.values()}
        if table is None or name in published or table.from_ not in self.present:
            return False
        return not (table.lookups or table.windows or table.runs)

    def _reads_given(self, name: str, pack: LoadedPack) -> bool:
        reached = find_reached(sources_of(pack, name), pack.id, self.packs, self.given)
        return bool(reached.given)

    def compile(self, name: str, pack: LoadedPack) -> tuple[exp.Select, Relation]:
        """Return the query of a derived table and the relation it becomes.

        Raises:
            RuleError: a formula does not fit, with `file:line:column`.
        """
        return compile_derived(self, name, pack)

    def scope(self, pack: LoadedPack, rule: str, own: Mapping[str, object]) -> Scope:
        """Return the parameters, code lists and schedules that a rule or table may name."""
        values: dict[str, Value] = {}
        for name, setting in self.parameters.of(pack.id, rule).items():
            value = setting.value
            values[name] = constant(value, unit=setting.unit)
        ranked = {
            name: RankedCodes(name, codes.ranked)
            for name, codes in pack.codes.items()
            if codes.ranked is not None
        }
        lists = {name: frozenset(codes.codes) for name, codes in pack.codes.items()}
        schedules = _schedules(pack, values)
        return Scope(parameters=values, ranked=ranked, schedules=schedules, code_lists=lists)

    def plan(self, table: str, instances: Sequence[RuleInstance], packs: Sequence[str]) -> Plan:
        """Return the fused plan of all rules on one table.

        Args:
            table: the table the rules apply to.
            instances: the rules.
            packs: for each rule, the id of the loaded pack that brought it.

        Raises:
            RuleError: a rule does not fit the tables, with `file:line:column`.
        """
        by_id = {pack.id: pack for pack in self.packs}
        owner = packs[0]
        bound = [
            BoundRule(one.rule, self.scope(by_id[pack], one.id, one.rule.parameters))
            for one, pack in zip(instances, packs, strict=True)
        ]
        try:
            relation = self.relation(table, owner)
            return plan_checks(relation, bound, lambda name: self.relation(name, owner))
        except RuleFault as fault:
            one = next(one for one in instances if one.rule is fault.rule)
            place = one.place(*fault.path, offset=fault.error.offset)
            raise RuleError([Problem(place, str(fault))]) from None
        except FormulaError as error:
            place = instances[0].place("applies_to", "table")
            raise RuleError([Problem(place, str(error))]) from None


def _schedules(pack: LoadedPack, values: Mapping[str, Value]) -> dict[str, Schedule]:
    def days(text: str, unit: str) -> int:
        value = values[text].literal if text in values else text
        return int((Decimal(str(value)) * DAYS_IN[unit]).quantize(Decimal(1), ROUND_HALF_UP))

    return {
        name: Schedule(
            plan.from_,
            tuple(days(at, plan.unit) for at in plan.at),
            None if plan.then_every is None else days(plan.then_every, plan.unit),
            days(plan.tolerance, plan.unit),
        )
        for name, plan in pack.schedules.items()
    }
