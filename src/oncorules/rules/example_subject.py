"""What is tried with examples: a rule or derived table, perhaps changed, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oncorules.rules.loaded import LoadedPack, RuleInstance
from oncorules.rules.model import Example, Rule, Table


@dataclass(frozen=True)
class Answer:
    """One expected answer of an example beside the one that was found."""

    place: str
    expected: str
    found: str

    @property
    def right(self) -> bool:
        """Whether they are the same."""
        return self.expected == self.found


@dataclass(frozen=True)
class Variant:
    """A rule or derived table as it is tried: perhaps changed, perhaps with other parameters.

    Attributes:
        item: the rule or table.
        settings: values that hold instead of the defaults, where an example sets none itself.
    """

    item: Rule | Table
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A rule on its first table, or a derived table, with its examples."""

    name: str
    pack: LoadedPack
    rule: RuleInstance | None = None
    table: Table | None = None

    @property
    def item(self) -> Rule | Table:
        """The rule or table itself."""
        item = self.rule.rule if self.rule is not None else self.table
        assert item is not None
        return item

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its examples."""
        return self.item.examples

    def place(self, *path: object, offset: int | None = None) -> str:
        """Return `file:line:column` of a part."""
        if self.rule is not None:
            return self.rule.place(*path, offset=offset)
        return self.pack.place("tables", self.name, *path, offset=offset)

    def address(self, name: str) -> str:
        """Return the address of a parameter as the examples of this subject name it."""
        if ":" in name:
            return name
        own = f"{self.name}." if name in self.item.parameters else ""
        return f"{self.pack.id}:{own}{name}"
