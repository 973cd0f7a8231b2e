"""Rules held against themselves: every rule, derived table and term of some packs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from oncorules.errors import Problem, RuleError
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.runner import Progress, chosen, pack_groups
from oncorules.rules.examples.subject import GradedTerm, Subject, subjects_of
from oncorules.rules.health.conditions import Found
from oncorules.rules.health.encoder import Encoder
from oncorules.rules.health.flaw import READ, SOLVED, Flaw
from oncorules.rules.health.items import (
    check_grading,
    check_rule,
    check_table,
    check_term,
    spaces_of_term,
)
from oncorules.rules.health.kinds import Kinds
from oncorules.rules.health.pairs import check_pairs
from oncorules.rules.health.sampling import check_sampled
from oncorules.rules.health.search import Search
from oncorules.rules.health.space import Space, space_of
from oncorules.rules.health.unused import UNUSED, unused_parameters, unused_parts
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import Grading, Rule, Table
from oncorules.rules.loading.parameters import Resolved, resolve_parameters
from oncorules.rules.session import load_packs, model_of

Place = Callable[..., str]
Checks = Callable[[Search], Iterator[Found]]


def find_flaws(
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    study: str | Path | None = None,
    rules: Iterable[str] = (),
    exclude: Iterable[str] = (),
    preset: str | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Flaw]:
    """Return what can never happen in rules, and what changes nothing, pack by pack.

    Args:
        packs: ids of shipped packs, paths, or loaded packs; every shipped pack when there is none.
        study: a study pack; it comes first.
        rules: ids of rules and names of tables to look at; all when empty.
        exclude: ids and names to leave out.
        preset: a named set of parameter values.
        settings: parameter values by address.
        progress: called with what is looked at, how many are done, and of how many.

    Raises:
        CallError: there is no such pack, rule, table, preset or parameter.
        RuleError: a formula does not fit the tables.
    """
    from oncorules.engine.duckdb import Engine

    named = [study, *packs] if study is not None else packs
    found: dict[Flaw, None] = {}
    for group in pack_groups(named, {*rules, *exclude}):
        loaded = load_packs(group, examples=True)
        resolved = resolve_parameters(loaded, preset=preset, settings=dict(settings or {}))
        with Engine(jobs=1) as engine:
            linter = _Linter(loaded, resolved, Bench(engine, loaded))
            todo = list(chosen(subjects_of(loaded), rules, exclude))
            todo = [subject for subject in todo if rules or not subject.inherited]
            for number, subject in enumerate(todo):
                if progress is not None:
                    progress(subject.name, number, len(todo))
                found |= dict.fromkeys(linter.flaws_of(subject))
            found |= dict.fromkeys(linter.of_pairs({subject.name for subject in todo}))
            if not rules:
                found |= dict.fromkeys(linter.of_packs())
    return list(found)


class _Linter:
    """Some loaded packs with the values of their parameters."""

    def __init__(self, packs: Sequence[LoadedPack], resolved: Resolved, bench: Bench) -> None:
        self.packs, self.resolved, self.bench = packs, resolved, bench
        self.encoder = Encoder()
        self.kinds = Kinds(packs, model_of(packs))
        declared = resolve_parameters(packs)
        self.pinned = frozenset(
            one.key for one in resolved if one.origin != declared.values[one.key].origin
        )

    def flaws_of(self, subject: Subject) -> Iterator[Flaw]:
        """Go through the flaws of one rule, table or term."""
        if subject.graded is not None and subject.graded.position == 0:
            yield from self._of_grading(subject.graded, subject.pack)
        told = list(self._told(subject.name, subject.place, self._checks(subject)))
        yield from told or self._sampled(subject)
        if subject.graded is None:
            yield from _unused(subject.name, subject.place, unused_parts(subject.item))

    def _of_grading(self, graded: GradedTerm, pack: LoadedPack) -> Iterator[Flaw]:
        """Go through the flaws of a grading beside its terms."""
        name, grading, kinds = graded.name, graded.grading, self.kinds

        def place(*path: object, offset: int | None = None) -> str:
            return pack.place("gradings", name, *path, offset=offset)

        space = self.space(grading, [grading.of], pack, name)
        check = partial(check_grading, space=space, grading=grading, pack=pack, kinds=kinds)
        yield from self._told(name, place, [check])
        yield from _unused(name, place, unused_parts(grading))

    def _told(self, name: str, place: Place, checks: Iterable[Checks]) -> Iterator[Flaw]:
        try:
            for one in self._in_all(checks):
                yield Flaw(place(*one.path, offset=one.offset), name, one.text, SOLVED, one.clause)
        except FormulaError as error:
            where = place(*getattr(error, "path", ()), offset=error.offset)
            raise RuleError([Problem(where, str(error))]) from None

    def _sampled(self, subject: Subject) -> Iterator[Flaw]:
        """Go through what sampled rows never show of a rule that the solver cannot follow."""
        if subject.rule is None or not self.encoder.blurred:
            return
        rule = subject.rule.rule
        if rule.lookups or rule.windows or rule.runs:
            return  # what they find is not of the row, and the solver takes it for anything
        space = self.space(rule, [subject.rule.table], subject.pack, subject.name)
        by_hand = {
            one.address: one.value for one in space.parameters.values() if one.key in self.pinned
        }
        for one in check_sampled(self.bench, subject, space, by_hand):
            place = subject.place(*one.path, offset=one.offset)
            known = f"sampled ({one.rows:,} rows)"
            yield Flaw(place, subject.name, one.text, known, one.clause)

    def _in_all(self, checks: Iterable[Checks]) -> list[Found]:
        """Return what every check finds: a term is held against itself once for each unit."""
        kept: list[Found] | None = None
        for check in checks:
            found = self._whatever(check)
            kept = found if kept is None else [one for one in kept if one in found]
        return sorted(kept or (), key=lambda one: [str(step) for step in one.path])

    def _whatever(self, check: Checks) -> list[Found]:
        found = list(check(self._search(free=False)))
        if any(one.whatever for one in found):
            free = set(check(self._search(free=True)))
            found = [one for one in found if not one.whatever or one in free]
        return found

    def _search(self, *, free: bool) -> Search:
        self.encoder = Encoder(free=free, pinned=self.pinned)
        return Search(self.encoder)

    def _checks(self, subject: Subject) -> Iterator[Checks]:
        pack, kinds = subject.pack, self.kinds
        if subject.rule is not None:
            rule = subject.rule.rule
            space = self.space(rule, [subject.rule.table], pack, subject.name)
            yield partial(check_rule, space=space, rule=rule, pack=pack, kinds=kinds)
        elif subject.table is not None:
            table = subject.table
            tables = [*(table.rows_of or ()), *([table.from_] if table.from_ else [])]
            space = self.space(table, tables, pack, subject.name)
            yield partial(check_table, space=space, table=table, pack=pack, kinds=kinds)
        elif subject.graded is not None:
            grading, term = subject.graded.grading, subject.graded.term
            space = self.space(grading, [grading.of], pack, subject.owner)
            for inner in spaces_of_term(term, grading, space):
                yield partial(check_term, space=inner, term=term)

    def space(
        self, item: Rule | Table | Grading, tables: Sequence[str], pack: LoadedPack, owner: str
    ) -> Space:
        """Return the names of a rule, table or grading."""
        seen = self.resolved.of(pack.id, owner)
        return space_of(item, tables, pack, self.kinds, seen)

    def of_pairs(self, names: Collection[str]) -> Iterator[Flaw]:
        """Go through the pairs of checks on one table of which one is among some names."""
        tables: dict[tuple[str, str], list[tuple[RuleInstance, Space]]] = {}
        for pack in self.packs:
            for one in pack.rule_instances:
                if one.rule.kind == "check":
                    space = self.space(one.rule, [one.table], pack, one.id)
                    tables.setdefault((pack.id, one.table), []).append((one, space))
        for rules in tables.values():
            if not any(one.id in names for one, _ in rules):
                continue
            found = list(check_pairs(self._search(free=False), rules))
            if any(one.whatever for one in found):
                free = set(check_pairs(self._search(free=True), rules))
                found = [one for one in found if not one.whatever or one in free]
            for pair in found:
                if pair.rule in names:
                    rule = next(one for one, _ in rules if one.id == pair.rule)
                    words = own_words(rule.rule.condition)
                    yield Flaw(rule.place("condition"), rule.id, pair.text, SOLVED, words)

    def of_packs(self) -> Iterator[Flaw]:
        """Go through the parameters of packs that nothing reads."""
        for pack in self.packs:
            for name in unused_parameters(pack):
                if pack.origin("parameters", name) == pack.id:
                    place = pack.place("parameters", name)
                    yield Flaw(place, pack.id, UNUSED.format(part="parameter"), READ, name)


def _unused(name: str, place: Place, found: Iterable[Found]) -> Iterator[Flaw]:
    for one in found:
        yield Flaw(place(*one.path), name, one.text, READ, one.clause)
