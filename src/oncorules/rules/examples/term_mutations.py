"""Small changes of the limits of a term: its lines, the limits in each unit, its parameters.

The formulas that are looked at are `where`, `normal_when`, the branches and the grade lines; what
`reads`, the look-ups and the columns of the grading say is watched by no term.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from oncorules.rules.examples.formulas import Formula, Path, put
from oncorules.rules.examples.limits import changes_of, stepped
from oncorules.rules.examples.mutations import Mutation, parameter_steps
from oncorules.rules.language.formula import names, parse
from oncorules.rules.loading.model import OTHERWISE, Grading, Term
from oncorules.rules.loading.parameters import ParameterValue


def term_mutations(
    grading: Grading, parameters: Mapping[str, ParameterValue]
) -> Iterator[Mutation]:
    """Go through the small changes of the limits of a term.

    Args:
        grading: the grading with this term alone; the paths begin inside the term.
        parameters: what its formulas may name.
    """
    term = grading.terms[0]
    found = list(term_formulas(term))
    for formula in found:
        for change in changes_of(formula.text):
            changed = put(grading, ("terms", 0, *formula.path), change.text)
            sentence = change.sentence
            yield Mutation(changed, path=formula.path, offset=change.offset, sentence=sentence)
    yield from _of_limits(grading, term)
    yield from _of_parameters(grading, found, parameters)


def term_formulas(term: Term) -> Iterator[Formula]:
    """Go through the formulas of a term."""
    for name, text in (("where", term.where), ("normal_when", term.normal_when)):
        if text is not None:
            yield Formula((name,), text)
    for grade, text in (term.grades or {}).items():
        if text != OTHERWISE:
            yield Formula(("grades", grade), text)
    for number, branch in enumerate(term.branches or ()):
        path: Path = ("branches", number)
        if branch.when != OTHERWISE:
            yield Formula((*path, "when"), branch.when)
        for grade, text in branch.grades.items():
            if text != OTHERWISE:
                yield Formula((*path, "grades", grade), text)


def _of_limits(grading: Grading, term: Term) -> Iterator[Mutation]:
    if term.limits is None:
        return
    names_of = term.limits.columns
    for number, row in enumerate(term.limits.rows):
        for place, cell in enumerate(row[1:], start=1):
            if cell is None:
                continue
            path: Path = ("limits", "rows", number, place)
            for up in (True, False):
                new = stepped(Decimal(cell), up)
                sentence = f"{names_of[place]} in {row[0]}: {cell} becomes {new:f}"
                changed = put(grading, ("terms", 0, *path), new)
                yield Mutation(changed, path=path, offset=None, sentence=sentence)


def _of_parameters(
    grading: Grading, found: list[Formula], parameters: Mapping[str, ParameterValue]
) -> Iterator[Mutation]:
    for name, parameter in parameters.items():
        reading = [one for one in found if name in _bare_names(one.text)]
        if not reading or parameter.type != "number":
            continue
        first = reading[0]
        offset = _bare_names(first.text)[name]
        for new, sentence in parameter_steps(name, parameter):
            settings = {name: new}
            yield Mutation(grading, settings, path=first.path, offset=offset, sentence=sentence)


def _bare_names(text: str) -> dict[str, int]:
    """Return the bare names of a formula with the character at which each first stands."""
    found: dict[str, int] = {}
    for alias, name, node in names(parse(text)):
        if not alias:
            found.setdefault(name, int(node.this.meta.get("start", 0)))
    return found
