"""DuckDB against the stored answers; each construct of the language must have some."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import pytest
from sqlglot import exp

from oncorules.rules.compiler.relation import ROW, column
from oncorules.rules.compiler.windows import frame_of
from oncorules.rules.language.aggregates import is_aggregate
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import NODES, parse
from oncorules.rules.language.functions import AGGREGATES, FUNCTIONS
from oncorules.rules.language.scope import Frame, RankedCodes, Schedule, Scope
from oncorules.rules.language.translate import translate
from oncorules.rules.loading.model import RowsOf, Window
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_text import read_yaml_text

STORED = read_yaml_text(
    files("oncorules.rules").joinpath("answers.yaml").read_text(encoding="utf-8"), "answers.yaml"
).data
WORDS = get_args(get_type_hints(RowsOf)["word"])


def cases() -> Iterator[Any]:
    for section, entries in STORED.items():
        for name, listed in entries.items():
            for number, case in enumerate(listed, start=1):
                yield pytest.param(case, id=f"{section}-{name}-{number}")


def holds(section: str, name: str, case: dict[str, Any]) -> bool:
    """Tell whether the formula of a case has the construct that it stands for."""
    tree = parse(str(case["formula"]))
    if section == "nodes":
        return any(type(node).__name__ == name for node in tree.walk())
    if section == "windows":
        return any(Window.model_validate(w).seen.word == name for w in case["windows"].values())
    runs_over_rows = section == "aggregates"
    return any(
        node.name.lower() == name and is_aggregate(name, len(node.expressions)) == runs_over_rows
        for node in tree.find_all(exp.Anonymous)
    )


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("nodes", {node.__name__ for node in NODES}),
        ("functions", {*FUNCTIONS, "best", "worst", "line_of", "planned_between"}),
        ("aggregates", {*AGGREGATES, "best", "worst"}),
        ("windows", set(WORDS)),
    ],
)
def test_every_construct_has_a_stored_answer_and_nothing_else_has(
    section: str, names: set[str]
) -> None:
    assert set(STORED[section]) == names


def test_every_case_holds_the_construct_it_stands_for() -> None:
    wrong = [
        f"{section}.{name}: {case['formula']}"
        for section, entries in STORED.items()
        for name, listed in entries.items()
        for case in listed
        if not holds(section, name, case)
    ]
    assert wrong == []


@pytest.mark.parametrize("case", list(cases()))
def test_duckdb_gives_the_stored_answer(bench: Any, case: dict[str, Any]) -> None:
    rows = [[None if c is None else str(scalar_text(c)) for c in row] for row in case["rows"]]
    relation = bench.fill("T", case["columns"], [row[:-1] for row in rows])
    scope = Scope(
        columns=relation.columns,
        group=Frame((), (), "all") if case.get("grouped") else None,
        ranked={n: RankedCodes(n, tuple(codes)) for n, codes in case.get("codes", {}).items()},
        schedules={
            n: Schedule(s["from"], tuple(s["at"]), s.get("then_every"), s["tolerance"])
            for n, s in case.get("schedules", {}).items()
        },
        lines={
            n: (relation.columns[one["number"]], tuple(one["words"]))
            for n, one in case.get("lines", {}).items()
        },
    )
    frames = {
        name: frame_of(Window.model_validate(window), relation, scope, None)
        for name, window in case.get("windows", {}).items()
    }
    value = translate(
        str(case["formula"]),
        Scope(
            scope.columns,
            frames=frames,
            group=scope.group,
            ranked=scope.ranked,
            schedules=scope.schedules,
            lines=scope.lines,
        ),
    )
    query = exp.select(display(value)).from_(relation.table).order_by(column(ROW))
    assert [answer for (answer,) in bench.engine.run(query).fetchall()] == [r[-1] for r in rows]
