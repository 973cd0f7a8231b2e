"""The edits of one rule, table or term, tried with the examples that can see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oncorules.errors import Problem, RuleError
from oncorules.rules.examples.readers import Readers
from oncorules.rules.examples.subject import Subject, Variant
from oncorules.rules.mutating.edit import Edit

WRONG = "an example has another answer already; see: oncorules rules test"


@dataclass(frozen=True)
class Trial:
    """What became of the edits of one rule, table or term.

    Attributes:
        noticed: those for which an example gets another answer.
        refused: those that the language refuses, so that nobody could load them.
        survivors: those that no example notices.
    """

    noticed: tuple[Edit, ...]
    refused: tuple[Edit, ...]
    survivors: tuple[Edit, ...]


def try_edits(subject: Subject, edits: Sequence[Edit], readers: Readers) -> Trial:
    """Return what the examples say of each edit.

    The edits of a rule or term are asked together, in one query for examples that share their
    parameters; a derived table is made anew for each edit, with all that reads it.

    Args:
        subject: the rule, table or term.
        edits: its edits.
        readers: the stored examples.

    Raises:
        RuleError: an example has another answer than it expects before anything is edited.
    """
    return (
        _of_table(subject, edits, readers) if subject.table else _of_rule(subject, edits, readers)
    )


def _of_rule(subject: Subject, edits: Sequence[Edit], readers: Readers) -> Trial:
    stages = readers.stages(subject) if subject.examples else []
    noticed: list[Edit] = []
    refused: list[Edit] = []
    left = list(edits)
    for stage in stages:
        tried = stage.answers_of([Variant(subject.item), *left])
        if tried[0] is None:
            stage.answers()  # says where the fault is
        for answer in tried[0] or ():
            if not answer.right:
                raise RuleError([Problem(answer.place, f"{subject.name}: {WRONG}")])
        todo, left = left, []
        for edit, answers in zip(todo, tried[1:], strict=True):
            if answers is None:
                refused.append(edit)
            elif all(answer.right for answer in answers):
                left.append(edit)
            else:
                noticed.append(edit)
    return Trial(tuple(noticed), tuple(refused), tuple(left))


def _of_table(subject: Subject, edits: Sequence[Edit], readers: Readers) -> Trial:
    watching = readers.watching(subject)
    noticed: list[Edit] = []
    refused: list[Edit] = []
    survivors: list[Edit] = []
    for edit in edits:
        for number, watched in enumerate(watching):
            seen = watched.tried(subject, edit)
            if seen is not False:
                (refused if seen is None else noticed).append(edit)
                watching.insert(0, watching.pop(number))  # it may notice the next as well
                break
        else:
            survivors.append(edit)
    return Trial(tuple(noticed), tuple(refused), tuple(survivors))
