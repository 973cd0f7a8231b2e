"""What is tried with examples: a rule, table or term, perhaps changed, and its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import Example, Grading, Rule, Table, Term


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
        item: the rule or table; of a term, its grading with this term alone.
        settings: values that hold instead of the defaults, where an example sets none itself.
    """

    item: Rule | Table | Grading
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GradedTerm:
    """One term of a grading.

    Attributes:
        name: the grading.
        grading: its entry.
        position: the place of the term in it, from 0.
    """

    name: str
    grading: Grading
    position: int

    @property
    def term(self) -> Term:
        """The term itself."""
        return self.grading.terms[self.position]

    @property
    def alone(self) -> Grading:
        """The grading with this term alone."""
        return self.grading.model_copy(update={"terms": (self.term,)})

    def with_term(self, term: Term) -> GradedTerm:
        """Return the same place with another term in it, among those around."""
        terms = list(self.grading.terms)
        terms[self.position] = term
        grading = self.grading.model_copy(update={"terms": tuple(terms)})
        return replace(self, grading=grading)

    def with_examples(self, examples: Sequence[Example]) -> GradedTerm:
        """Return the same term with other examples."""
        return self.with_term(self.term.model_copy(update={"examples": tuple(examples)}))


@dataclass(frozen=True)
class Subject:
    """A rule on its first table, a derived table or a term of a grading, with its examples."""

    name: str
    pack: LoadedPack
    rule: RuleInstance | None = None
    table: Table | None = None
    graded: GradedTerm | None = None

    @property
    def item(self) -> Rule | Table | Grading:
        """The rule or table itself; of a term, its grading with this term alone."""
        if self.rule is not None:
            return self.rule.rule
        item = self.table if self.graded is None else self.graded.alone
        assert item is not None
        return item

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its examples."""
        item = self.item
        return item.terms[0].examples if isinstance(item, Grading) else item.examples

    @property
    def owner(self) -> str:
        """The name under which its parameters are declared."""
        return self.name if self.graded is None else self.graded.name

    @property
    def inherited(self) -> bool:
        """Whether another pack wrote it and this one leaves it as it is: it is tried there."""
        if self.graded is not None:
            return False  # its terms may come from either
        section, entry = ("tables", self.name) if self.rule is None else ("rules", self.rule.id)
        return (
            self.pack.origin(section, entry) != self.pack.id
            and not self.pack.entries[section, entry].changed
        )

    def place(self, *path: object, offset: int | None = None) -> str:
        """Return `file:line:column` of a part."""
        if self.rule is not None:
            return self.rule.place(*path, offset=offset)
        if self.graded is not None:
            own = ("terms", self.graded.position, *path)
            return self.pack.place("gradings", self.graded.name, *own, offset=offset)
        return self.pack.place("tables", self.name, *path, offset=offset)

    def address(self, name: str) -> str:
        """Return the address of a parameter as the examples of this subject name it."""
        if ":" in name:
            return name
        own = f"{self.owner}." if name in self.item.parameters else ""
        return f"{self.pack.id}:{own}{name}"


def subjects_of(packs: Iterable[LoadedPack]) -> Iterator[Subject]:
    """Go through the rules (on their first table), derived tables and terms of some packs."""
    for pack in packs:
        seen: set[str] = set()
        for one in pack.rule_instances:
            if one.id not in seen:
                seen.add(one.id)
                yield Subject(one.id, pack, rule=one)
        for name, table in pack.tables.items():
            yield Subject(name, pack, table=table)
        for name, grading in pack.gradings.items():
            for position, term in enumerate(grading.terms):
                graded = GradedTerm(name, grading, position)
                yield Subject(f"{name}.{term.label}", pack, graded=graded)
