"""Examples that would notice an edit: rows on which the rule and its edit give two answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oncorules.errors import OncorulesError
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.formulas import formulas
from oncorules.rules.examples.given import EXPECT
from oncorules.rules.examples.subject import Answer, Subject, Variant
from oncorules.rules.examples.term_mutations import term_formulas
from oncorules.rules.loading.model import Example, Grading, Grid
from oncorules.rules.mutating.edit import Edit
from oncorules.rules.mutating.near import rows_beside


@dataclass(frozen=True)
class Catch:
    """An example that notices an edit.

    Attributes:
        example: as it would stand under `examples`; it expects what the rule says today.
        otherwise: what the edited rule says of it.
    """

    example: Mapping[str, Any]
    otherwise: str


@dataclass(frozen=True)
class Search:
    """What a search for examples found.

    Attributes:
        rows: how many rows were tried.
        caught: by the position of the edit, the example that notices it.
    """

    rows: int
    caught: Mapping[int, Catch]


def find_catches(bench: Bench, subject: Subject, edits: Sequence[Edit]) -> Search:
    """Return examples that notice edits of a rule or term, where any is found beside those it has.

    Args:
        bench: runs examples.
        subject: the rule or term; its examples in the short form are the ones looked beside.
        edits: those that no example notices.
    """
    item = subject.item
    found = term_formulas(item.terms[0]) if isinstance(item, Grading) else formulas(item)
    texts = [one.text for one in found]
    tried, caught = 0, dict[int, Catch]()
    for example in subject.examples:
        left = [number for number in range(len(edits)) if number not in caught]
        if example.grid is None or not left:
            continue
        rows = rows_beside(example.grid, texts)
        answers = _answers(bench, subject, example, rows, [edits[number] for number in left])
        if answers is None:
            continue
        tried += len(rows)
        as_written, *edited = answers
        for number, other in zip(left, edited, strict=True):
            for row, one, two in zip(rows, as_written, other or (), strict=False):
                if one.found != two.found:
                    caught[number] = Catch(_written(example, row, one), _short(two))
                    break
    return Search(tried, caught)


def _answers(
    bench: Bench, subject: Subject, example: Example, rows: Sequence[Any], edits: Sequence[Edit]
) -> list[list[Answer]] | None:
    """Return the answers of a rule and its edits for rows that stand in for its examples.

    None when the rows do not fit the rule: then nothing is said.
    """
    assert example.grid is not None
    grid = example.grid
    place = grid.columns.index(EXPECT)
    # What is expected is not compared; a row without an answer is no example.
    filled = tuple((*row[:place], "not evaluable", *row[place + 1 :]) for row in rows)
    asked = example.model_copy(update={"grid": Grid(columns=grid.columns, rows=filled)})
    other = with_examples(subject, (asked,))
    variants = [Variant(subject.item), *edits]
    answers: list[dict[str, Answer]] = [{} for _ in variants]
    try:
        stages = bench.stages(other)
    except OncorulesError:
        return None
    for stage in stages:
        for number, found in enumerate(stage.answers_of(variants)):
            wanted = [one for given in stage.group for one in given.expected]
            for one, answer in zip(wanted, found or (), strict=False):
                answers[number][str(one.path)] = answer
        stage.drop()
    places = sorted(answers[0], key=lambda text: int(text.strip("()").split(", ")[3]))
    if len(places) != len(rows):
        return None
    return [[one.get(place, answers[0][place]) for place in places] for one in answers]


def with_examples(subject: Subject, examples: Sequence[Example]) -> Subject:
    """Return a rule, table or term with other examples in the place of its own."""
    update = {"examples": tuple(examples)}
    if subject.table is not None:
        return replace(subject, table=subject.table.model_copy(update=update))
    if subject.rule is not None:
        rule = subject.rule.rule.model_copy(update=update)
        return replace(subject, rule=replace(subject.rule, rule=rule))
    assert subject.graded is not None
    return replace(subject, graded=subject.graded.with_examples(examples))


def _written(example: Example, row: Sequence[Any], answer: Answer) -> dict[str, Any]:
    assert example.grid is not None
    columns = example.grid.columns
    place = columns.index(EXPECT)
    cells = [*row[:place], _short(answer), *row[place + 1 :]]
    told: dict[str, Any] = {"with": dict(example.with_)} if example.with_ else {}
    return {**told, "columns": list(columns), "rows": [cells]}


def _short(answer: Answer) -> str:
    """Return an answer without the reason that a term gives for it."""
    return answer.found.partition(" (")[0]
