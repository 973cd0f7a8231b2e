from collections.abc import Iterator
from pathlib import Path

import pytest

from oncorules.engine.duckdb import Engine
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.formulas import put
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Answer, Variant
from oncorules.rules.examples.table_stage import watch
from oncorules.rules.loading.loader import load_rule_files

TEXT = """\
tables:
  course:
    one_row_per: [USUBJID, LBSEQ]
    from: LB
    where: LBSTRESN > 1
    columns:
      level: {value: LBSTRESN + 1}
rules:
  - id: LOW
    title: Low
    kind: check
    source: ours
    applies_to: {table: LB}
    parameters:
      most: {value: 5, source: ours}
    condition: LBSTRESN <= most
    examples:
      - columns: [LBSTRESN, expect]
        rows: [[5, met], [6, not met]]
      - columns: [LBSTRESN, most, expect]
        rows: [[9, 9, met], [10, 9, not met]]
  - id: LEVEL
    title: Level
    kind: check
    source: ours
    applies_to: {table: course}
    condition: level < 5
    examples:
      given: {LB: {columns: [USUBJID, LBSEQ, LBSTRESN], rows: [[A, 1, 2], [A, 2, 4], [A, 3, 1]]}}
      expect: {A / 1: met, A / 2: not met}
"""


@pytest.fixture
def stages(tmp_path: Path) -> Iterator[dict[str, list[Stage]]]:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT)
    with Engine(jobs=1) as engine:
        bench = Bench(engine, [load_rule_files([path])])
        yield {subject.name: bench.stages(subject) for subject in bench.subjects()}


def right(answers: list[Answer] | None) -> list[bool] | None:
    return None if answers is None else [answer.right for answer in answers]


def test_examples_that_share_their_parameters_share_a_stage(stages: dict[str, list[Stage]]) -> None:
    assert [len(stage.group) for stage in stages["LOW"]] == [2, 2]
    assert stages["course"] == []


def test_variants_of_a_rule_are_answered_together(stages: dict[str, list[Stage]]) -> None:
    first, second = stages["LOW"]
    rule = first.subject.item
    variants = [
        Variant(rule),
        Variant(put(rule, ("condition",), "LBSTRESN < most")),
        Variant(put(rule, ("condition",), "LBSTRESX < most")),
        Variant(rule, {"most": 6}),
    ]
    assert list(map(right, first.answers_of(variants))) == [
        [True, True], [False, True], None, [True, False],
    ]  # fmt: skip
    # What an example sets itself, it keeps.
    assert list(map(right, second.answers_of(variants))) == [
        [True, True], [False, True], None, [True, True],
    ]  # fmt: skip


def test_a_changed_table_is_noticed_by_a_rule_that_reads_it(stages: dict[str, list[Stage]]) -> None:
    (stage,) = stages["LEVEL"]
    (course,) = (one for one in stage.bench.subjects() if one.name == "course")
    watched = watch(stage)
    assert watched.right

    def notices(*path: str, text: str) -> bool:
        return watched.notices(course, Variant(put(course.item, path, text)))

    assert not notices("where", text="LBSTRESN >= 1.5")
    assert not notices("where", text="LBSTRESN >= 1")  # a row more that no answer is about
    assert notices("where", text="LBSTRESN > 2")
    assert notices("columns", "level", "value", text="LBSTRESN + 3")
    assert notices("columns", "level", "value", text="LBSTRESX + 3")
    assert right(stage.answers()) == [True, True]


def test_what_a_stage_stored_can_be_removed(stages: dict[str, list[Stage]]) -> None:
    (stage,) = stages["LEVEL"]
    names = list(stage.workspace.stored)
    stage.drop()
    stage.bench.engine.wait()
    held = {row[0] for row in stage.bench.engine.connection.sql("show tables").fetchall()}
    assert names and held.isdisjoint(names)
