"""Schedules and code lists in plain English."""

from __future__ import annotations

from pathlib import Path

from oncorules.rules.catalogue.chapters import Chapter, read_contents

PACK = """\
id: planned
title: Planned visits
version: 1.0.0
language: 1
parameters:
  every: {value: 12, unit: week, source: protocol}
  unread: {value: 1, source: protocol}
codes:
  response: {best_first: [CR, PR, PD], title: Response, source: E09}
  plain: {values: [A, B], extensible: true}
  unused: {values: [C]}
schedules:
  scans: {from: RFSTDTC, at: [6, 12], then_every: every, unit: week, tolerance: 1, source: protocol}
tables:
  best:
    one_row_per: [USUBJID]
    from: RS
    columns:
      BEST: {value: best(RSSTRESC)}
      OTHER: {value: min(RSTESTCD), codes: plain}
  last:
    one_row_per: [USUBJID]
    from: RS
    columns:
      N: {value: count(*)}
rules:
  - id: SEEN
    title: Two planned visits
    kind: check
    source: ours
    applies_to: {table: DM}
    condition: planned_between(scans, RFSTDTC, DTHDTC) < 2
"""


def chapter(folder: Path, name: str) -> Chapter:
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    contents = read_contents([folder / "pack.yaml"], with_sql=False)
    return next(one for one in contents.chapters if one.id == name)


def test_a_schedule_that_a_rule_reads_is_told_with_the_parameters_behind_it(tmp_path: Path) -> None:
    seen = chapter(tmp_path, "SEEN")
    assert [(step.name, step.text) for step in seen.steps] == [
        (
            "schedule scans",
            "planned from Subject Reference Start Date/Time (RFSTDTC) on; after 6, 12, in weeks; "
            "then every every (12 week), in weeks; each up to 1 weeks early or late; "
            "source: protocol",
        )
    ]
    assert [one.name for one in seen.parameters] == ["every"]


def test_a_table_that_reads_ranks_says_them_from_the_best(tmp_path: Path) -> None:
    told = {step.name: step.text for step in chapter(tmp_path, "best").steps}
    assert told["codes response"] == "from the best: CR, PR, PD; source: E09"
    assert told["codes plain"] == "A, B, and others"
    assert told["column OTHER"].endswith("; a code of plain")
    assert "codes unused" not in told


def test_a_table_without_ranks_names_no_list(tmp_path: Path) -> None:
    assert not [step for step in chapter(tmp_path, "last").steps if step.name.startswith("codes")]
