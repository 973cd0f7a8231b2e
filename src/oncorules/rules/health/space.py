"""The names of one rule, table, part of a table or look-up, as its formulas may use them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sqlglot import exp

from oncorules.rules.health.kinds import Base, Kinds, Known, Naming, hiding, joined
from oncorules.rules.language.formula import names, parsed, unparse, windows
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import THIS_TABLE, Column, Decide, Grading, Lookup, Rule, Table
from oncorules.rules.loading.parameters import ParameterValue


@dataclass(frozen=True)
class Space:
    """What names mean in one place.

    Attributes:
        known: what is known of a name, by its alias and itself.
        base: what is known of a column of the rows that are read.
        columns: columns that are read as their formulas say.
        decide: the lines that set several columns.
        parameters: by name.
        described: what stands behind look-ups, windows and runs, as text: two rules that say the
            same read the same.
        constants: names with a number of their own, such as the limits of a term.
        inside: the condition outside of which windows see no row.
    """

    known: Naming
    base: Base
    columns: Mapping[str, Column] = field(default_factory=dict)
    decide: Decide | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Fraction | None] = field(default_factory=dict)
    inside: str = ""

    def without(self, name: str) -> Space:
        """Return the names inside the formula of a column: it reads no column that is itself."""
        sets = () if self.decide is None else self.decide.sets
        own = sets if name in sets else (name,)
        kept = {label: column for label, column in self.columns.items() if label not in own}
        known = hiding(own, self.known, self.base)
        decide = None if name in sets else self.decide
        return replace(self, known=known, columns=kept, decide=decide)

    def plain(self) -> Space:
        """Return the names with every column as it stands, whatever its formula says."""
        return replace(self, columns={}, decide=None)

    def print(self, tree: exp.Expr) -> str:
        """Return a text that is equal for formulas that read the same."""
        parts = [unparse(tree)]
        read = {node.table for node in tree.find_all(exp.Column) if node.table}
        around = windows(tree)
        for alias in sorted(read | around):
            parts.append(self.described.get(alias, alias))
        if around or read & {alias for alias in self.described if self.inside}:
            parts.append(self.inside)
        for _, name, node in names(tree):
            if not node.table and name in self.columns:
                column = self.columns[name]
                parts.append(f"{name}: {column.model_dump_json()}")
                for text in formulas_of(column):
                    parts.append(self.without(name).print(parsed(text)))
        return " | ".join(parts)


def formulas_of(column: Column) -> list[str]:
    """Return the conditions and the formula of a column."""
    if column.value is not None:
        return [column.value]
    if column.decide_by is not None:
        return list(column.decide_by[:-1])
    return [line.when for line in column.first_true or () if line.when != "otherwise"]


def space_of(
    item: Rule | Table | Grading,
    tables: Sequence[str],
    pack: LoadedPack,
    kinds: Kinds,
    parameters: Mapping[str, ParameterValue],
) -> Space:
    """Return the names that the formulas of a rule, table or grading may use.

    Args:
        item: the rule, table or grading.
        tables: the tables that its rows are made from.
        pack: the loaded pack that has it.
        kinds: the columns of all tables.
        parameters: the values that hold, by name.
    """

    def base(name: str) -> Known | None:
        return joined(kinds.of(table, name, pack.id) for table in tables)

    described = {alias: _told(one) for alias, one in item.lookups.items()}
    for part in (item.windows, item.runs):
        described |= {alias: _told(one) for alias, one in part.items()}
    where = item.applies_to.where if isinstance(item, Rule) else item.where
    return Space(
        kinds.names(item, pack, base),
        base,
        item.columns,
        getattr(item, "decide", None),
        parameters,
        described,
        inside=where or "",
    )


def _told(part: object) -> str:
    dumped = part.model_dump(mode="json")  # type: ignore[attr-defined]
    return json.dumps(dumped, sort_keys=True, default=str)


def space_there(lookup: Lookup, space: Space, pack: LoadedPack, kinds: Kinds) -> Space:
    """Return the names inside a look-up: the columns of the table it searches, and `this`."""

    def known(alias: str, name: str) -> Known | None:
        if alias == "this":
            return space.known("", name)
        if lookup.from_ == THIS_TABLE:
            return space.known(alias, name)
        own = space.known("", name) if name in space.parameters else None
        return own or kinds.of(lookup.from_, name, pack.id)

    own = {label: Column(value=text) for label, text in lookup.columns.items()}
    return Space(known, lambda name: known("", name), own, None, space.parameters)


def space_at(table: str, space: Space, pack: LoadedPack, kinds: Kinds) -> Space:
    """Return the names of the columns of one table, such as a part of a stack."""

    def base(name: str) -> Known | None:
        return kinds.of(table, name, pack.id)

    return Space(lambda _, name: base(name), base, parameters=space.parameters)
