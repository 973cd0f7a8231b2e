"""Two gradings of one name compared: which terms came and went, and each grade that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from oncorules.rules.catalogue.changed_data import Change, changed_data, data_of
from oncorules.rules.catalogue.term_words import ByUnit, TermWords, Words
from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.model import Grading, Term

NOT_PRINTED = "not printed"
_SETS = ("test", "specimen", "category")
_APART = {"term", "id", "title", "source", "unit", "where", "limits", "normal_when", "branches",
          "grades", "examples", *_SETS}  # fmt: skip
"""The keys of a term that are not compared, or not as plain data."""


class TermPair(NamedTuple):
    """A term of one pack and the term of the other that it became, each by its label."""

    grading: str
    before: str
    after: str


@dataclass(frozen=True)
class TermChanges:
    """What became of the terms of one grading.

    Attributes:
        terms: those that were removed, renamed or added.
        limits: what paired terms say otherwise.
        pairs: the terms that are in both.
    """

    terms: tuple[Change, ...]
    limits: tuple[Change, ...]
    pairs: tuple[TermPair, ...]


def compare_terms(name: str, before: Grading, after: Grading) -> TermChanges:
    """Return how the terms of two gradings differ, in the order of the first one's file.

    A term is paired with the one of its name; those that are left, with one that shares a test
    and has the same direction: it was renamed.
    """
    paired = _paired(before, after)
    terms: list[Change] = []
    limits: list[Change] = []
    pairs: list[TermPair] = []
    for old in before.terms:
        label, new = f"{name}.{old.label}", paired.get(old.label)
        if new is None:
            terms.append(Change("term", label, "removed", _shown(name, old), None))
            continue
        pairs.append(TermPair(name, old.label, new.label))
        if (old.term, old.id) != (new.term, new.id):
            shown = _shown(name, old), _shown(name, new)
            terms.append(Change("term", label, "renamed", shown[0], shown[1]))
        limits += _of_pair(label, TermWords(old, before.reads), TermWords(new, after.reads))
    found = {new.label for new in paired.values()}
    for new in after.terms:
        if new.label not in found:
            shown_new = _shown(name, new)
            terms.append(Change("term", f"{name}.{new.label}", "added", None, shown_new))
    return TermChanges(tuple(terms), tuple(limits), tuple(pairs))


def _shown(grading: str, term: Term) -> str:
    return f"{grading}.{term.term}" + (f" ({term.id})" if term.id else "")


def _paired(before: Grading, after: Grading) -> dict[str, Term]:
    """Return the terms of the second grading by the label of the term they are paired with."""
    theirs = {term.label: term for term in after.terms}
    mine = {term.label for term in before.terms}
    paired = {label: term for label, term in theirs.items() if label in mine}
    free = [term for label, term in theirs.items() if label not in mine]
    for same_name in (False, True):
        for old in before.terms:
            if old.label in paired:
                continue
            alike = [new for new in free if _became(old, new, same_name)]
            if alike:  # the first of those that are most alike
                best = max(alike, key=lambda new, old=old: _alike(old, new))  # type: ignore[misc]
                paired[old.label] = best
                free.remove(best)
    return paired


def _became(old: Term, new: Term, same_name: bool) -> bool:
    if same_name:
        return old.term == new.term
    return old.direction == new.direction and bool(set(old.test) & set(new.test))


def _alike(old: Term, new: Term) -> tuple[bool, bool, int]:
    same = old.term == new.term, _folded("specimen", old) == _folded("specimen", new)
    return (*same, len(set(old.test) & set(new.test)))


def _of_pair(name: str, before: TermWords, after: TermWords) -> Iterator[Change]:
    old, new = before.term, after.term
    for key in _SETS:
        if _folded(key, old) != _folded(key, new):
            mine, theirs = (", ".join(getattr(term, key)) or None for term in (old, new))
            yield Change("term", name, key, mine, theirs)
    for path, one, other in changed_data(data_of(old, _APART), data_of(new, _APART)):
        yield Change("term", name, path, one, other)
    units = [next(iter(words.units), None) for words in (before, after)]
    if units[0] != units[1]:
        yield Change("term", name, "unit", *units)
    for key in ("where", "normal_when"):
        whole = [_whole(words, getattr(words.term, key)) for words in (before, after)]
        for one, other in _left(whole[0], whole[1]):
            yield Change("term", name, key, one, other)
    yield from _order_of_branches(name, before, after)
    cells = before.cells(), after.cells()
    for grade in sorted({*cells[0], *cells[1]}, key=_size):
        for one, other in _left(cells[0].get(grade, {}), cells[1].get(grade, {})):
            yield Change("limit", name, grade, one or NOT_PRINTED, other or NOT_PRINTED)


def _size(grade: str) -> list[int]:
    return [int(word) for word in grade.split() if word.isdigit()]


def _folded(key: str, term: Term) -> set[str]:
    """Return words of a term to compare: in a specimen or category capitals do not count."""
    return {word if key == "test" else word.casefold() for word in getattr(term, key)}


def _whole(words: TermWords, formula: str | None) -> dict[str, dict[str, Words]]:
    by_unit: ByUnit = {} if formula is None else words.of(formula)
    return {unit: {"": one} for unit, one in by_unit.items()}


def _left(
    before: Mapping[str, Mapping[str, Words]], after: Mapping[str, Mapping[str, Words]]
) -> Iterator[tuple[str | None, str | None]]:
    """Go through the words, by unit and branch, that are not the same on both sides.

    What differs in a unit that both sides print is one change for each unit; what only one side
    prints is one change together.
    """
    units = list({**before, **after})
    old = {unit: _without(before.get(unit, {}), after.get(unit, {})) for unit in units}
    new = {unit: _without(after.get(unit, {}), before.get(unit, {})) for unit in units}
    alone: list[list[str]] = [[], []]
    for unit in units:
        if old[unit] and new[unit]:
            yield "; ".join(old[unit]), "; ".join(new[unit])
        else:
            alone[0] += old[unit]
            alone[1] += new[unit]
    if any(alone):
        one, other = ("; ".join(words) or None for words in alone)
        yield one, other


def _without(mine: Mapping[str, Words], theirs: Mapping[str, Words]) -> list[str]:
    return [
        str(words)
        for branch, words in mine.items()
        if branch not in theirs or theirs[branch].key != words.key
    ]


def _order_of_branches(name: str, before: TermWords, after: TermWords) -> Iterator[Change]:
    """Yield a change when branches of both sides are read in another order."""
    one, other = (
        {words.branch(branch.when): own_words(branch.when) for branch in words.term.branches or ()}
        for words in (before, after)
    )
    mine, theirs = [key for key in one if key in other], [key for key in other if key in one]
    if mine != theirs:
        shown = ["; ".join(one[key] for key in keys) for keys in (mine, theirs)]
        yield Change("term", name, "order of branches", shown[0], shown[1])
