"""What the names of a formula are called: variables with their labels, parameters with values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from oncorules.data.model import Model
from oncorules.rules.compiler.reach import owner_of
from oncorules.rules.language.formula import FormulaError, parsed
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import (
    THIS_TABLE,
    Column,
    Grading,
    Lookup,
    Rule,
    Selection,
    Table,
    Window,
)
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.parameters import Resolved

_DATES = {"earliest", "latest", "add_days"}
_KEPT = {"coalesce", "min", "max", "first", "last"}  # of dates they give a date
_DEEPEST = 6  # derived tables behind one another that are asked what kind a column is


@dataclass(frozen=True)
class Named:
    """One name: the label beside it, if any, and whether it holds dates."""

    label: str = ""
    date: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What the names of the formulas of one rule or table mean.

    Attributes:
        columns: bare names.
        parameters: the value and unit of each parameter.
        aliases: look-ups, and windows of one row, with what can be read with a dot.
        this: the columns that `this.` reads inside a look-up.
    """

    columns: Mapping[str, Named] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, Named]] = field(default_factory=dict)
    this: Mapping[str, Named] = field(default_factory=dict)

    def said(self, alias: str, name: str) -> str:
        """Return how a name is told: `Serious Event (AESER)`, `tolerance (3 day)`, `days`."""
        shown = f"{alias}.{name}" if alias else name
        if not alias and name not in self.columns and name in self.parameters:
            return f"{name} ({self.parameters[name]})"
        label = self._named(alias, name).label
        return f"{label} ({shown})" if label else shown

    def is_date(self, alias: str, name: str) -> bool:
        """Return whether a name is known to hold dates."""
        return self._named(alias, name).date

    def inside(self, alias: str) -> Vocabulary:
        """Return what the names mean inside a look-up, where bare ones are those of its table."""
        there = self.aliases.get(alias, {})
        return replace(self, columns=there, this=self.columns, aliases={})

    def _named(self, alias: str, name: str) -> Named:
        if not alias:
            known = self.columns
        else:
            known = self.this if alias == "this" else self.aliases.get(alias, {})
        return known.get(name, Named())


class Names:
    """The names of the rules and derived tables of some packs."""

    def __init__(self, packs: Sequence[LoadedPack], model: Model, parameters: Resolved) -> None:
        """Take all packs of the call, the table model, and the value of every parameter."""
        self._packs, self._model, self._parameters = packs, model, parameters
        self._tables: dict[tuple[str, str], Mapping[str, Named]] = {}

    def of_rule(self, rule: Rule, table: str, pack: LoadedPack) -> Vocabulary:
        """Return the names of a rule on one of its tables."""
        return self._parts(rule, rule.id, self._columns(table, pack.id), pack, _DEEPEST)

    def of_table(self, name: str, part: Table | Grading, pack: LoadedPack) -> Vocabulary:
        """Return the names of a derived table or grading."""
        return self._of_table(name, part, pack, _DEEPEST)

    def _of_table(
        self, name: str, part: Table | Grading, pack: LoadedPack, deep: int
    ) -> Vocabulary:
        if isinstance(part, Grading):
            sources = [part.of]
        else:
            stacked = [one.from_ for one in part.stack or ()]
            sources = [*filter(None, [part.from_]), *(part.rows_of or ()), *stacked]
        columns: dict[str, Named] = {}
        for source in sources:
            columns |= self._columns(source, pack.id, deep - 1)
        return self._parts(part, name, columns, pack, deep)

    def _parts(
        self,
        part: Rule | Table | Grading,
        name: str,
        columns: Mapping[str, Named],
        pack: LoadedPack,
        deep: int,
    ) -> Vocabulary:
        aliases: dict[str, Mapping[str, Named]] = {}
        for alias, lookup in part.lookups.items():
            aliases[alias] = self._lookup(lookup, columns, pack, deep)
        values = {
            one.name: f"{scalar_text(one.value)} {one.unit}"
            if one.unit
            else f"{scalar_text(one.value)}"
            for one in self._parameters.of(pack.id, name).values()
        }
        names = Vocabulary(columns, values, aliases)
        for column, declared in own_columns(part).items():
            named = Named(declared.label or "", _gives_date(declared, names))
            names = replace(names, columns={**names.columns, column: named})
        one_row = {
            window: names.columns for window, seen in part.windows.items() if _is_one_row(seen)
        }
        return replace(names, aliases={**names.aliases, **one_row})

    def _lookup(
        self, lookup: Lookup, here: Mapping[str, Named], pack: LoadedPack, deep: int
    ) -> Mapping[str, Named]:
        if lookup.from_ == THIS_TABLE:
            there = here
        else:
            there = self._columns(lookup.from_, pack.id, deep - 1)
        names = Vocabulary(there, this=here)
        own = {
            name: Named("", _formula_is_date(text, names)) for name, text in lookup.columns.items()
        }
        return {**there, **own}

    def _columns(self, table: str, pack: str, deep: int = _DEEPEST) -> Mapping[str, Named]:
        """Return the columns of a table as the rules of a pack know it; none when too deep."""
        owner = owner_of(table, pack, self._packs)
        if owner is None:
            declared = self._model.table(table)
            found = declared.columns if declared is not None else {}
            return {name: Named(one.label, one.type == "date") for name, one in found.items()}
        key = (owner.id, table)
        if key in self._tables or deep <= 0:
            return self._tables.get(key, {})
        self._tables[key] = {}  # a table that leads back to itself
        _, part = owner.derived(table) or ("", None)
        if isinstance(part, Table | Grading):
            self._tables[key] = self._of_table(table, part, owner, deep).columns
        elif isinstance(part, Selection):
            self._tables[key] = self._columns(part.of, owner.id, deep - 1)
        return self._tables[key]


def is_date(node: exp.Expr, names: Vocabulary) -> bool:
    """Return whether a formula gives a date, as far as its names are known."""
    bare = node.unnest()
    if isinstance(bare, exp.Column):
        return names.is_date(bare.table, bare.name)
    if isinstance(bare, exp.Window | exp.Filter):
        return is_date(bare.this, names)
    if isinstance(bare, exp.Case):
        results = [line.args["true"] for line in bare.args["ifs"]]
        return any(
            is_date(result, names) for result in [*results, bare.args.get("default")] if result
        )
    if isinstance(bare, exp.Anonymous):
        name = bare.name.lower()
        return name in _DATES or (
            name in _KEPT and any(is_date(argument, names) for argument in bare.expressions)
        )
    return False


def own_columns(part: Rule | Table | Grading) -> dict[str, Column]:
    """Return the columns that a rule or table works out; those of `decide` have no formula."""
    own = dict(part.columns)
    if isinstance(part, Table):
        if part.walk is not None:
            own |= part.walk.each_row
        own |= {name: Column(value="null") for name in (part.decide.sets if part.decide else ())}
    if isinstance(part, Grading):
        own |= {name: Column(value=text) for name, text in part.reads.items()}
    return own


def _gives_date(column: Column, names: Vocabulary) -> bool:
    if column.type is not None:
        return column.type == "date"
    return column.value is not None and _formula_is_date(column.value, names)


def _formula_is_date(text: str, names: Vocabulary) -> bool:
    try:
        return is_date(parsed(text), names)
    except FormulaError:
        return False


def _is_one_row(window: Window) -> bool:
    return window.seen.word in ("the one before", "the one after")
