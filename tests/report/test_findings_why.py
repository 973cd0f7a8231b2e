"""Explanations of a page, against what `oncorules explain` says of each finding."""

from __future__ import annotations

import pytest

from oncorules.data.demo import demo_export
from oncorules.report.findings_data import SHARED_KEY, FindingsData
from oncorules.rules.compiler.checks import NOT_MET
from oncorules.validation.explain_rule import explain_rows
from oncorules.validation.explanation import ShownValue, parameter_lines
from oncorules.validation.run import validate
from oncorules.validation.wanted import Wanted

from .pages import blocks, written_page
from .validated import DM, LB, small_run


def compare(result, text) -> int:
    """Hold every explanation of a page to those of `explain`; return how many there were."""
    session = result.session
    rules = {(one.id, one.table): (one, pack) for one, pack in session.rules}
    compared = 0
    for block in blocks(text):
        place = block.about["id"], block.about["table"]
        if place not in rules:
            assert block.data["why"] is None
            continue
        wanted = Wanted(outcomes=(NOT_MET,), limit=10_000)
        told = explain_rows(session.workspace, *rules[place], wanted)
        assert len(told) == len(block.ids())
        for row, one in enumerate(told):
            same(block, row, one)
            compared += 1
    return compared


def same(block, row, one) -> None:
    why = block.data["why"]
    line = block.line(row)
    assert (line["row"], line["message"]) == (one.row, one.message)
    assert line["file"] in (one.file, None)  # a derived row names no file
    assert (why["scope"] and block.clause(why["scope"], row)) == one.scope
    assert block.clause(why["condition"], row) == one.condition
    letters = block.cell(why["truths"], row)
    assert why["because"][letters] == one.because
    assert [(name, answer, letters[at] == "t") for name, answer, at in why["missing"]] == [
        (gone.name, gone.answer, gone.is_missing) for gone in one.if_missing
    ]
    assert [
        (str(ShownValue(name, block.cell(at, row), unit)), at_line and block.cell(at_line, row))
        for name, at, unit, at_line in why["columns"]
    ] == [(str(ShownValue(c.name, c.value, c.unit)), c.line) for c in one.columns]
    assert [block.cell(at, row) for at in why["lookups"]] == list(map(str, one.lookups))
    assert why["parameters"] == ["\n".join(parameter_lines(p)) for p in one.parameters]


def test_every_finding_of_the_demo_export_is_explained_as_explain_does(tmp_path):
    with validate(demo_export(), structure="sql") as result:
        assert compare(result, written_page(result, tmp_path)) > 80


RULES = {
    "joined clauses with unknown ones": """
        applies_to: {table: LB, where: LBTESTCD = 'K' and not VISITNUM > 90}
        condition: (LBSTRESN >= 0 and VISITNUM > 0) or VISIT = 'WEEK 9'
        """,
    "what a missing value counts as": """
        applies_to: {table: LB}
        if_missing: {VISIT: not met}
        condition: LBSTRESN > -9
        """,
    "a column that lines decide": """
        applies_to: {table: LB}
        columns:
          size:
            first_true:
              - low: LBSTRESN < -1
              - high: otherwise
        condition: size = 'high'
        """,
    "a row that is looked up, or is not there": """
        applies_to: {table: LB}
        lookups: {who: {from: DM, take: only, on: [USUBJID]}}
        condition: who.AGE > 40
        if_missing: {who.AGE: not met}
        """,
    "a parameter": """
        applies_to: {table: DM}
        parameters:
          adult: {value: 45, unit: year, source: ours}
        condition: AGE >= adult
        """,
    "a unit beside its value": """
        applies_to: {table: LB}
        condition: LBSTRESN > 0
        """,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_parts_of_a_rule_are_told_as_explain_does(desk, tmp_path, rule):
    result = desk.run(desk.export(DM=DM, LB=LB), desk.pack(rule))
    assert compare(result, written_page(result, tmp_path)) > 0


def test_a_check_of_the_structure_explains_itself(desk, tmp_path):
    result = small_run(desk, structure="sql", rules=["LB.STUDYID.column"])
    (block,) = blocks(written_page(result, tmp_path))
    assert (block.data["why"], block.about["expected"]) == (None, "LB has the column STUDYID")


def test_rows_of_a_derived_table_are_explained_by_their_lines(desk, tmp_path):
    more = """
    tables:
      subject:
        one_row_per: [USUBJID]
        from: DM
        columns:
          group:
            first_true:
              - old: AGE >= 45
              - other: otherwise
    """
    pack = desk.pack("applies_to: {table: subject}\ncondition: group = 'old'", more=more)
    result = desk.run(desk.export(DM=DM), pack)
    assert compare(result, written_page(result, tmp_path)) == 2


STACKED = """
tables:
  measured:
    one_row_per: [USUBJID, PARAMCD]
    stack:
      - {from: DM, PARAMCD: YEARS, AVAL: AGE}
      - {from: DM, where: AGE > 99, PARAMCD: OLD, AVAL: AGE}
"""
LOW = "applies_to: {table: measured}\ncondition: AVAL > 45"


def test_rows_without_a_file_are_explained_by_their_key(desk, tmp_path):
    result = desk.run(desk.export(DM=DM), desk.pack(LOW, more=STACKED))
    assert compare(result, written_page(result, tmp_path)) == 2


def test_rows_that_share_a_key_are_not_explained_by_each_other(desk, tmp_path):
    twice = desk.export(DM="USUBJID | AGE\nA | 40\nA | 12")
    result = desk.run(twice, desk.pack(LOW, more=STACKED))
    (block,) = blocks(written_page(result, tmp_path))
    assert (len(block.ids()), block.data["why"]) == (2, SHARED_KEY)


def test_the_index_of_the_data_is_in_the_order_of_the_blocks(desk):
    data = FindingsData(small_run(desk))
    assert len(list(data.blocks())) == 2
    assert [rule.part.status.severity for rule in data.rules] == ["error", "warning"]
