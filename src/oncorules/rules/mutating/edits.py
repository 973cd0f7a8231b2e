"""All small edits of one rule, derived table or term."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from oncorules.rules.examples.compared import own_compared
from oncorules.rules.examples.formulas import Formula, Path, formulas, put
from oncorules.rules.examples.mutations import Mutation, mutations
from oncorules.rules.examples.subject import Subject
from oncorules.rules.examples.term_mutations import term_formulas, term_mutations
from oncorules.rules.health.unused import words_in
from oncorules.rules.loading.model import Grading, Rule, Schedule, Table
from oncorules.rules.loading.parameters import ParameterValue
from oncorules.rules.mutating.edit import LIMIT, Edit
from oncorules.rules.mutating.formula_edits import formula_edits
from oncorules.rules.mutating.line_edits import PartEdit, line_edits, term_line_edits
from oncorules.rules.mutating.word_edits import term_word_edits, word_edits

_PARTS = ("columns", "lookups", "windows", "runs")


def edits_of(
    subject: Subject,
    parameters: Mapping[str, ParameterValue],
    schedules: Mapping[str, Schedule],
    compared: Collection[str] = (),
) -> list[Edit]:
    """Return the small edits of a rule, table or term, in the order of the file's parts.

    What only the message of a rule reads is left out: it decides no answer.

    Args:
        subject: the rule on its first table, the derived table or the term.
        parameters: what its formulas may name.
        schedules: the schedules of its pack.
        compared: columns of the derived table that others compare.
    """
    item = subject.item
    if isinstance(item, Grading):
        term = item.terms[0]
        return [
            *_of_formulas(item, list(term_formulas(term)), (), ("terms", 0)),
            *_of_parts(item, (*term_line_edits(term), *term_word_edits(term)), ("terms", 0)),
            *_of_limits(term_mutations(item, parameters), parameters, term),
        ]
    all_formulas = list(formulas(item))
    pairs = own_compared(item, all_formulas, compared)
    limits = [name for alias, name in pairs if not alias]
    found = [
        *_of_formulas(item, all_formulas, limits),
        *_of_parts(item, (*line_edits(item), *word_edits(item))),
        *_of_limits(mutations(item, parameters, schedules, compared), parameters, item),
    ]
    if isinstance(item, Rule):
        deciding = _deciding(item)
        found = [one for one in found if _part(one) is None or _part(one) in deciding]
    return found


def _of_formulas(
    item: Rule | Table | Grading, found: list[Formula], limits: Collection[str], base: Path = ()
) -> Iterator[Edit]:
    for one in found:
        for edit in formula_edits(one.text, compared=one.column in limits):
            changed = put(item, (*base, *one.path), edit.text)
            yield Edit(
                changed,
                kind=edit.kind,
                path=one.path,
                offset=edit.offset,
                was=one.text,
                now=edit.text,
            )


def _of_parts(
    item: Rule | Table | Grading, found: tuple[PartEdit, ...], base: Path = ()
) -> Iterator[Edit]:
    for one in found:
        changed = put(item, (*base, *one.path), one.value)
        yield Edit(changed, kind=one.kind, path=one.shown, was=one.was, now=one.now)


def _of_limits(
    found: Iterator[Mutation], parameters: Mapping[str, ParameterValue], whole: Any
) -> Iterator[Edit]:
    """Go through the limits that stand in no formula: parameters, printed limits, window days."""
    for one in found:
        if one.settings:
            [(name, value)] = one.settings.items()
            yield Edit(
                one.item,
                one.settings,
                kind=LIMIT,
                path=one.path,
                offset=one.offset,
                was=parameters[name].value,
                now=value,
                parameter=name,
            )
        elif one.path[0] in ("windows", "limits"):
            was = _at(whole, one.path)
            changed = one.item.terms[0] if isinstance(one.item, Grading) else one.item
            now = _at(changed, one.path)
            yield Edit(one.item, kind=LIMIT, path=one.path, offset=one.offset, was=was, now=now)


def _at(node: Any, path: Path) -> Any:
    for step in path:
        held: Any = node
        node = held[step] if isinstance(node, dict | tuple) else getattr(node, str(step))
    return node


def _part(edit: Edit) -> str | None:
    """Return the column, look-up, window, run or parameter that an edit changes."""
    if edit.parameter is not None:
        return edit.parameter
    return str(edit.path[1]) if edit.path[0] in _PARTS else None


def _deciding(rule: Rule) -> set[str]:
    """Return every word that the answer of a rule depends on."""
    where = rule.applies_to.where or ""
    found = set(words_in([rule.condition, where, *rule.if_missing]))
    parts = {name: part for label in _PARTS for name, part in getattr(rule, label).items()}
    todo = [name for name in parts if name in found]
    while todo:
        more = words_in(parts.pop(todo.pop()).model_dump(by_alias=True))
        found |= more
        todo = [name for name in parts if name in found]
    return found
