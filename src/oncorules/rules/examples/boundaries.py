"""Limits that no example stands on, and small changes of a limit that no example notices.

A change is noticed when an example then has another answer than it expects, or when the changed
rule cannot be used at all. A change of a derived table is noticed by its own examples, or by those
of any rule or table that reads it, directly or through others, from tables that are given.

Nothing is left out because it could not be noticed by construction: a limit that can be moved
without any row to show it is one that the rule does not need. Write the rule without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.compared import compared_columns
from oncorules.rules.examples.formulas import put
from oncorules.rules.examples.mutations import Mutation, mutations
from oncorules.rules.examples.readers import Readers
from oncorules.rules.examples.runner import Progress, chosen, load_with_examples, pack_groups
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Subject, Variant
from oncorules.rules.examples.term_mutations import term_mutations
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Rule

NONE = "there is no example"
UNREACHED = "no example reaches this table"
WRONG = "an example has another answer already; see: oncorules rules test"


@dataclass(frozen=True)
class Boundary:
    """Something about a limit that no example watches.

    Attributes:
        place: `file:line:column` of the limit, or of the rule when there is no example at all.
        rule_id: the rule or derived table.
        text: `no example stands on it (<= becomes <)`, `no example notices: 75 becomes 76`, ...
    """

    place: str
    rule_id: str
    text: str

    def __str__(self) -> str:
        """Return the line that a rule author sees."""
        return f"{self.place}: {self.rule_id}: {self.text}"


def find_boundaries(
    packs: Sequence[str | Path | LoadedPack] = (),
    rules: Iterable[str] = (),
    exclude: Iterable[str] = (),
    progress: Progress | None = None,
) -> list[Boundary]:
    """Return every limit that no example watches, in the order of the files.

    Args:
        packs: ids of shipped packs, paths, or packs loaded with their examples; every shipped
            pack when there is none.
        rules: ids of rules and names of tables to look at; all when empty.
        exclude: ids and names to leave out.
        progress: called with what is looked at, how many are done, and of how many.

    Raises:
        CallError: there is no such pack, rule or table.
        RuleError: a formula or an example does not fit the tables.
    """
    from oncorules.engine.duckdb import Engine

    groups = pack_groups(packs, {*rules, *exclude})
    if len(groups) > 1:
        return [one for group in groups for one in find_boundaries(group, rules, exclude, progress)]
    loaded = load_with_examples(groups[0])
    with Engine(jobs=1) as engine:
        search = _Search(Bench(engine, loaded))
        named = chosen(search.bench.subjects(), rules, exclude)
        todo = [subject for subject in named if rules or not subject.inherited]
        found: list[Boundary] = []
        for number, subject in enumerate(todo):
            if progress is not None:
                progress(subject.name, number, len(todo))
            found += search.of_table(subject) if subject.table else search.of_rule(subject)
    return sorted(found, key=lambda one: (_in_file(one.place), one.rule_id, one.text))


def _in_file(place: str) -> tuple[str | int, ...]:
    file, *numbers = re.split(r":(?=\d+(?::\d+)?$)", place)
    return file, *(int(number) for part in numbers for number in part.split(":"))


class _Search:
    """One search."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.readers = Readers(bench)
        self.compared = compared_columns(bench.packs)

    def of_rule(self, subject: Subject) -> Iterator[Boundary]:
        """Go through the limits of one rule or term that its examples do not watch."""
        if not subject.examples:
            yield Boundary(subject.place(), subject.name, NONE)
            return
        stages = self.readers.stages(subject)
        todo = self._mutations(subject)
        original = Variant(subject.item)
        for stage in stages:
            tried = stage.answers_of([original, *todo])
            if tried[0] is None:
                stage.answers()  # says where the fault is
            wrong = [answer for answer in tried[0] or () if not answer.right]
            if wrong:
                yield Boundary(wrong[0].place, subject.name, WRONG)
                return
            todo = [
                mutation
                for mutation, answers in zip(todo, tried[1:], strict=True)
                if answers is not None and all(answer.right for answer in answers)
            ]
            if not todo:
                return
        for mutation in todo:
            stands = mutation.sides is None or _stands(stages, mutation)
            yield _survivor(subject, mutation, stands)

    def of_table(self, subject: Subject) -> Iterator[Boundary]:
        """Go through the limits of a derived table that no example watches."""
        todo = self._mutations(subject)
        if not todo:
            return
        watching = self.readers.watching(subject)
        if not watching:
            yield Boundary(subject.place(), subject.name, UNREACHED)
            return
        for mutation in todo:
            for number, stage in enumerate(watching):
                if stage.notices(subject, mutation):
                    watching.insert(0, watching.pop(number))  # it may notice the next as well
                    break
            else:
                yield _survivor(subject, mutation, True)

    def _mutations(self, subject: Subject) -> list[Mutation]:
        seen = self.bench.defaults.of(subject.pack.id, subject.owner)
        if isinstance(subject.item, Grading):
            return list(term_mutations(subject.item, seen))
        others = self.compared[subject.pack.id, subject.name] if subject.table is not None else ()
        return list(mutations(subject.item, seen, subject.pack.schedules, others))


def _stands(stages: Sequence[Stage], mutation: Mutation) -> bool:
    """Tell whether the two sides of a comparison are equal in any example.

    A look-up finds its rows by other names than the rule itself; there the answer is yes, since
    the comparison cannot be asked alone.
    """
    assert isinstance(mutation.item, Rule) and mutation.sides is not None
    if mutation.path[0] == "lookups":
        return True
    asked = put(mutation.item, ("condition",), mutation.sides)
    update: dict[str, object] = {"if_missing": {}}
    if mutation.path[0] == "applies_to":
        update["applies_to"] = asked.applies_to.model_copy(update={"where": None})
    probe = Variant(asked.model_copy(update=update), mutation.settings)
    return any("met" in stage.outcomes_of(probe) for stage in stages)


def _survivor(subject: Subject, mutation: Mutation, stands: bool) -> Boundary:
    place = subject.place(*mutation.path, offset=mutation.offset)
    if stands:
        return Boundary(place, subject.name, f"no example notices: {mutation.sentence}")
    return Boundary(place, subject.name, f"no example stands on it ({mutation.sentence})")
