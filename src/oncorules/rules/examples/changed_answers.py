"""The examples of one pack that get another answer in another pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oncorules.errors import RuleError
from oncorules.rules.examples.asked_again import (
    Case,
    Question,
    questions_of_rules,
    questions_of_terms,
)
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.given import EXPECT, Path, cells_text
from oncorules.rules.examples.runner import Progress
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Subject
from oncorules.rules.examples.tables import cell_text
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Example, Grid

NOT_FITTING = "does not apply"


@dataclass(frozen=True)
class ChangedAnswer:
    """An example of one pack that gets another answer in another pack.

    Attributes:
        place: `file:line:column` of the example.
        name: its rule, or its term as `GRADING.TERM`.
        given: the cells that it gives.
        before: the answer that it expects.
        after: the answer in the other pack, or why it does not apply there.
    """

    place: str
    name: str
    given: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return the example in one line."""
        return f"{self.place}: {self.name}: {self.given}: {self.before} -> {self.after}"


def find_changed_answers(
    before: LoadedPack,
    after: LoadedPack,
    terms: Iterable[tuple[str, str, str]],
    progress: Progress | None = None,
) -> list[ChangedAnswer]:
    """Return the examples of a pack that get another answer in a second one, in file order.

    Args:
        before: the pack with the examples, loaded with them.
        after: the pack that is asked.
        terms: a grading, the label of a term in the first pack, and that of what it became.
        progress: called with what is run, how many are done, and of how many.

    Raises:
        RuleError: a formula of the second pack does not fit the tables.
    """
    from oncorules.engine.duckdb import Engine

    found: list[ChangedAnswer] = []
    with Engine(jobs=1) as engine:
        bench = Bench(engine, [after])
        todo = list(questions_of_rules(before, after))
        todo += questions_of_terms(before, after, terms, bench)
        for number, question in enumerate(todo):
            if progress is not None:
                progress(question.own.name, number, len(todo))
            found += _changed(bench, question, question.cases)
    return found


def _changed(bench: Bench, question: Question, cases: Sequence[Case]) -> Iterator[ChangedAnswer]:
    stages = _stages(bench, question, cases)
    if not isinstance(stages, str):
        yield from _differing(question, cases, stages)
    elif len(cases) == 1:
        (case,) = cases
        answer = f"{NOT_FITTING}: {stages}"
        yield _told(question.own, case, (), _expected(case.example), answer)
    else:  # halved until those that do not fit stand alone
        half = len(cases) // 2
        yield from _changed(bench, question, cases[:half])
        yield from _changed(bench, question, cases[half:])


def _stages(bench: Bench, question: Question, cases: Sequence[Case]) -> list[Stage] | str:
    """Return the stored examples, or the sentence that says why one of them does not fit."""
    asked = question.asked([case.example for case in cases])
    try:
        return bench.stages(asked)
    except RuleError as error:
        bench.check(asked)  # a rule that cannot be used itself is refused
        return error.problems[0].message


def _differing(
    question: Question, cases: Sequence[Case], stages: Sequence[Stage]
) -> list[ChangedAnswer]:
    found = []
    for stage in stages:
        wanted = [one for given in stage.group for one in given.expected]
        for one, answer in zip(wanted, stage.answers(), strict=True):
            if not answer.right:
                number, rest = one.path[1], one.path[2:]
                assert isinstance(number, int)
                told = _told(question.own, cases[number], rest, answer.expected, answer.found)
                found.append((number, told))
        stage.drop()
    return [told for _, told in sorted(found, key=lambda one: one[0])]


def _told(own: Subject, case: Case, rest: Path, before: str, after: str) -> ChangedAnswer:
    path = case.path if case.row is not None else (*case.path, *rest)
    given = _given(case.example, rest)
    if case.row is not None:
        parameters = {*own.item.parameters, *own.pack.parameters}
        given = _cells(
            {
                label: cell
                for label, cell in case.row.items()
                if cell is not None or label not in parameters  # null leaves it as it is
            }
        )
    return ChangedAnswer(own.place(*path), own.name, given, before, after)


def _given(example: Example, rest: Path) -> str:
    """Return of which row of the long form an answer is expected."""
    title = example.title or "the example"
    if not rest:
        return title
    if rest[0] == "given":
        name, number = str(rest[1]), rest[3]
        assert isinstance(number, int)
        grid = example.given[name]
    elif isinstance(example.expect, Grid):
        name, number = EXPECT, rest[2]
        assert isinstance(number, int)
        grid = example.expect
    else:
        return f"{title}, {rest[1]}"
    cells = dict(zip(grid.columns, grid.rows[number], strict=True))
    return f"{title}, row {number + 1} of {name}: {_cells(cells)}"


def _cells(cells: dict[str, Any]) -> str:
    return cells_text({label: cell_text(cell) for label, cell in cells.items() if label != EXPECT})


def _expected(example: Example) -> str:
    """Return all answers that an example expects."""
    grids = [grid for grid in (example.grid, *example.given.values()) if grid is not None]
    grids += [example.expect] if isinstance(example.expect, Grid) else []
    cells = [
        row[grid.columns.index(EXPECT)]
        for grid in grids
        for row in grid.rows
        if EXPECT in grid.columns
    ]
    cells += example.expect.values() if isinstance(example.expect, dict) else ()
    return ", ".join(str(cell_text(cell)) for cell in cells if cell is not None)
