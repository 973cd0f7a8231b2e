"""How a study reads a rule's tables from a site's own files: what changes its digest."""

from __future__ import annotations

from datetime import date

import pytest
from ruamel.yaml import YAML

from oncorules.rules.loading.model_read import ReadTable
from oncorules.validation.compare import compare_runs
from oncorules.validation.reading_digest import reading_of

WAY = """
from: events.csv
where: {form: [ae, sae]}
when_filled: [term]
columns:
  AESEV: {from: grade, codes: {1: MILD, 2: SEVERE}}
  AESTDTC: {from: begin, date: DD-MM-YYYY}
  AETERM: term
"""
NAMES = {"AESEV", "AESTDTC", "AND"}


def reading(*ways: str, tables=("AE",), names=NAMES) -> str:
    models = tuple(ReadTable.model_validate(YAML(typ="safe").load(way)) for way in ways)
    return reading_of({"AE": models} if models else {}, tables, names)


def test_a_table_that_is_read_as_it_is_has_none():
    assert reading() == ""
    assert reading(WAY, tables=["DM"]) == ""


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("events.csv", "more.csv"),
        ("[ae, sae]", "[ae]"),
        ("[term]", "[term, grade]"),
        ("from: grade", "from: severity"),
        ("2: SEVERE", "2: MODERATE"),
        ("DD-MM-YYYY", "MM-DD-YYYY"),
        ("{from: begin, date: DD-MM-YYYY}", "{value: 2024}"),
    ],
)
def test_what_is_read_in_another_way_changes_it(was, now):
    assert was in WAY
    assert reading(WAY.replace(was, now)) != reading(WAY)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("AETERM: term", "AETERM: words"),  # no rule here reads it
        ("[ae, sae]", "[sae, ae]"),
        ("from: grade", "from: GRADE"),
        ("{1: MILD, 2: SEVERE}", "{2: SEVERE, 1: MILD}"),
    ],
)
def test_what_the_rule_does_not_see_leaves_it(was, now):
    assert was in WAY
    assert reading(WAY.replace(was, now)) == reading(WAY)


def test_a_second_file_changes_it():
    assert reading(WAY, WAY.replace("events", "more")) != reading(WAY)


def test_columns_that_are_not_said_are_those_of_the_file():
    said = "{from: ae.csv, columns: {AESEV: aesev}}"
    assert reading("from: ae.csv", names={"AESEV"}) == reading(said, names={"AESEV"})


READ = """
read:
  AE:
    from: events.csv
    columns:
      USUBJID: who
      AESEQ: number
      AESEV: {from: grade, codes: {1: MILD, 2: SEVERE}}
"""
MILD = "applies_to: {table: AE}\ncondition: AESEV = 'MILD'\nmessage: It is {AESEV}."
COUNTED = "applies_to: {table: AE}\ncondition: AESEQ < 2"
EVENTS = "who | number | grade\nA | 1 | 2\nB | 2 | 1"


def test_a_changed_reading_is_told_for_the_rules_on_that_table_and_no_other(desk, tmp_path):
    def ran(name: str, read: str):
        export = desk.export(EVENTS=EVENTS)
        pack = desk.pack(MILD, COUNTED, more=read)
        desk.run(export, pack, date=date(2024, 3, 1)).write(tmp_path / name)
        return tmp_path / name

    before = ran("before", READ)
    other = ran("other", READ.replace("2: SEVERE", "2: MILD").replace("1: MILD", "1: SEVERE"))
    same = ran("same", READ.replace("1: MILD, 2: SEVERE", "2: SEVERE, 1: MILD"))
    rows = compare_runs(before, other).rows.select("rule_id", "USUBJID", "change", "why").rows()
    assert sorted(rows) == [
        ("R1", "A", "resolved", "reading changed"),
        ("R1", "B", "new", "reading changed"),
        ("R2", "B", "persisting", "nothing changed"),
    ]
    assert {why for _, why, _ in compare_runs(before, same).reasons()} == {"nothing changed"}
