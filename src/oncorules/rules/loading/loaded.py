"""A loaded pack: typed rules and tables, and where each of their parts stands in its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oncorules.rules.loading.model import (
    CodeList,
    Grading,
    Parameter,
    Published,
    ReadTable,
    Rule,
    Schedule,
    Selection,
    Source,
    Table,
)
from oncorules.rules.loading.pack_files import Entry

_DOMAIN = re.compile(r"--(?=[A-Z])")


@dataclass(frozen=True)
class RuleInstance:
    """A rule on one table; `--` in the rule stands for the first two letters of the table.

    Attributes:
        id: the id of the rule.
        table: the table it is applied to.
        rule: the rule with `--` written out.
        pack: the id of the pack whose file holds the rule.
    """

    id: str
    table: str
    rule: Rule
    pack: str
    entry: Entry = field(repr=False, compare=False)

    def place(self, *path: object, offset: int | None = None, key: bool = False) -> str:
        """Return `file:line:column` of a part of the rule, as `LoadedPack.place` does."""
        return self.entry.place(path, offset=offset, key=key)


@dataclass(frozen=True)
class LoadedPack:
    """A pack that was read and checked against the models; formulas are not yet looked at.

    Attributes:
        id: the pack's id; `rules` for files of rules without a pack.
        content_hash: changes with any byte of its files, those it extends included.
        path: its folder or file.
        extends: the ids of the packs it extends, directly or not.
        versions: the version of each of these packs, and its own, by id.
    """

    id: str
    title: str
    version: str
    language: int
    path: Path
    content_hash: str
    source: Source | None = None
    extends: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)
    export_tables: Mapping[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    read: Mapping[str, tuple[ReadTable, ...]] = field(default_factory=dict, repr=False)
    codes: Mapping[str, CodeList] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, Parameter] = field(default_factory=dict, repr=False)
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    schedules: Mapping[str, Schedule] = field(default_factory=dict, repr=False)
    tables: Mapping[str, Table] = field(default_factory=dict, repr=False)
    rules: Mapping[str, Rule] = field(default_factory=dict, repr=False)
    gradings: Mapping[str, Grading] = field(default_factory=dict, repr=False)
    selections: Mapping[str, Selection] = field(default_factory=dict, repr=False)
    publish: Mapping[str, Published] = field(default_factory=dict, repr=False)
    rule_instances: tuple[RuleInstance, ...] = field(default=(), repr=False)
    header: Entry | None = field(default=None, repr=False, compare=False)
    entries: Mapping[tuple[str, str], Entry] = field(
        default_factory=dict, repr=False, compare=False
    )

    def place(
        self, section: str, name: str, *path: object, offset: int | None = None, key: bool = False
    ) -> str:
        """Return `file:line:column` of a part of a rule, table, parameter ...

        Args:
            section: `rules`, `tables`, `parameters` ...; empty for the header of the pack.
            name: the rule's id or the table's name; empty for the header.
            path: names and positions inside it, as in the file or in the models.
            offset: a character of the text at that path, from 0; the value itself without.
            key: point at the key rather than the value.

        A part that the file does not have gives the place of the nearest part around it:
        `pack.place("rules", "EX-AFTER-DEATH", "columns", "days", "value", offset=12)`.
        """
        entry = self.entries.get((section, name)) if section else self.header
        return entry.place(path, offset=offset, key=key) if entry else str(self.path)

    def derived(self, name: str) -> tuple[str, Table | Grading | Selection] | None:
        """Return a derived table with its section: an entry of tables, gradings or selections."""
        for section in ("tables", "gradings", "selections"):
            item = getattr(self, section).get(name)
            if item is not None:
                return section, item
        return None

    @property
    def derived_names(self) -> tuple[str, ...]:
        """The names of all derived tables."""
        return (*self.tables, *self.gradings, *self.selections)

    def version_of(self, section: str, name: str) -> str:
        """Return the version of the pack that made a rule or table what it is."""
        entry = self.entries.get((section, name))
        if entry is None or entry.changed:
            return self.version
        return self.versions.get(entry.pack, self.version)

    def origin(self, section: str, name: str) -> str:
        """Return the id of the pack whose file holds a rule or table."""
        entry = self.entries.get((section, name))
        return entry.pack if entry else self.id


def write_out_domain(data: Any, table: str) -> Any:
    """Return a rule's data with `--NAME` written out for a table; positions stay.

    >>> write_out_domain({"condition": "--STDTC <= --ENDTC"}, "EX")
    {'condition': 'EXSTDTC <= EXENDTC'}
    """
    if isinstance(data, str):
        return _DOMAIN.sub(table[:2].upper(), data)
    if isinstance(data, list):
        return [write_out_domain(inner, table) for inner in data]
    if isinstance(data, dict):
        return {
            write_out_domain(key, table): inner
            if key == "source"
            else write_out_domain(inner, table)
            for key, inner in data.items()
        }
    return data


def has_domain(data: Any) -> bool:
    """Return whether `--NAME` stands anywhere in a rule's data."""
    if isinstance(data, str):
        return _DOMAIN.search(data) is not None
    if isinstance(data, list):
        return any(has_domain(inner) for inner in data)
    if isinstance(data, dict):
        return any(has_domain(key) or has_domain(inner) for key, inner in data.items())
    return False
