"""The examples of one pack, made ready to be asked of another.

The examples of a rule go to the rule of the same id, those of a term to the term that it became.
What an example does not name it takes from its own term: a value without a unit is in the first
unit of that term, in the other pack too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from oncorules.rules.compiler.reach import find_reached, sources
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.given import EXPECT, Path
from oncorules.rules.examples.subject import GradedTerm, Subject
from oncorules.rules.examples.terms import kinds_of
from oncorules.rules.grading.formulas import TEST, UNIT
from oncorules.rules.grading.limits import LIMIT_UNIT, printed_limits
from oncorules.rules.grading.lines import SYMPTOMS
from oncorules.rules.grading.sides import CATEGORY, SPECIMEN
from oncorules.rules.grading.units import common_unit
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import Example, Grading, Grid, Parameter, Rule, Selection, Term

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Case:
    """One example as it is asked, beside the one that it was made of.

    Attributes:
        example: as it is asked: one row, or a long form.
        path: where it stands in its own rule.
        row: its cells as they stand there; None for a long form.
    """

    example: Example
    path: Path
    row: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Question:
    """The examples of one rule or term, and who is asked.

    Attributes:
        own: the rule or term that has the examples.
        cases: the examples.
        asked: gives the rule or term of the other pack, with examples in the place of its own.
    """

    own: Subject
    cases: Sequence[Case]
    asked: Callable[[Sequence[Example]], Subject]


def questions_of_rules(before: LoadedPack, after: LoadedPack) -> Iterator[Question]:
    """Go through the rules with examples that may have another answer in another pack."""
    firsts: dict[str, RuleInstance] = {}
    for one in before.rule_instances:
        firsts.setdefault(one.id, one)
    unlike = _Unlike(before, after)
    for name, own in firsts.items():
        twins = [one for one in after.rule_instances if one.id == name]
        if not twins or not own.rule.examples:
            continue
        twin = min(twins, key=lambda one, table=own.table: one.table != table)  # type: ignore[misc]
        if _bare(own.rule) == _bare(twin.rule) and not unlike.for_rule(own.rule):
            continue

        def asked(examples: Sequence[Example], twin: RuleInstance = twin) -> Subject:
            rule = twin.rule.model_copy(update={"examples": tuple(examples)})
            return Subject(twin.id, after, rule=replace(twin, rule=rule))

        yield Question(
            Subject(name, before, rule=own), list(_rows(own.rule.examples, before.id)), asked
        )


def questions_of_terms(
    before: LoadedPack, after: LoadedPack, terms: Iterable[tuple[str, str, str]], bench: Bench
) -> Iterator[Question]:
    """Go through the terms with examples that may have another answer in another pack.

    Args:
        before: the pack with the examples.
        after: the pack that is asked.
        terms: a grading, a term of it in the first pack, and the term that this became, by label.
        bench: one with the second pack.

    Raises:
        RuleError: a formula of the second pack's grading does not fit the tables.
    """
    unlike = _Unlike(before, after)
    kinds: dict[str, Mapping[str, Any]] = {}
    for name, old, new in terms:
        own, other = _graded(before, name, old), _graded(after, name, new)
        around = [one.grading.model_copy(update={"terms": ()}) for one in (own, other)]
        alike = around[0] == around[1] and _bare(own.term) == _bare(other.term)
        if not own.term.examples or (alike and not unlike.for_words([own.term])):
            continue

        def asked(examples: Sequence[Example], other: GradedTerm = other) -> Subject:
            label = f"{other.name}.{other.term.label}"
            return Subject(label, after, graded=other.with_examples(examples))

        known = kinds.get(name) or kinds_of(other, after, bench.empty)
        kinds[name] = known
        implied = {
            label: cell
            for label, cell in _implied(own.term, other.term).items()
            if label in known and cell is not None
        }
        cases = [_completed(case, implied, known) for case in _rows(own.term.examples, before.id)]
        yield Question(Subject(f"{name}.{old}", before, graded=own), cases, asked)


def _graded(pack: LoadedPack, name: str, term: str) -> GradedTerm:
    grading: Grading = pack.gradings[name]
    return GradedTerm(name, grading, [one.label for one in grading.terms].index(term))


def _bare(item: Rule | Term) -> Rule | Term:
    """Return a rule or term without what decides nothing."""
    gone: dict[str, object] = {"examples": (), "title": None, "source": None}
    if isinstance(item, Rule):
        gone |= {"message": None, "version": None}
    return item.model_copy(update=gone)


class _Unlike:
    """What two packs have around a rule or term that is the same in both."""

    def __init__(self, before: LoadedPack, after: LoadedPack) -> None:
        self.before, self.after = before, after
        names = ("codes", "schedules", "export_tables")
        self.all = any(getattr(before, name) != getattr(after, name) for name in names)
        both = {**before.parameters, **after.parameters}
        self.parameters = {
            name
            for name in both
            if _value(before.parameters.get(name)) != _value(after.parameters.get(name))
        }
        read = set().union(*(_words(part) for pack in (before, after) for part in _parts(pack)))
        # One that no formula names is read by the gradings themselves, all of them.
        self.all |= bool(self.parameters - read) or bool(self.parameters & {LIMIT_UNIT, SYMPTOMS})

    def for_words(self, parts: Iterable[BaseModel]) -> bool:
        """Tell whether parts of the packs name a parameter that has another value."""
        return self.all or any(_words(part) & self.parameters for part in parts)

    def for_rule(self, rule: Rule) -> bool:
        """Tell whether a rule reads something else in the other pack; a doubt is yes."""
        behind: list[BaseModel] = [rule, *self.before.schedules.values()]
        for pack in (self.before, self.after):
            for _, name in find_reached(sources(rule), pack.id, [pack], ()).derived:
                found = self.before.derived(name)
                if found is None or isinstance(found[1], Selection):
                    return True
                if found != self.after.derived(name):
                    return True
                behind.append(found[1])
        return self.for_words(behind)


def _value(parameter: Parameter | None) -> tuple[object, ...] | None:
    return None if parameter is None else (parameter.value, parameter.unit, parameter.choices)


def _parts(pack: LoadedPack) -> Iterator[BaseModel]:
    yield from pack.rules.values()
    yield from pack.tables.values()
    yield from pack.gradings.values()
    yield from pack.schedules.values()


def _words(part: BaseModel) -> set[str]:
    """Return every word of a part that may be the name of a parameter, and some more."""
    return set(_WORD.findall(str(part.model_dump(exclude={"examples", "source", "title"}))))


def _rows(examples: Sequence[Example], pack: str) -> Iterator[Case]:
    """Go through examples, those of the short form row by row.

    A parameter of their own pack is that of the other pack there.
    """
    for number, whole in enumerate(examples):
        path: Path = ("examples", number)
        settings = {name.removeprefix(f"{pack}:"): value for name, value in whole.with_.items()}
        example = whole.model_copy(update={"with_": settings})
        if example.grid is None:
            yield Case(example, path)
            continue
        for position, row in enumerate(example.grid.rows):
            cells = dict(zip(example.grid.columns, row, strict=True))
            yield Case(_with(example, cells), (*path, "rows", position), cells)


def _with(example: Example, cells: Mapping[str, Any]) -> Example:
    grid = Grid(columns=tuple(cells), rows=(tuple(cells.values()),))
    return example.model_copy(update={"grid": grid})


def _implied(own: Term, became: Term) -> dict[str, str | None]:
    """Return what an example of a term means that says nothing of it."""
    test = _first_shared(own.test, became.test)
    specimen, category = (
        _first_shared([word.upper() for word in mine], [word.upper() for word in theirs])
        for mine, theirs in ((own.specimen, became.specimen), (own.category, became.category))
    )
    printed = [unit for unit, _ in printed_limits(own)]
    unit = printed[0] if printed else common_unit(test or "")
    return {TEST: test, UNIT: unit, SPECIMEN: specimen, CATEGORY: category}


def _first_shared(own: Sequence[str], others: Sequence[str]) -> str | None:
    """Return the first word that the others have as well, else the first."""
    return next((word for word in own if word in others), own[0] if own else None)


def _completed(case: Case, implied: Mapping[str, Any], known: Mapping[str, Any]) -> Case:
    """Return a row with what it does not say; what it leaves empty may be unknown there."""
    if case.row is None:
        return case
    kept = {
        label: cell
        for label, cell in case.row.items()
        if cell is not None or label in known or label == EXPECT
    }
    return replace(case, example=_with(case.example, {**implied, **kept}))
